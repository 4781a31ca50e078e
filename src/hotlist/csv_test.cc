#include "hotlist/csv.h"

#include <gmock/gmock.h>

#include "hotlist/hotlist.h"

namespace glasshouse::hotlist {
namespace {

using ::testing::ElementsAre;

std::vector<CsvRow> read_all(std::string_view text) {
  std::vector<CsvRow> rows;
  CsvReader reader(text);
  while (auto row = reader.next()) {
    if (!*row) {
      ADD_FAILURE() << (*row).error().message();
      break;
    }
    rows.push_back(**row);
  }
  return rows;
}

TEST(Csv, ReadsQuotesLineBreaksAndBom) {
  const auto rows = read_all(
      "\xEF\xBB\xBF"
      "a,b\r\n\"x, \"\"y\"\"\nz\",2\n\n \n3,\n");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_THAT(rows[0].cells, ElementsAre("a", "b"));
  EXPECT_THAT(rows[1].cells, ElementsAre("x, \"y\"\nz", "2"));
  EXPECT_EQ(rows[1].line, 2u);
  EXPECT_THAT(rows[2].cells, ElementsAre("3", ""));
  EXPECT_EQ(rows[2].line, 6u);  // counted by lines of the file, not by rows
}

TEST(Csv, TakesTheSeparatorOfTheFirstLine) {
  EXPECT_THAT(read_all("a;b;c\n1,5;2;3")[1].cells, ElementsAre("1,5", "2", "3"));
  EXPECT_THAT(read_all("a\tb\n1\t2")[1].cells, ElementsAre("1", "2"));
  EXPECT_THAT(read_all("\"a;b;c;d\",e\n1,2")[1].cells, ElementsAre("1", "2"));
}

TEST(Csv, OldMacLineEndsAndNoLastLineEnd) {
  const auto rows = read_all("a,b\r1,2\r3,4");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_THAT(rows[2].cells, ElementsAre("3", "4"));
}

TEST(Csv, SaysWhatIsWrongWithARowAndGoesOn) {
  const auto rows = read_all("a,b\n1\"2,3\n\"x\"y,4\n5,6\n");
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_NE(rows[1].wrong, "");
  EXPECT_NE(rows[2].wrong, "");
  EXPECT_EQ(rows[3].wrong, "");
  EXPECT_THAT(rows[3].cells, ElementsAre("5", "6"));
}

TEST(Csv, AnUnclosedQuoteEndsTheFileWithItsLine) {
  CsvReader reader("a,b\n1,2\n3,\"4\n5,6\n");
  EXPECT_TRUE(reader.next()->has_value());
  EXPECT_TRUE(reader.next()->has_value());
  auto bad = reader.next();
  ASSERT_FALSE(bad->has_value());
  EXPECT_TRUE(bad->error().is(Errc::kBadCsv));
  EXPECT_THAT(bad->error().what(), ::testing::HasSubstr("line 3"));
  EXPECT_FALSE(reader.next().has_value());
}

TEST(Csv, BoundsColumnsAndRowLength) {
  EXPECT_NE(read_all("a\n" + std::string(70, ','))[1].wrong, "");
  EXPECT_NE(read_all("a\n" + std::string(20'000, 'x') + "\n1")[1].wrong, "");
}

TEST(Csv, KnowsCleanText) {
  EXPECT_TRUE(is_clean_utf8("Zoë 東京"));
  EXPECT_FALSE(is_clean_utf8("\xC0\xAF"));
  EXPECT_FALSE(is_clean_utf8("\xED\xA0\x80"));
  EXPECT_FALSE(is_clean_utf8(std::string_view("a\0b", 3)));
  EXPECT_EQ(printable("a\xFF\tb", 10), "a? b");
  EXPECT_EQ(printable("aé", 2), "a");
}

}  // namespace
}  // namespace glasshouse::hotlist
