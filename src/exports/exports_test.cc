// What leaves the house as a file. The package is unpacked and checked by other programs in
// tests/system/export_test.py.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exports/csv.h"
#include "exports/package.h"
#include "exports/report.h"
#include "exports/zip.h"

namespace glasshouse::exports {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const base::Time kNow = *base::parse_rfc3339("2026-11-24T18:30:05Z");

Sheet sheet_of_one() {
  Sheet sheet;
  sheet.agency = "Millbrook PD";
  sheet.case_number = "26-1041";
  sheet.officer = "Dana Reyes";
  sheet.question = "plate:ABC123";
  sheet.sentence = "Vehicles with the plate ABC123";
  sheet.ledger_index = 7;
  sheet.total = 1;
  sheet.made_at = kNow;
  sheet.clock = base::Millis(std::chrono::hours(-5));
  Row row;
  row.read_id = "read_1";
  row.camera_name = "Main St";
  row.lat_deg = 37.27;
  row.lon_deg = -79.94;
  row.captured_at = kNow - std::chrono::hours(1);
  row.plate = "ABC123";
  row.region = "us-va";
  row.plate_confidence = 0.97;
  row.color = "white";
  sheet.rows.push_back(row);
  return sheet;
}

// What a person typed must never be run by the spreadsheet of whoever opens the file.
TEST(Csv, NoCellBeginsAFormula) {
  for (const std::string bad : {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\uFF1D1",
                                "\uFF0B1", "\uFF0D1", "\uFF201", "=cmd|' /C calc'!A0"}) {
    EXPECT_THAT(csv_text(bad), StartsWith("\"'")) << bad;
    Sheet sheet = sheet_of_one();
    sheet.rows[0].camera_name = bad;
    sheet.rows[0].corrections = {bad};
    sheet.case_number = bad;
    EXPECT_THAT(csv_of(sheet), Not(HasSubstr(",\"" + bad))) << bad;
  }
  EXPECT_EQ(csv_text("Main St"), "\"Main St\"");
  EXPECT_EQ(csv_text("say \"hi\", then go"), "\"say \"\"hi\"\", then go\"");
  EXPECT_EQ(csv_text(std::string("a\0=b", 4)), "\"a=b\"");
  EXPECT_EQ(csv_text("   "), "\"   \"");
}

TEST(Csv, NumbersStayNumbersAndTimesAreGivenTwice) {
  const std::string csv = csv_of(sheet_of_one());
  EXPECT_THAT(csv, HasSubstr(",37.270000,-79.940000,\"ABC123\",\"us-va\",0.9700,"));
  EXPECT_THAT(csv, HasSubstr("\"2026-11-24T17:30:05.000Z\",\"2026-11-24 12:30:05 -05:00\""));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 2);
}

TEST(Zip, TheCheckValueIsTheOneThatEverybodyHas) {
  EXPECT_EQ(crc32("123456789"), 0xCBF43926U);
  EXPECT_EQ(crc32(""), 0U);
}

TEST(Zip, MoreThanFitsIsRefused) {
  Zip zip(kNow);
  const std::string large(std::size_t{200} << 20U, 'x');
  ASSERT_TRUE(zip.add("a", large));
  ASSERT_TRUE(zip.add("b", large));
  EXPECT_TRUE(zip.add("c", large).error().is(Errc::kTooLarge));
}

TEST(Report, IsAPdfOfAsManyPagesAsItNeedsWhateverThePicturesAre) {
  Sheet sheet = sheet_of_one();
  const auto pages = [](const std::string& pdf) {
    std::size_t count = 0;
    for (auto at = pdf.find("/Type /Page\n"); at != std::string::npos; at = pdf.find("/Type /Page\n", at + 1))
      ++count;
    return count;
  };
  const auto one = report_of(sheet);
  ASSERT_TRUE(one);
  EXPECT_THAT(*one, StartsWith("%PDF-"));
  EXPECT_EQ(pages(*one), 1U);
  for (int i = 0; i < 30; ++i) sheet.rows.push_back(sheet.rows[0]);
  sheet.rows[1].picture = "\xFF\xD8 is no picture";
  sheet.rows[2].picture = "age-encryption.org/v1\n-> X25519 …";
  sheet.rows[3].camera_name = "Rue de l’Église, 東京, \xF0\x9F\x9A\x97, \xC3";
  sheet.rows[4].corrections = std::vector<std::string>(20, std::string(300, 'W'));
  sheet.case_title = std::string(4000, 'x');
  const auto many = report_of(sheet);
  ASSERT_TRUE(many) << many.error().message();
  EXPECT_GE(pages(*many), 6U);
  sheet.rows.clear();
  EXPECT_TRUE(report_of(sheet));
}

