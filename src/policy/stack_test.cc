// Packs on top of one another: what must hold for every stack, and decisions that people would look up.
#include "policy/stack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "policy/rule.h"

namespace glasshouse::policy::stack_test {  // names of its own, beside those of the other tests
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const base::Time kNow = *base::parse_rfc3339("2026-11-24T14:30:00Z");
const base::Day kToday = base::day_of(kNow);

const Pack& shipped(const std::string& id) {
  static std::map<std::string, Pack> packs;
  if (const auto found = packs.find(id); found != packs.end()) return found->second;
  std::ifstream in(std::filesystem::path(GLASSHOUSE_PACKS) / (id + ".toml"));
  std::stringstream text;
  text << in.rdbuf();
  auto pack = parse_pack(text.str());
  EXPECT_TRUE(pack) << id;
  return packs[id] = *pack;
}
const std::vector<std::string> kStates = {"strict-default", "us-va", "us-wa", "us-ca", "us-il", "us-nh",
                                          "us-me",          "us-mn", "us-nj", "us-ct", "us-tx"};

// A locality's pack that touches everything.
Pack harsh_locality() {
  const auto pack = parse_pack(
      "format = 1\nid = \"hard-town\"\ntitle = \"Hard town\"\nlevel = \"locality\"\njurisdiction = "
      "\"T\"\nversion = 1\n"
      "effective = 2026-01-01\nreview = \"not reviewed by counsel\"\n[citations.o]\ntext = \"Ord. 1\"\nmark "
      "= \"verified\"\n"
      "[retention.unmatched]\nat_most = \"7 days\"\ncite = \"o\"\n"
      "[permitted]\npurposes = [\"stolen-vehicle\", \"missing-person\"]\ncite = \"o\"\n"
      "[offence]\nleast = \"felony\"\ncite = \"o\"\n"
      "[recipients.in-state]\nneeds = \"attestation\"\ncite = \"o\"\n"
      "[recipients.federal]\nneeds = \"never\"\ncite = \"o\"\n"
      "[reach.any]\nagencies = 1\ndistance = \"5 km\"\ncite = \"o\"\n"
      "[places.library]\nwithin = \"100 m\"\ncite = \"o\"\n");
  EXPECT_TRUE(pack) << pack.error().message();
  return *pack;
}
// One that says "freely" to everybody and everything that it can speak of.
Pack lax_agency() {
  const auto pack = parse_pack(
      "format = 1\nid = \"lax-agency\"\ntitle = \"Lax\"\nlevel = \"agency\"\njurisdiction = \"T\"\nversion = "
      "1\n"
      "effective = 2026-01-01\nreview = \"not reviewed by counsel\"\n[citations.o]\ntext = \"Memo\"\nmark = "
      "\"verified\"\n"
      "[retention.unmatched]\nat_most = \"90 years\"\ncite = \"o\"\n"
      "[recipients.in-state]\nneeds = \"nothing\"\ncite = \"o\"\n[recipients.out-of-state]\nneeds = "
      "\"nothing\"\ncite = \"o\"\n"
      "[recipients.federal]\nneeds = \"nothing\"\ncite = \"o\"\n[recipients.private]\nneeds = "
      "\"nothing\"\ncite = \"o\"\n"
      "[reach.any]\nagencies = 1000\ndistance = \"90000 km\"\ncite = \"o\"\n");
  EXPECT_TRUE(pack) << pack.error().message();
  return *pack;
}

std::shared_ptr<const Rules> stack_of(std::vector<Pack> packs) {
  std::vector<Adoption> adoptions;
  for (Pack& pack : packs) adoptions.push_back({std::move(pack), kToday, false});
  return Stack(std::move(adoptions)).at(kToday);
}

Question good_question() {
  Question q;
  q.action = Action::kSearchReads;
  q.who = {.id = "off_1", .agency_id = "agc_1", .role = Role::kOfficer, .active = true};
  q.on_case = CaseFacts{.id = "case_1",
                        .number = "24-10332",
                        .purpose = "stolen-vehicle",
                        .offence = "motor-vehicle-theft",
                        .open = true,
                        .assigned = true};
  return q;
}

// Purposes x offences x beneficiaries x what they bring x reach x what is asked x retention asked x places.
void for_every_question(const std::function<void(const Question&)>& visit) {
  const std::vector<std::array<std::string, 3>> beneficiaries = {{"", "", ""},
                                                                 {"", "own", ""},
                                                                 {"Hill County", "in-state", ""},
                                                                 {"FBI", "federal", ""},
                                                                 {"Boston PD", "out-of-state", "US-MA"},
                                                                 {"Reno PD", "out-of-state", "US-NV"},
                                                                 {"A Bank", "private", ""}};
  const std::vector<std::pair<int, double>> reaches = {{1, 0}, {1, 60'000}, {5, 150'000}, {2000, 0}};
  Question q = good_question();
  for (const Purpose& purpose : purposes()) {
    q.on_case->purpose = purpose.code;
    for (const char* offence :
         {"larceny", "hit-and-run", "arson", "homicide", "missing-person", "no-such-offence"}) {
      q.on_case->offence = offence;
      for (const auto& [name, kind, state] : beneficiaries) {
        q.on_behalf_of = name;
        q.beneficiary_kind = kind;
        q.beneficiary_state = state;
        for (const int brought : {0, 1, 2}) {
          q.attested = brought == 1;
          q.order.reset();
          if (brought == 2) {
            q.order.emplace();
            q.order->verified = true;
            q.order->expires_at = kNow + std::chrono::hours(1);
            q.order->agency = name;
          }
          q.agencies = 1;
          q.reach_m = 0;
          for (const Asks asks : kWideQuestions) {
            q.asks = asks;
            visit(q);
          }
          q.asks = Asks::kReads;
          for (const auto& [agencies, metres] : reaches) {
            q.agencies = agencies;
            q.reach_m = metres;
            visit(q);
          }
        }
      }
    }
  }
  q = good_question();
  q.who.role = Role::kAdministrator;
  q.on_case.reset();
  for (const Action action : {Action::kManageSettings, Action::kManageCameras}) {
    q.action = action;
    for (const int days : {1, 7, 8, 21, 22, 60, 365, 1096}) {
      q.keep_days = days;
      for (std::string_view kind : place_kinds()) {
        for (const double away : {0.0, 50.0, 51.0, 200.0}) {
          for (const bool consent : {false, true}) {
            q.near = {{std::string(kind), away, consent}};
            visit(q);
          }
        }
      }
    }
  }
}

struct NamedStack {
  std::string name;
  std::shared_ptr<const Rules> rules;
};
std::vector<NamedStack> every_stack() {
  std::vector<NamedStack> stacks = {{"nothing adopted", stack_of({})}};
  for (const std::string& state : kStates) stacks.push_back({state, stack_of({shipped(state)})});
  return stacks;
}

TEST(Stacks, AWideQuestionNeedsACaseGraveEnoughAndTheRefusalSaysWhatWouldDo) {
  Question q = good_question();
  const auto decided = [&](const char* offence, Asks asks) {
    q.on_case->offence = offence;
    q.asks = asks;
    return decide(q, {kNow, 21, nullptr});
  };
  for (const Asks asks : kWideQuestions) {
    EXPECT_FALSE(decided("larceny", asks).allowed) << name_of(asks);
    EXPECT_TRUE(decided("robbery", asks).allowed) << name_of(asks);
    EXPECT_TRUE(decided("missing-person", asks).allowed) << name_of(asks);
  }
  EXPECT_TRUE(decided("larceny", Asks::kReads).allowed);
  EXPECT_TRUE(decided("hit-and-run", Asks::kMeet).allowed);
  const Decision denied = decided("hit-and-run", Asks::kConvoy);
  ASSERT_EQ(denied.rules.size(), 1U);
  EXPECT_EQ(denied.rules[0].id, "strict-default/question-convoy");
  EXPECT_EQ(denied.rules[0].citation, "house rule (strict default)");
  ASSERT_TRUE(denied.remedy);
  EXPECT_THAT(denied.remedy->sentence, ::testing::HasSubstr("a case for a felony"));
}

// A state that speaks of one kind of question leaves the others to the strict default.
TEST(Stacks, TheStrictDefaultStandsInForQuestionsThatAStateDoesNotName) {
  const auto state = parse_pack(
      "format = 1\nid = \"us-zz\"\ntitle = \"Zed\"\nlevel = \"state\"\njurisdiction = \"Z\"\nversion = 1\n"
      "effective = 2026-01-01\nreview = \"not reviewed by counsel\"\n[citations.o]\ntext = \"Z 1\"\nmark = "
      "\"verified\"\n[questions.route]\nleast = \"violent-felony\"\ncite = \"o\"\n");
  ASSERT_TRUE(state) << state.error().message();
  const auto rules = stack_of({*state});
  Question q = good_question();
  const auto first_rule = [&](const char* offence, Asks asks) {
    q.on_case->offence = offence;
    q.asks = asks;
    const Decision decision = decide(q, {kNow, 21, rules.get()});
    return decision.allowed ? std::string("allowed") : decision.rules.at(0).id;
  };
  EXPECT_EQ(first_rule("arson", Asks::kRoute), "us-zz/question-route");
  EXPECT_EQ(first_rule("homicide", Asks::kRoute), "allowed");
  EXPECT_EQ(first_rule("larceny", Asks::kMeet), "strict-default/question-meet");
  const auto told = differences(strict_default(), *rules);
  EXPECT_TRUE(std::any_of(told.begin(), told.end(), [](const Difference& one) {
    return one.topic == "questions" && one.citation == "Z 1" &&
           one.direction == Difference::Direction::kStricter &&
           one.sentence.find("the way of one plate: a gross misdemeanour → a violent felony") !=
               std::string::npos;
  }));
}

TEST(Stacks, HoldTheirPromisesForEveryQuestion) {
  std::size_t asked = 0, allowed = 0;
  for (const NamedStack& stack : every_stack()) {
    const Facts facts{kNow, 21, stack.rules.get()};
    for_every_question([&](const Question& q) {
      const Decision d = decide(q, facts);
      ++asked;
      std::set<std::string_view> firing;
      for (const Rule& rule : house_rules()) {
        if (rule.effect == Effect::kForbid && rule.fires(q, facts)) firing.insert(rule.id);
      }
      for (const PackRule& rule : stack.rules->rules()) {
        if (fires(rule, q, facts)) firing.insert(rule.id);
      }
      // Allowed when no forbid fires, and every denial names exactly those that do, each with its citation.
      ASSERT_EQ(d.allowed, firing.empty()) << stack.name;
      for (const RuleHit& hit : d.rules) ASSERT_FALSE(hit.citation.empty() || hit.sentence.empty()) << hit.id;
      if (!d.allowed) {
        ASSERT_EQ(d.rules.size(), firing.size());
        for (const RuleHit& hit : d.rules) ASSERT_TRUE(firing.contains(hit.id)) << hit.id;
        ASSERT_TRUE(d.remedy);
        return;
      }
      ++allowed;
      ASSERT_TRUE(!q.on_case || !purpose_of(q)->forbidden) << stack.name << q.on_case->purpose;
      ASSERT_NE(q.beneficiary_kind, "private");
      ASSERT_TRUE(q.beneficiary_kind != "federal" || has_order(q, facts)) << stack.name;
      // Whoever is served on somebody's behalf would be served for the own agency.
      Question own = q;
      own.on_behalf_of.clear();
      own.beneficiary_kind = "own";
      own.order.reset();  // it serves its agency only
      ASSERT_TRUE(decide(own, facts).allowed) << stack.name;
    });
  }
  EXPECT_GT(asked, 100'000U);
  EXPECT_GT(allowed, 5'000U);
}

TEST(Stacks, APackBelowNeverAllowsWhatWasForbidden) {
  for (const NamedStack& stack : every_stack()) {
    for (const Pack& below : {harsh_locality(), lax_agency()}) {
      std::vector<Pack> packs = stack.rules->packs();
      packs.push_back(below);
      const Rules more(packs);
      const Facts facts{kNow, 21, stack.rules.get()}, with_more{kNow, 21, &more};
      for_every_question([&](const Question& q) {
        if (decide(q, with_more).allowed) {
          ASSERT_TRUE(decide(q, facts).allowed) << stack.name << " + " << below.id;
        }
      });
      for (const Difference& d : differences(*stack.rules, more)) {
        EXPECT_NE(d.direction, Difference::Direction::kLooser)
            << stack.name << " + " << below.id << ": " << d.sentence;
      }
    }
  }
}

TEST(Stacks, OrderNeverMatters) {
  std::mt19937 random(11);
  std::vector<Pack> packs = {shipped("us-ct"), shipped("strict-default"), harsh_locality(), lax_agency(),
                             shipped("us-va")};
  const Rules sorted(packs);
  std::size_t n = 0;
  for_every_question([&](const Question& q) {
    if (++n % 23 != 0) return;
    std::shuffle(packs.begin(), packs.end(), random);
    const Rules shuffled(packs);
    const Decision a = decide(q, {kNow, 21, &sorted}), b = decide(q, {kNow, 21, &shuffled});
    ASSERT_EQ(a.allowed, b.allowed);
    ASSERT_EQ(a.rules.size(), b.rules.size());
    for (std::size_t i = 0; i < a.rules.size(); ++i) ASSERT_EQ(a.rules[i].id, b.rules[i].id);
    ASSERT_EQ(a.remedy.has_value(), b.remedy.has_value());
    if (a.remedy) {
      ASSERT_EQ(a.remedy->sentence, b.remedy->sentence);
    }
  });
}

TEST(Stacks, TheSettingIsRefusedExactlyBeyondTheDaysThatMayBeStored) {
  for (const NamedStack& stack : every_stack()) {
    ASSERT_TRUE(stack.rules->stored_days()) << stack.name;
    Question q = good_question();
    q.action = Action::kManageSettings;
    q.who.role = Role::kAdministrator;
    q.on_case.reset();
    for (int days = 1; days < 1200; ++days) {
      q.keep_days = days;
      ASSERT_EQ(decide(q, {kNow, 21, stack.rules.get()}).allowed, days <= *stack.rules->stored_days())
          << stack.name;
    }
  }
}

TEST(Virginia, RefusesThirtyDaysAndNamesTheStatute) {
  const auto rules = stack_of({shipped("us-va")});
  EXPECT_EQ(rules->stored_days(), 21);
  Question q = good_question();
  q.action = Action::kManageSettings;
  q.who.role = Role::kAdministrator;
  q.on_case.reset();
  q.keep_days = 30;
  const Decision d = decide(q, {kNow, 21, rules.get()});
  EXPECT_FALSE(d.allowed);
  ASSERT_EQ(d.rules.size(), 2U);
  EXPECT_EQ(d.rules[1].id, "us-va/retention-unmatched");
  EXPECT_EQ(d.rules[1].sentence, "Virginia: unmatched reads are kept at most 21 days.");
  EXPECT_THAT(d.rules[1].citation, HasSubstr("2.2-5517"));
}

TEST(NewHampshire, MatchesInMemoryAndNeverStores) {
  const auto rules = stack_of({shipped("us-nh")});
  EXPECT_FALSE(rules->stores_unmatched("cam_1"));
  EXPECT_EQ(rules->stored_days(), 21);
  EXPECT_EQ(rules->kept(ReadState::kUnmatched)->minutes, 3);
  for (const std::string& state : kStates) {
    EXPECT_EQ(stack_of({shipped(state)})->stores_unmatched("cam_1"), state != "us-nh") << state;
  }
}

TEST(NewHampshire, WhatWasStoredBeforeItsDayGoes) {
  const auto day = [](const char* text) { return *base::parse_day(text); };
  Pack nh = shipped("us-nh"), nh2 = nh;
  nh2.version = 2;
  const Stack stack({{shipped("us-va"), day("2026-01-01"), false},
                     {nh, day("2026-12-01"), false},
                     {nh2, day("2026-12-10"), false},
                     {shipped("us-va"), day("2027-01-01"), false}});
  EXPECT_EQ(stack.hits_only_since(day("2026-11-30")), std::nullopt);
  EXPECT_EQ(stack.hits_only_since(day("2026-12-01")), day("2026-12-01"));
  EXPECT_EQ(stack.hits_only_since(day("2026-12-20")), day("2026-12-01"));
  EXPECT_EQ(stack.hits_only_since(day("2027-01-01")), std::nullopt);
}

TEST(Connecticut, ServesThreeStatesWithAnAttestation) {
  const auto rules = stack_of({shipped("us-ct")});
  const auto served = [&](const char* state, bool attested) {
    Question q = good_question();
    q.on_behalf_of = "Some PD";
    q.beneficiary_kind = "out-of-state";
    q.beneficiary_state = state;
    q.attested = attested;
    return decide(q, {kNow, 21, rules.get()}).allowed;
  };
  EXPECT_TRUE(served("US-MA", true));
  EXPECT_FALSE(served("US-MA", false));
  EXPECT_FALSE(served("US-NV", true));
  EXPECT_FALSE(served("", true));
}

TEST(Washington, AsksForAGrossMisdemeanourAtLeast) {
  const auto rules = stack_of({shipped("us-wa")});
  const auto allowed = [&](const char* offence) {
    Question q = good_question();
    q.on_case->offence = offence;
    return decide(q, {kNow, 21, rules.get()}).allowed;
  };
  EXPECT_FALSE(allowed("larceny"));
  EXPECT_FALSE(allowed(""));
  EXPECT_TRUE(allowed("hit-and-run"));
  EXPECT_TRUE(allowed("arson"));
  EXPECT_TRUE(allowed("missing-person"));
}

TEST(Cameras, APackOfACameraHoldsForQuestionsThatReachIt) {
  auto pack = parse_pack(
      "format = 1\nid = \"clinic-road\"\ntitle = \"Clinic Road\"\nlevel = \"camera\"\njurisdiction = "
      "\"T\"\nversion = 1\n"
      "effective = 2026-01-01\nreview = \"not reviewed by counsel\"\ncameras = "
      "[\"cam_7\"]\n[citations.o]\ntext = \"Ord. 2\"\n"
      "mark = \"verified\"\n[retention.unmatched]\nat_most = \"1 minute\"\ncite = \"o\"\n"
      "[permitted]\npurposes = [\"missing-person\"]\ncite = \"o\"\n");
  ASSERT_TRUE(pack) << pack.error().message();
  const auto rules = stack_of({shipped("us-va"), *pack});
  EXPECT_FALSE(rules->stores_unmatched("cam_7"));
  EXPECT_TRUE(rules->stores_unmatched("cam_8"));
  EXPECT_EQ(rules->kept(ReadState::kUnmatched)->minutes, 21 * kMinutesADay);
  Question q = good_question();
  EXPECT_FALSE(decide(q, {kNow, 21, rules.get()}).allowed) << "all cameras";
  q.camera_ids = {"cam_6", "cam_7"};
  EXPECT_FALSE(decide(q, {kNow, 21, rules.get()}).allowed);
  q.camera_ids = {"cam_6"};
  EXPECT_TRUE(decide(q, {kNow, 21, rules.get()}).allowed);
}

TEST(Purposes, ACaseOfAnotherTimeCanStillBeKeptAndClosedButNotWorkedOrOpened) {
  const auto rules = stack_of({shipped("us-va")});
  Question q = good_question();
  q.on_case->purpose = "welfare-check";
  EXPECT_FALSE(decide(q, {kNow, 21, rules.get()}).allowed);
  q.action = Action::kManageCase;
  EXPECT_TRUE(decide(q, {kNow, 21, rules.get()}).allowed);
  q.on_case->id.clear();
  EXPECT_FALSE(decide(q, {kNow, 21, rules.get()}).allowed);
}

TEST(Time, APackHoldsFromItsDayUntilItEndsOrIsFollowed) {
  Pack va = shipped("us-va"), mn = shipped("us-mn"), town = harsh_locality();
  const auto day = [](const char* text) { return *base::parse_day(text); };
  town.ends = day("2027-06-01");
  Pack va2 = va;
  va2.version = 2;
  const Stack stack({{mn, day("2026-01-01"), false},
                     {va, day("2026-12-01"), false},
                     {town, day("2027-01-01"), false},
                     {va2, day("2027-03-01"), false},
                     {va2, day("2027-09-01"), true}});
  const auto ids = [&](const char* text) {
    std::vector<std::string> list;
    for (const Pack& pack : stack.at(day(text))->packs())
      list.push_back(pack.id + "@" + std::to_string(pack.version));
    return list;
  };
  EXPECT_THAT(ids("1999-01-01"), ElementsAre("strict-default@2"));
  EXPECT_THAT(ids("2025-12-31"), ElementsAre("strict-default@2"));
  EXPECT_THAT(ids("2026-11-30"), ElementsAre("strict-default@2", "us-mn@1"));
  EXPECT_THAT(ids("2026-12-01"), ElementsAre("strict-default@2", "us-va@1"));
  EXPECT_THAT(ids("2027-02-28"), ElementsAre("strict-default@2", "us-va@1", "hard-town@1"));
  EXPECT_THAT(ids("2027-03-01"), ElementsAre("strict-default@2", "us-va@2", "hard-town@1"));
  EXPECT_THAT(ids("2027-06-01"), ElementsAre("strict-default@2", "us-va@2"));
  EXPECT_THAT(ids("2027-09-01"), ElementsAre("strict-default@2"));
}

TEST(StrictDefault, StandsInOnlyWhereTheStateIsSilent) {
  const auto rules = stack_of({shipped("us-il")});
  EXPECT_EQ(rules->kept(ReadState::kUnmatched)->rule_id, "strict-default/retention-unmatched");
  const auto virginia = stack_of({shipped("us-va")});
  EXPECT_EQ(virginia->kept(ReadState::kUnmatched)->rule_id, "us-va/retention-unmatched");
  EXPECT_EQ(virginia->kept(ReadState::kHeld)->rule_id, "strict-default/retention-held");
  Question q = good_question();
  q.on_behalf_of = "Reno PD";
  q.beneficiary_kind = "out-of-state";
  q.attested = true;
  EXPECT_TRUE(decide(q, {kNow, 21, rules.get()}).allowed) << "Illinois asks for a declaration";
  EXPECT_FALSE(decide(q, {kNow, 21, virginia.get()}).allowed);
  EXPECT_FALSE(decide(q, {kNow, 21, nullptr}).allowed) << "no packs given: the strict default";
}

TEST(Differences, AreSaidInWords) {
  const auto sentences = [](const Rules& before, const Rules& after, const std::string& topic) {
    std::vector<std::string> found;
    for (const Difference& d : differences(before, after)) {
      if (d.topic == topic) found.push_back(d.sentence);
    }
    return found;
  };
  const auto mn = stack_of({shipped("us-mn")}), va = stack_of({shipped("us-va")}),
             nh = stack_of({shipped("us-nh")});
  EXPECT_THAT(sentences(*mn, *va, "retention"),
              ElementsAre("Retention of unmatched reads: 60 days → 21 days.",
                          "Retention of hits: 60 days → 21 days."));
  EXPECT_THAT(sentences(*mn, *va, "purposes"),
              ElementsAre("Welfare check, person at risk: permitted → forbidden.",
                          "Emergency response, fire and medical: permitted → forbidden."));
  EXPECT_THAT(
      sentences(*va, *nh, "retention"),
      ElementsAre("Retention of unmatched reads: 21 days → 3 minutes (matched in memory, never stored)."));
  EXPECT_THAT(sentences(*va, *stack_of({shipped("us-ca")}), "recipients"),
              ElementsAre("Searches for agencies of other states: with a warrant or a court order → never.",
                          "Searches for federal agencies: with a warrant or a court order → never."));
  EXPECT_THAT(
      sentences(*va, *stack_of({shipped("us-ct")}), "recipients"),
      ElementsAre("Searches for agencies of other states (US-MA): with a warrant or a court order → with its "
                  "written declaration.",
                  "Searches for agencies of other states (US-NY): with a warrant or a court order → with its "
                  "written declaration.",
                  "Searches for agencies of other states (US-RI): with a warrant or a court order → with its "
                  "written declaration."));
  EXPECT_THAT(sentences(*va, *stack_of({shipped("us-wa")}), "offences"),
              ElementsAre("Least offence: any case → a gross misdemeanour."));
  EXPECT_FALSE(sentences(*va, *mn, "duties").empty());
  for (const std::string& state : kStates) {
    const auto rules = stack_of({shipped(state)});
    EXPECT_TRUE(differences(*rules, *rules).empty()) << state;
    // What one way loosens the other way tightens.
    int looser = 0, stricter = 0;
    for (const Difference& d : differences(*va, *rules))
      looser += d.direction == Difference::Direction::kLooser;
    for (const Difference& d : differences(*rules, *va))
      stricter += d.direction == Difference::Direction::kStricter;
    EXPECT_EQ(looser, stricter) << state;
  }
}

}  // namespace
}  // namespace glasshouse::policy::stack_test
