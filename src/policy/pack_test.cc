// Packs as texts: those of packs/ and those that are wrong.
#include "policy/pack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace glasshouse::policy::pack_test {  // names of its own, beside those of the other tests
namespace {

using testing::HasSubstr;

const std::string kHead =
    "format = 1\nid = \"town\"\ntitle = \"Town\"\nlevel = \"locality\"\njurisdiction = \"Town\"\nversion = "
    "2\n"
    "effective = 2026-01-01\nreview = \"not reviewed by counsel\"\n[citations.law]\ntext = \"Ordinance 7\"\n"
    "mark = \"verified\"\n";  // 11 lines

std::string why(const std::string& text) {
  const auto pack = parse_pack(text);
  if (pack) return "accepted";
  EXPECT_TRUE(pack.error().is(Errc::kBadPack));
  EXPECT_FALSE(pack.error().next().empty());
  return pack.error().why();
}

std::string file(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(Packs, ThatComeWithTheProgramAreSoundAndSayThatNoCounselReadThem) {
  std::set<std::string> ids;
  for (const auto& entry : std::filesystem::directory_iterator(GLASSHOUSE_PACKS)) {
    if (entry.path().extension() != ".toml") continue;
    const auto pack = parse_pack(file(entry.path()));
    ASSERT_TRUE(pack) << entry.path() << ": " << pack.error().message();
    EXPECT_EQ(pack->id, entry.path().stem());
    EXPECT_EQ(pack->review, "not reviewed by counsel");
    EXPECT_EQ(pack->level, Level::kState);
    ids.insert(pack->id);
  }
  for (const char* id : {"strict-default", "us-va", "us-wa", "us-ca", "us-il", "us-nh", "us-me", "us-mn",
                         "us-nj", "us-ct", "us-tx"}) {
    EXPECT_TRUE(ids.contains(id)) << id;
  }
}

TEST(Packs, EveryRowIsRead) {
  const auto pack =
      parse_pack(kHead +
                 "[retention.unmatched]\nat_most = \"12 hours\"\ncite = \"law\"\nnote = \"short\"\n"
                 "[retention.hit]\nat_most = \"2 months\"\ncite = \"law\"\n"
                 "[permitted]\npurposes = [\"missing-person\", \"burglary\"]\ncite = \"law\"\n"
                 "[forbid.theft]\npurposes = [\"burglary\"]\ncite = \"law\"\n"
                 "[offence]\nleast = \"felony\"\ncite = \"law\"\n"
                 "[recipients.federal]\nneeds = \"order\"\nstates = [\"US-MA\"]\nstates_need = "
                 "\"attestation\"\ncite = \"law\"\n"
                 "[reach.felony]\nagencies = 3\ndistance = \"40 km\"\ncite = \"law\"\n"
                 "[reach.any]\nagencies = 1\ndistance = \"900 m\"\ncite = \"law\"\n"
                 "[questions.convoy]\nleast = \"felony\"\ncite = \"law\"\n"
                 "[places.school]\nwithin = \"boundary\"\nconsent_lifts = true\ncite = \"law\"\n"
                 "[barred_files.gangs]\nfiles = [\"sex-offender\", \"gang-or-terrorist\"]\ncite = \"law\"\n"
                 "[duties.audit]\nkind = \"audit\"\nwhat = \"Audit\"\nto = \"the council\"\nevery = \"2 "
                 "years\"\nfrom = 2026-05-01\n"
                 "cite = \"law\"\n"
                 "[notices.sign]\ntext = \"A sign stands at every camera.\"\ncite = \"law\"\n");
  ASSERT_TRUE(pack) << pack.error().message();
  EXPECT_EQ(pack->version, 2);
  EXPECT_EQ(base::format_day(pack->effective), "2026-01-01");
  ASSERT_EQ(pack->keep.size(), 2U);
  EXPECT_EQ(pack->keep[0].minutes, 720);
  EXPECT_EQ(pack->keep[0].source.note, "short");
  EXPECT_EQ(pack->keep[1].minutes, 60 * kMinutesADay);
  EXPECT_EQ(pack->permitted->codes, (std::vector<std::string>{"burglary", "missing-person"}));
  EXPECT_EQ(pack->forbidden.at(0).name, "theft");
  EXPECT_EQ(pack->offence->least, Gravity::kFelony);
  EXPECT_EQ(pack->recipients.at(0).needs, Demand::kOrder);
  EXPECT_EQ(pack->recipients.at(0).named_states_need, Demand::kAttestation);
  EXPECT_EQ(pack->reach.at(0).least, Gravity::kUnknown);
  EXPECT_EQ(pack->reach.at(0).reach_m, 900);
  EXPECT_EQ(pack->reach.at(1).agencies, 3);
  EXPECT_EQ(pack->questions.at(0).asks, Asks::kConvoy);
  EXPECT_EQ(pack->questions.at(0).least, Gravity::kFelony);
  EXPECT_TRUE(pack->places.at(0).with_consent);
  EXPECT_EQ(pack->barred_files.at(0).files, (std::vector<std::string>{"gang-or-terrorist", "sex-offender"}));
  EXPECT_EQ(pack->duties.at(0).to, "the council");
  EXPECT_EQ(pack->notices.at(0).source.citation, "Ordinance 7");
}

TEST(Packs, WhatIsWrongIsToldWithItsLine) {
  EXPECT_THAT(why("format = \n"), HasSubstr("line 1"));
  EXPECT_THAT(why(kHead + "[retention.unmatched]\nat_most = \"three weeks\"\ncite = \"law\"\n"),
              HasSubstr("line 13: at_most is 'three weeks'"));
  EXPECT_THAT(why(kHead + "[retention.unmatched]\nat_most = \"3 days\"\ncite = \"lore\"\n"),
              HasSubstr("line 14: 'lore' is not cited"));
  EXPECT_THAT(why(kHead + "[retention.unmatched]\nat_most = \"3 days\"\n"),
              HasSubstr("line 12: retention.unmatched has no 'cite'"));
  EXPECT_THAT(why(kHead + "[retention.unmatched]\nat_most = \"36 hours\"\ncite = \"law\"\n"),
              HasSubstr("whole days"));
  EXPECT_THAT(why(kHead + "[retention.hit]\nat_most = \"3 hours\"\ncite = \"law\"\n"),
              HasSubstr("a day at least"));
  EXPECT_THAT(why(kHead + "[retention.old]\nat_most = \"3 days\"\n"),
              HasSubstr("'old', which means nothing"));
  EXPECT_THAT(why(kHead + "[permitted]\npurposes = [\"gossip\"]\ncite = \"law\"\n"),
              HasSubstr("no purpose 'gossip'"));
  EXPECT_THAT(why(kHead + "[permitted]\npurposes = [\"immigration-enforcement\"]\ncite = \"law\"\n"),
              HasSubstr("forbidden everywhere"));
  EXPECT_THAT(why(kHead + "[offence]\nleast = \"sin\"\ncite = \"law\"\n"), HasSubstr("no gravity"));
  EXPECT_THAT(why(kHead + "[recipients.martian]\nneeds = \"order\"\ncite = \"law\"\n"),
              HasSubstr("'martian'"));
  EXPECT_THAT(why(kHead + "[recipients.federal]\nneeds = \"a nod\"\ncite = \"law\"\n"), HasSubstr("line 13"));
  EXPECT_THAT(why(kHead + "[reach.felony]\nagencies = 3\ndistance = \"1 km\"\ncite = \"law\"\n"),
              HasSubstr("least grave"));
  EXPECT_THAT(
      why(kHead +
          "[reach.any]\nagencies = 3\ndistance = \"9 km\"\ncite = \"law\"\n[reach.felony]\nagencies = 2\n"
          "distance = \"9 km\"\ncite = \"law\"\n"),
      HasSubstr("less far"));
  EXPECT_THAT(why(kHead + "[questions.horoscope]\nleast = \"felony\"\ncite = \"law\"\n"),
              HasSubstr("'horoscope'"));
  EXPECT_THAT(why(kHead + "[questions.meet]\nleast = \"any\"\ncite = \"law\"\n"), HasSubstr("no gravity"));
  EXPECT_THAT(why(kHead + "[places.moon]\nwithin = \"1 m\"\ncite = \"law\"\n"), HasSubstr("'moon'"));
  EXPECT_THAT(why(kHead + "[barred_files.x]\nfiles = [\"poets\"]\ncite = \"law\"\n"), HasSubstr("'poets'"));
  EXPECT_THAT(
      why(kHead + "[duties.x]\nkind = \"audit\"\nwhat = \"Audit\"\ndue = \"13-01\"\ncite = \"law\"\n"),
      HasSubstr("no day of the year"));
  EXPECT_THAT(why(kHead + "permit = true\n"), HasSubstr("'permit'"));
  EXPECT_THAT(why("format = 2\n" + kHead.substr(11)), HasSubstr("line 1: format"));
  EXPECT_THAT(why(kHead.substr(0, kHead.find("[citations"))), HasSubstr("cites nothing"));
  EXPECT_THAT(why(kHead + "[notices.x]\ntext = \"a\001b\"\ncite = \"law\"\n"),
              HasSubstr("control characters"));
  EXPECT_THAT(why(std::string(kMaxPackBytes + 1, '#')), HasSubstr("more than"));
  EXPECT_THAT(why(std::string(2000, '[')), HasSubstr("line 1"));
}

TEST(Packs, ACamerasPackNamesItsCamerasAndOnlyEverStoresLess) {
  std::string head = kHead;
  head.replace(head.find("\"locality\""), 10, "\"camera\"");
  EXPECT_THAT(why(head), HasSubstr("no 'cameras'"));
  head.insert(head.find("[citations"), "cameras = [\"cam_1\"]\n");
  EXPECT_THAT(why(head + "[retention.unmatched]\nat_most = \"3 days\"\ncite = \"law\"\n"),
              HasSubstr("not stored at all"));
  EXPECT_EQ(why(head + "[retention.unmatched]\nat_most = \"1 minute\"\ncite = \"law\"\n"), "accepted");
}

TEST(Words, AreWhatPeopleSay) {
  EXPECT_EQ(words_of_minutes(3), "3 minutes");
  EXPECT_EQ(words_of_minutes(60), "1 hour");
  EXPECT_EQ(words_of_minutes(21 * kMinutesADay), "21 days");
  EXPECT_EQ(words_of_minutes(3 * 365 * kMinutesADay), "3 years");
  EXPECT_EQ(words_of_metres(50), "50 m");
  EXPECT_EQ(words_of_metres(40'000), "40 km");
  for (int g = 1; g <= 5; ++g)
    EXPECT_EQ(gravity_named(name_of(static_cast<Gravity>(g))), static_cast<Gravity>(g));
}

TEST(Duties, ReturnByTheCalendarOrByTheirInterval) {
  const base::Day today = *base::parse_day("2026-11-24");
  const auto due = [&](const Duty& duty) {
    const auto day = next_due(duty, today);
    return day ? base::format_day(*day) : "none";
  };
  Duty duty;
  duty.due = "04-01";
  EXPECT_EQ(due(duty), "2027-04-01");
  duty.due = "11-24";
  EXPECT_EQ(due(duty), "2026-11-24");
  duty.from = base::parse_day("2028-01-01");
  EXPECT_EQ(due(duty), "2028-11-24");
  duty.due = "02-29";
  EXPECT_EQ(due(duty), "2028-02-29");
  duty.from.reset();
  EXPECT_EQ(due(duty), "2027-03-01");
  duty = {};
  EXPECT_EQ(due(duty), "none");
  duty.from = base::parse_day("2026-11-20");
  EXPECT_EQ(due(duty), "none") << "once, and it has passed";
  duty.every_minutes = 3 * kMinutesADay;
  EXPECT_EQ(due(duty), "2026-11-26");
  duty.from = base::parse_day("2026-11-21");
  EXPECT_EQ(due(duty), "2026-11-24");
}

}  // namespace
}  // namespace glasshouse::policy::pack_test
