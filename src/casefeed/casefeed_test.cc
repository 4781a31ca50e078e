#include "casefeed/casefeed.h"

#include <gtest/gtest.h>

namespace glasshouse::casefeed {
namespace {

const std::string kMap = R"(format = 1
list_separator = ";"
[source]
reader = "file"
path = "/var/rms/cases.csv"
every_minutes = 10
whole = true
[columns.number]
name = "Incident No"
[columns.state]
name = "Status"
[columns.offence]
name = "UCR"
[columns.title]
name = "Synopsis"
[columns.officers]
name = "Assigned"
optional = true
[columns.plates]
name = "Tags"
optional = true
[constants]
purpose = "stolen-vehicle"
[values.state]
A = "open"
C = "closed"
[values.offence]
240 = "motor-vehicle-theft"
)";

Map map() {
  auto parsed = parse_map(kMap);
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message());
  return parsed ? *parsed : Map{};
}

TEST(CaseMap, SaysWhereTheExtractLiesAndWhatItsColumnsAre) {
  const Map read = map();
  EXPECT_EQ(read.reader, Reader::kFile);
  EXPECT_EQ(read.path, "/var/rms/cases.csv");
  EXPECT_EQ(read.every, std::chrono::minutes(10));
  EXPECT_TRUE(read.whole);
}

TEST(CaseMap, IsRefusedWithTheLine) {
  const std::vector<std::pair<std::string, std::string>> changes = {
      {"format = 1", "format = 2"},
      {"reader = \"file\"", "reader = \"ftp\""},
      {"path = \"/var/rms/cases.csv\"", "url = \"http://rms.example/cases\""},
      {"[columns.state]", "[columns.colour]"},
      {"name = \"Status\"", "name = \"Status\"\nnumber = 2"},
      {"every_minutes = 10", "every_minutes = 0"},
      {"purpose = \"stolen-vehicle\"", ""},
      {"[values.state]", "[valued.state]"}};
  for (const auto& [from, to] : changes) {
    std::string text = kMap;
    text.replace(text.find(from), from.size(), to);
    const auto parsed = parse_map(text);
    ASSERT_FALSE(parsed) << to;
    EXPECT_TRUE(parsed.error().is(Errc::kBadMap));
    EXPECT_NE(parsed.error().why().find("Line "), std::string::npos);
  }
  EXPECT_FALSE(parse_map(std::string(kMaxMapBytes + 1, '#')));
}

TEST(Extract, GivesCasesWithTheirPeopleAndPlates) {
  const auto read = parse_extract(map(),
                                  "Incident No,Status,UCR,Synopsis,Assigned,Tags\r\n"
                                  "26-1041,A,240,\"Stolen pickup, Mill St\",dreyes; "
                                  "jkim,ghx 4471;ABC-123\r\n"
                                  "26-0977,C,240,,dreyes,\r\n");
  ASSERT_TRUE(read) << read.error().message();
  ASSERT_EQ(read->cases.size(), 2u);
  EXPECT_TRUE(read->refused.empty());
  const FeedCase& one = read->cases[0];
  EXPECT_EQ(one.number, "26-1041");
  EXPECT_TRUE(one.open);
  EXPECT_EQ(one.offence, "motor-vehicle-theft");
  EXPECT_EQ(one.purpose, "stolen-vehicle");
  EXPECT_EQ(one.title, "Stolen pickup, Mill St");
  EXPECT_EQ(one.officers, (std::vector<std::string>{"dreyes", "jkim"}));
  EXPECT_EQ(one.plates, (std::vector<std::string>{"GHX4471", "ABC123"}));
  EXPECT_FALSE(read->cases[1].open);
  EXPECT_EQ(read->cases[1].title, "26-0977");
}

TEST(Extract, LeavesOutRowsThatAreNoCasesAndSaysWhichWithoutQuoting) {
  const auto read = parse_extract(map(),
                                  "Incident No,Status,UCR,Synopsis,Tags\n"
                                  "26-1,A,240,x,\n"
                                  ",A,240,x,\n"
                                  "26-2,SECRET,240,x,\n"
                                  "26-1,A,240,x,\n"
                                  "26-3,A,240,x,SECRETPLATE99\n");
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->cases.size(), 1u);
  ASSERT_EQ(read->refused.size(), 4u);
  EXPECT_EQ(read->refused[0].line, 3u);
  for (const RefusedRow& row : read->refused) EXPECT_EQ(row.why.find("SECRET"), std::string::npos);
}

TEST(Extract, IsRefusedAsAWholeWhenNothingInItIsACase) {
  EXPECT_FALSE(parse_extract(map(), ""));
  EXPECT_FALSE(parse_extract(map(), "Number,Status,UCR,Synopsis\n1,A,240,x\n")) << "a column is missing";
  EXPECT_FALSE(parse_extract(map(), "Incident No,Status,UCR,Synopsis\n1,?,240,x\n"));
  EXPECT_FALSE(parse_extract(map(), "Incident No,Status,UCR,Synopsis\n\xff\xfe,A,240,x\n"));
  EXPECT_TRUE(parse_extract(map(), "Incident No,Status,UCR,Synopsis\n"))
      << "no case is open: that is an answer";
}

}  // namespace
}  // namespace glasshouse::casefeed