TEST(Package, ASealedPictureIsPassedOnAndNamedSo) {
  EXPECT_EQ(picture_suffix("\xFF\xD8\xFF"), "jpg");
  EXPECT_EQ(picture_suffix("age-encryption.org/v1\n-> X"), "age");
  EXPECT_EQ(picture_suffix("?"), "bin");
  Sheet sheet = sheet_of_one();
  sheet.rows[0].picture = "age-encryption.org/v1\n-> X25519 abc";
  sheet.rows[0].picture_manifest = "glasshouse-picture 1\n";
  const auto package = package_of(sheet, {"leaf", "proof", "name+00000000+AA==", {"x"}});
  ASSERT_TRUE(package);
  EXPECT_THAT(*package, StartsWith("PK\x03\x04"));
  EXPECT_THAT(*package, HasSubstr("pictures/read_1.age"));
  EXPECT_THAT(*package, HasSubstr("-> X25519 abc"));
  EXPECT_THAT(*package, HasSubstr("pictures/read_1.manifest"));
  EXPECT_THAT(*package, HasSubstr("glasshouse-picture 1\n"));
}

TEST(Vehicles, StandInTheCsvTheReportAndTheManifest) {
  Sheet sheet = sheet_of_one();
  sheet.kind = "meet";
  sheet.vehicles.push_back({"=ABC1", 3, 7, kNow - std::chrono::hours(5), kNow});
  sheet.vehicles_found = 2;
  EXPECT_THAT(vehicles_csv_of(sheet),
              HasSubstr("\"'=ABC1\",3,7,\"2026-11-24T13:30:05.000Z\",\"2026-11-24 08:30:05 -05:00\""));
  const auto package = package_of(sheet, {"leaf", "proof", "name+00000000+AA==", {"x"}});
  ASSERT_TRUE(package);
  EXPECT_THAT(*package, HasSubstr("vehicles.csv"));
  EXPECT_THAT(*package, HasSubstr("\"vehicles_found\": 2"));
  EXPECT_THAT(*package, HasSubstr("and the first 1 of 2 vehicles"));
  EXPECT_THAT(vehicles_csv_of(sheet), HasSubstr(",7,2\r\n")) << "the log's entry, and of how many it is one";
  EXPECT_TRUE(report_of(sheet));
  sheet.vehicles.resize(kMostReportVehicles, sheet.vehicles[0]);
  const std::size_t printed = report_of(sheet)->size();
  sheet.vehicles.resize(4 * kMostReportVehicles, sheet.vehicles[0]);
  EXPECT_LT(report_of(sheet)->size(), printed + printed / 10) << "the rest is said, not printed";
  sheet.kind = "route";
  sheet.rows[0].gap_before_min = 106;
  EXPECT_TRUE(report_of(sheet));
  EXPECT_THAT(csv_of(sheet), HasSubstr(",106\r\n"));
}

TEST(Sheet, SaysWhichPartOfTheAnswerItIs) {
  Sheet sheet = sheet_of_one();
  EXPECT_EQ(part_text(sheet), "all 1");
  sheet.total = 1234;
  EXPECT_EQ(part_text(sheet), "the newest 1 of 1234");
  sheet.first_row = 501;
  EXPECT_EQ(part_text(sheet), "reads 501 to 501 of 1234");
}

TEST(Sheet, LocalTimesSayTheirZone) {
  EXPECT_EQ(local_time_text(kNow, base::Millis(std::chrono::minutes(330))), "2026-11-25 00:00:05 +05:30");
}

}  // namespace
}  // namespace glasshouse::exports
