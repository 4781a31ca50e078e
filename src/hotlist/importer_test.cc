#include "hotlist/importer.h"

#include <gmock/gmock.h>

#include "hotlist/csv.h"
#include "hotlist/entry_check.h"
#include "hotlist/import_rows.h"

namespace glasshouse::hotlist {
namespace {

using ::testing::HasSubstr;

const base::Time kImportedAt = *base::parse_rfc3339("2026-11-22T12:00:00Z");

base::Result<ParsedImport> parse_plain(std::string_view csv) {
  return parse_import(ImportKind::kPlain, "", csv, {.now = kImportedAt, .term = std::chrono::hours(24)});
}

ParsedImport parse(std::string_view csv) {
  auto parsed = parse_plain(csv);
  if (!parsed) ADD_FAILURE() << parsed.error().message();
  return parsed ? *parsed : ParsedImport{};
}

TEST(Importer, FoldsWhatPeopleWrite) {
  const auto parsed = parse(
      "Expires,NOTE,Plate,Case_Number,Reason,State,Colour,Body,Make\n"
      "2026-12-01,\"seen, twice\",abc-12 34,26-1041,Stolen vehicle,va,Grey,Pick-Up,Ford\n");
  ASSERT_EQ(parsed.entries.size(), 1u);
  const NewEntry& entry = parsed.entries[0];
  EXPECT_EQ(entry.plate, "ABC1234");
  EXPECT_EQ(entry.region, "us-va");
  EXPECT_EQ(entry.color, "gray");
  EXPECT_EQ(entry.body, "pickup");
  EXPECT_EQ(entry.make, "ford");
  EXPECT_EQ(entry.note, "seen, twice");
  EXPECT_EQ(base::format_rfc3339(entry.expires_at), "2026-12-02T00:00:00.000Z");  // the whole day counts
  EXPECT_EQ(parsed.refused_count, 0u);
}

struct BadRow {
  const char* row;
  const char* says;
};

TEST(Importer, RefusesEachBadRowWithItsLineAndASentence) {
  const std::string header = "plate,reason,case,expires,region,color,body\n";
  const BadRow cases[] = {
      {"ABC$12,stolen,1,2026-12-01,,,", "letters and digits"},
      {",stolen,1,2026-12-01,,,", "plate is missing"},
      {"ABCDEFGHIJK,stolen,1,2026-12-01,,,", "letters and digits"},
      {"A*,stolen,1,2026-12-01,,,", "too many vehicles"},
      {"ABC1234,,1,2026-12-01,,,", "reason is missing"},
      {"ABC1234,  ,1,2026-12-01,,,", "reason is missing"},
      {"ABC1234,stolen,,2026-12-01,,,", "case number is missing"},
      {"ABC1234,stolen,1,,,,", "expiry is missing"},
      {"ABC1234,stolen,1,2026-11-21,,,", "in the past"},
      {"ABC1234,stolen,1,next week,,,", "not a date"},
      {"ABC1234,stolen,1,9999-12-31,,,", "five years"},
      {"ABC1234,stolen,1,2026-12-01,virginia,,", "region"},
      {"ABC1234,stolen,1,2026-12-01,us-zz,,", "region"},
      {"ABC1234,stolen,1,2026-12-01,,mauve,", "color"},
      {"ABC1234,stolen,1,2026-12-01,,,boat", "body"},
      {"ABC1234,stolen,1,2026-12-01,,,,extra", "8 cells"},
      {"ABC1234,st\xFFolen,1,2026-12-01,,,", "UTF-8"},
      {"ABC1234,sto\"len,1,2026-12-01,,,", "quotation mark"},
  };
  for (const BadRow& bad : cases) {
    const auto parsed = parse(header + "GOOD123,stolen,1,2026-12-01,,,\n" + bad.row + "\n");
    EXPECT_EQ(parsed.entries.size(), 1u) << bad.row;
    ASSERT_EQ(parsed.refused.size(), 1u) << bad.row;
    EXPECT_EQ(parsed.refused[0].line, 3u);
    EXPECT_THAT(parsed.refused[0].reason, HasSubstr(bad.says)) << bad.row;
    EXPECT_EQ(parsed.refused[0].reason.back(), '.') << bad.row;
  }
}

TEST(Importer, RefusesTheSecondOfTwoAlikeAndKeepsOtherRegions) {
  const auto parsed = parse(
      "plate,reason,case,expires,region\n"
      "ABC1234,stolen,1,2026-12-01,us-va\n"
      "abc 1234,stolen,2,2026-12-01,US-VA\n"
      "ABC1234,stolen,3,2026-12-01,us-md\n");
  EXPECT_EQ(parsed.entries.size(), 2u);
  ASSERT_EQ(parsed.refused.size(), 1u);
  EXPECT_EQ(parsed.refused[0].line, 3u);
  EXPECT_THAT(parsed.refused[0].reason, HasSubstr("Line 2"));
}

TEST(Importer, RefusesWholeFilesThatAreNoList) {
  const auto refusal = [](std::string_view csv) {
    auto parsed = parse_plain(csv);
    return parsed ? std::string("accepted") : parsed.error().what();
  };
  EXPECT_THAT(refusal(""), HasSubstr("empty"));
  EXPECT_THAT(refusal("plate,reason,case\n"), HasSubstr("\"expires\" is missing"));
  EXPECT_THAT(refusal("plate,reason,case,expires,owner\n"), HasSubstr("\"owner\""));
  EXPECT_THAT(refusal("plate,tag,reason,case,expires\n"), HasSubstr("mean the same"));
  EXPECT_THAT(refusal("\xFF\xFEp"), HasSubstr("UTF-16"));
  EXPECT_THAT(refusal("plate,reason,case,expires\n\"A"), HasSubstr("line 2"));
  EXPECT_THAT(refusal(std::string(kMaxCsvBytes + 1, 'x')), HasSubstr("100 MB"));
}

TEST(Importer, BoundsRowsAndWhatIsShown) {
  std::string csv = "plate,reason,case,expires\n";
  for (int i = 0; i < 300; ++i) csv += "!,x,1,2026-12-01\n";
  const auto parsed = parse(csv);
  EXPECT_EQ(parsed.refused_count, 300u);
  EXPECT_EQ(parsed.refused.size(), kMaxRefusedShown);
  const ImportRules rules;
  ImportRows rows(rules);
  for (std::size_t i = 0; i < kMaxCsvRows; ++i) ASSERT_TRUE(rows.begin_row());
  const auto more = rows.begin_row();
  ASSERT_FALSE(more);
  EXPECT_TRUE(more.error().is(Errc::kTooLarge));
}

TEST(Regions, DifferOnlyWhenBothAreKnownAndNeitherContainsTheOther) {
  EXPECT_TRUE(regions_differ("us-va", "us-md"));
  EXPECT_TRUE(regions_differ("us-va", "eu-de"));
  EXPECT_TRUE(regions_differ("us", "eu"));
  EXPECT_FALSE(regions_differ("us-va", "us-va"));
  EXPECT_FALSE(regions_differ("us-va", "us"));
  EXPECT_FALSE(regions_differ("us", "us-va"));
  EXPECT_FALSE(regions_differ("", "us-va"));
  EXPECT_FALSE(regions_differ("us-va", "unknown"));
}

}  // namespace
}  // namespace glasshouse::hotlist
