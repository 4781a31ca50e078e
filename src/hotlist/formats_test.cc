// NCIC extracts and column maps.
#include <gmock/gmock.h>

#include "hotlist/entry_check.h"
#include "hotlist/import_format.h"
#include "hotlist/importer.h"

namespace glasshouse::hotlist {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

ImportRules rules_of_the_day() {
  return {.now = *base::parse_rfc3339("2026-11-22T12:00:00Z"), .term = std::chrono::hours(24 * 30)};
}

ParsedImport parse_as(ImportKind kind, std::string_view text, const ImportRules& rules = rules_of_the_day(),
                      std::string_view format = "") {
  auto parsed = parse_import(kind, format, text, rules);
  if (!parsed) ADD_FAILURE() << parsed.error().message();
  return parsed ? *parsed : ParsedImport{};
}

struct Fixed {
  std::string nic = "V123456789", ori = "VA0070100", date = "20261101", plate = "ABC1230", state = "VA",
              make = "FORD", style = "PK", color = "RED";
  std::string row() const {
    const auto cell = [](std::string text, std::size_t width) {
      text.resize(width, ' ');
      return text;
    };
    return cell(nic, 10) + cell(ori, 9) + cell(date, 8) + cell(plate, 10) + cell(state, 2) + "2027" + "PC" +
           "2019" + cell(make, 4) + "F15" + cell(style, 2) + color + "\r\n";
  }
};

TEST(NcicFixed, ReadsEveryFieldWhereItStands) {
  const auto parsed = parse_as(ImportKind::kNcicFixed, Fixed{}.row());
  ASSERT_EQ(parsed.entries.size(), 1u);
  const NewEntry& entry = parsed.entries[0];
  EXPECT_EQ(entry.plate, "ABC1230");
  EXPECT_EQ(entry.region, "us-va");
  EXPECT_EQ(entry.reason, "Stolen vehicle");
  EXPECT_EQ(entry.case_number, "V123456789");
  EXPECT_EQ(entry.make, "ford");
  EXPECT_EQ(entry.body, "pickup");
  EXPECT_EQ(entry.color, "red");
  EXPECT_EQ(entry.note, "NCIC V123456789, entered by VA0070100 on 2026-11-01");
  EXPECT_EQ(base::format_rfc3339(entry.expires_at), "2026-12-22T12:00:00.000Z");
  EXPECT_FALSE(entry.own_end);
}

TEST(NcicFixed, MendsTheStateAndKeepsWhatItCannotName) {
  const auto parsed =
      parse_as(ImportKind::kNcicFixed,
               Fixed{.state = "0H"}.row() + Fixed{.plate = "CAN123", .state = "ON", .color = "ZZZ"}.row());
  ASSERT_EQ(parsed.entries.size(), 2u);
  EXPECT_EQ(parsed.entries[0].region, "us-oh");
  EXPECT_EQ(parsed.entries[1].region, "");
  EXPECT_EQ(parsed.entries[1].color, "");
  EXPECT_THAT(parsed.entries[1].note, HasSubstr("plate of ON"));
}

TEST(NcicFixed, RefusesRowsThatAreNone) {
  const auto parsed = parse_as(ImportKind::kNcicFixed,
                               "V123456789VA0070100\n" + Fixed{.nic = ""}.row() + Fixed{.nic = "Q123"}.row() +
                                   Fixed{.plate = "A*"}.row() + "\n" + Fixed{.plate = ""}.row());
  EXPECT_EQ(parsed.rows, 5u);
  ASSERT_EQ(parsed.refused.size(), 5u);
  EXPECT_THAT(parsed.refused[0].reason, HasSubstr("shorter than 37"));
  EXPECT_THAT(parsed.refused[1].reason, HasSubstr("NIC number is missing"));
  EXPECT_THAT(parsed.refused[2].reason, HasSubstr("no known file code"));
  EXPECT_THAT(parsed.refused[3].reason, HasSubstr("letters and digits"));
  EXPECT_EQ(parsed.refused[4].line, 6u);
}

TEST(NcicFixed, DropsTheSecondOfTwoThatTheListTakesForOne) {
  const std::string text = Fixed{.plate = "ABO123"}.row() + Fixed{.nic = "P1", .plate = "AB0123"}.row();
  EXPECT_EQ(parse_as(ImportKind::kNcicFixed, text).entries.size(), 2u);
  ImportRules rules = rules_of_the_day();
  rules.zero_rule = ZeroRule::kOIsZero;
  const auto parsed = parse_as(ImportKind::kNcicFixed, text, rules);
  EXPECT_EQ(parsed.entries.size(), 1u);
  EXPECT_THAT(parsed.refused.at(0).reason, HasSubstr("Line 1"));
}

// Every way in which a row of a barred file could leak: as an entry, as a refused row, or in a sentence.
TEST(BarredFiles, AreCountedAndForgotten) {
  const std::string secret = "SECRET1";
  std::string text;
  for (const char* nic : {"N123456789", "n123456789", " N12"})
    text += Fixed{.nic = nic, .plate = secret}.row();
  text += Fixed{.nic = "N1", .plate = secret + "$"}.row() + "N1 " + secret + "\n" +
          Fixed{.nic = "T1", .plate = secret}.row() + Fixed{.nic = "X1", .plate = secret}.row();
  for (const ImportKind kind : {ImportKind::kNcicFixed, ImportKind::kNcicCsv}) {
    std::string given = text;
    if (kind == ImportKind::kNcicCsv)
      given = "N1,O,20261101," + secret + ",VA,2027,2019,FORD,F15,4D,RED\nN2," + secret + "\nN3,\"" + secret +
              "\"x\nT1,O,20261101," + secret + ",VA,2027,PC,2019,FORD,F15,4D,RED\n";
    const auto parsed = parse_as(kind, given);
    EXPECT_THAT(parsed.entries, IsEmpty());
    EXPECT_THAT(parsed.refused, IsEmpty());
    EXPECT_EQ(parsed.barred_count, parsed.rows);
    EXPECT_EQ(parsed.barred.at(1).file, "immigration-violator");
    EXPECT_EQ(parsed.barred.at(1).count, kind == ImportKind::kNcicFixed ? 5u : 3u);
    EXPECT_THAT(parsed.barred.at(1).reason, HasSubstr("no immigration enforcement"));
  }
}

TEST(BarredFiles, TheListChoosesAndThePackHasTheLastWord) {
  const std::string text = Fixed{.nic = "T1", .plate = "GANG123"}.row() + Fixed{}.row();
  ImportRules rules = rules_of_the_day();
  rules.files = {"gang-or-terrorist", "immigration-violator"};
  auto parsed = parse_as(ImportKind::kNcicFixed, text + Fixed{.nic = "N1", .plate = "NEVER12"}.row(), rules);
  ASSERT_EQ(parsed.entries.size(), 1u);
  EXPECT_EQ(parsed.entries[0].plate, "GANG123");
  EXPECT_EQ(parsed.barred_count, 2u) << "a choice of files cannot let in what no list may hold";
  rules.barred = {{"gang-or-terrorist", "Barred by us-xx/barred-gangs (Act 1)."}};
  parsed = parse_as(ImportKind::kNcicFixed, text, rules);
  EXPECT_THAT(parsed.entries, IsEmpty());
  EXPECT_THAT(parsed.barred.at(0).reason, HasSubstr("us-xx/barred-gangs"));
}

TEST(NcicCsv, ReadsRowsWithAndWithoutThePlateType) {
  const auto parsed = parse_as(ImportKind::kNcicCsv,
                               "NIC,ORI,DATE,LIC,LIS,LIY,LIT,VYR,VMA,VMO,VST,VCO\n"
                               "V1,VA0070100,20261101,ABC1230,VA,2027,PC,2019,TOYT,COR,4D,WHI/BLK\n"
                               "P2,VA0070100,20261101,ABC1231,MD,2027,2019,CHEV,MAL,SW,DGR\n"
                               "P3,VA0070100,ABC1232\n");
  ASSERT_EQ(parsed.entries.size(), 2u);
  EXPECT_EQ(parsed.entries[0].make, "toyota");
  EXPECT_EQ(parsed.entries[0].color, "white");
  EXPECT_EQ(parsed.entries[0].body, "sedan");
  EXPECT_EQ(parsed.entries[1].make, "chevrolet");
  EXPECT_EQ(parsed.entries[1].color, "green");
  EXPECT_EQ(parsed.entries[1].body, "wagon");
  EXPECT_THAT(parsed.refused.at(0).reason, HasSubstr("3 cells"));
}

const std::string kStateFile =
    "format = 1\ntitle = \"State file\"\nlayout = \"csv\"\nseparator = \"pipe\"\ndates = \"MM/DD/YYYY\"\n"
    "ends_after = \"3 days\"\n"
    "[columns.plate]\nname = \"tag\"\n[columns.state]\nnumber = 2\n[columns.reason]\nname = \"OFFENSE\"\n"
    "[columns.color]\nname = \"CLR\"\noptional = true\n[columns.expires]\nname = \"PURGE\"\n"
    "[constants]\ncase = \"State file\"\n"
    "[values.reason]\nSV = \"Stolen vehicle\"\n[values.color]\nDKBLU = \"blue\"\n";

TEST(ColumnMap, ReadsWhatTheAgencyDescribed) {
  const auto parsed = parse_as(ImportKind::kMapped,
                               "TAG|ST|OFFENSE|CLR|PURGE|OWNER\n"
                               "abc-1230|VA|sv|dk blu|12/24/2026|nobody's business\n"
                               "ABC1231|0H|Felony|MAUVE||x\n"
                               "ABC1232|ZZ|sv|||x\n"
                               "ABC1233|VA|sv||2026-12-24|x\n"
                               "ABC1234|VA\n",
                               rules_of_the_day(), kStateFile);
  ASSERT_EQ(parsed.entries.size(), 2u);
  EXPECT_EQ(parsed.entries[0].plate, "ABC1230");
  EXPECT_EQ(parsed.entries[0].reason, "Stolen vehicle");
  EXPECT_EQ(parsed.entries[0].color, "blue");
  EXPECT_EQ(parsed.entries[0].case_number, "State file");
  EXPECT_EQ(base::format_rfc3339(parsed.entries[0].expires_at), "2026-12-25T00:00:00.000Z");
  EXPECT_EQ(parsed.entries[1].region, "us-oh");
  EXPECT_EQ(parsed.entries[1].color, "") << "a color that is none of ours hides no vehicle";
  EXPECT_EQ(base::format_rfc3339(parsed.entries[1].expires_at), "2026-11-25T12:00:00.000Z");
  std::vector<std::uint32_t> lines;
  for (const auto& row : parsed.refused) lines.push_back(row.line);
  EXPECT_THAT(lines, ElementsAre(4, 5, 6));
  EXPECT_THAT(parsed.refused[1].reason, HasSubstr("MM/DD/YYYY"));
}

TEST(ColumnMap, ReadsFixedRowsAndBarsByTheFileColumn) {
  const std::string format =
      "format = 1\nlayout = \"fixed\"\n[columns.file]\nfrom = 0\nto = 3\n[columns.plate]\nfrom = 3\nto = 11\n"
      "[columns.case]\nfrom = 11\nto = 20\n[values.file]\nSTO = \"stolen-vehicle\"\nIMM = "
      "\"immigration-violator\"\n";
  const auto parsed =
      parse_as(ImportKind::kMapped, "STOABC1230 26-1\nIMMSECRET1 26-2\n???SECRET1 26-3\nM  ABC1231 26-4\n",
               rules_of_the_day(), format);
  ASSERT_EQ(parsed.entries.size(), 2u);
  EXPECT_EQ(parsed.entries[0].reason, "Stolen vehicle");
  EXPECT_EQ(parsed.entries[1].reason, "Missing person") << "NCIC's letters need no translation";
  EXPECT_EQ(parsed.barred_count, 1u);
  ASSERT_EQ(parsed.refused.size(), 1u);
  EXPECT_EQ(parsed.refused[0].text, "") << "who knows of which file it is";
}

TEST(ColumnMap, SaysWhatIsWrongWithItsLine) {
  const auto why = [](const std::string& text) {
    const auto format = parse_format(text);
    return format ? std::string("accepted") : format.error().message();
  };
  EXPECT_EQ(why(kStateFile), "accepted");
  EXPECT_EQ(why(std::string(missing_children_format())), "accepted");
  EXPECT_THAT(why(""), HasSubstr("version is missing"));
  EXPECT_THAT(why("format = 2\n"), HasSubstr("line 1 format"));
  EXPECT_THAT(why("format = 1\nlayout = \"xml\"\n"), HasSubstr("line 2 layout"));
  EXPECT_THAT(why("format = 1\nlayout = \"csv\"\n"), HasSubstr("no column is the plate"));
  const std::string head = "format = 1\nlayout = \"csv\"\n[columns.plate]\n";
  EXPECT_THAT(why(head), HasSubstr("line 3 the column is not told"));
  EXPECT_THAT(why(head + "name = \"a\"\nnumber = 2\n"), HasSubstr("not told in one way"));
  EXPECT_THAT(why(head + "number = 65\n"), HasSubstr("number is no number from 1 to 64"));
  EXPECT_THAT(why(head + "from = 1\nto = 2\n"), HasSubstr("by name or number"));
  EXPECT_THAT(why(head + "number = 1\n"), HasSubstr("nothing gives the reason"));
  EXPECT_THAT(why(head + "number = 1\n[constants]\nreason = \"x\"\n"), HasSubstr("nothing gives the case"));
  EXPECT_THAT(
      why(head + "number = 1\n[columns.owner]\nnumber = 2\n[constants]\nreason = \"x\"\ncase = \"y\"\n"),
      HasSubstr("'owner' is no field"));
  EXPECT_THAT(why(head + "number = 1\nwidth = 3\n[constants]\nreason = \"x\"\ncase = \"y\"\n"),
              HasSubstr("'width'"));
  EXPECT_THAT(why(head + "number = 1\n[constants]\nplate = \"ABC1\"\n"),
              HasSubstr("a constant and a column"));
  EXPECT_THAT(why("format = 1\nlayout = \"csv\"\nheader = false\n[columns.plate]\nname = \"tag\"\n"),
              HasSubstr("without a header"));
  EXPECT_THAT(why("format = 1\nlayout = \"csv\"\ndates = \"MM/DD\"\n"), HasSubstr("line 3 dates"));
  EXPECT_THAT(why("format = 1\nlayout = \"csv\"\nends_after = \"9999999999 days\"\n"),
              HasSubstr("ends_after"));
  EXPECT_THAT(why("format = 1\nlayout = \"fixed\"\n[columns.plate]\nfrom = 5\nto = 5\n"),
              HasSubstr("from is not before to"));
  EXPECT_THAT(why(kStateFile + "[values.make]\nF = \"ford\"\n"), HasSubstr("no column"));
  EXPECT_THAT(why(std::string(kMaxFormatBytes + 1, '#')), HasSubstr("8 kB"));
}

TEST(ColumnMap, SaysWhichColumnTheFileLacks) {
  const auto parsed = parse_import(ImportKind::kMapped, kStateFile, "TAG|ST|PURGE\n", rules_of_the_day());
  ASSERT_FALSE(parsed);
  EXPECT_THAT(parsed.error().what(), HasSubstr("OFFENSE"));
}

TEST(MissingChildren, ReadsItsOwnLayout) {
  const auto parsed = parse_as(ImportKind::kMissingChildren,
                               "Case Number,License Plate,State,Make,Color,Child Name\n"
                               "1234567,ABC1230,VA,Honda,Silver,not kept\n");
  ASSERT_EQ(parsed.entries.size(), 1u);
  EXPECT_EQ(parsed.entries[0].reason, "AMBER or missing-child alert");
  EXPECT_EQ(parsed.entries[0].case_number, "1234567");
  EXPECT_EQ(parsed.entries[0].make, "honda");
  EXPECT_EQ(parsed.entries[0].color, "silver");
  EXPECT_EQ(parsed.entries[0].note, "") << "nothing of the child";
  EXPECT_EQ(base::format_rfc3339(parsed.entries[0].expires_at), "2026-11-29T12:00:00.000Z");
}

}  // namespace
}  // namespace glasshouse::hotlist
