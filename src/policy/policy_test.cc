// Two halves: properties that must hold for every combination of a small world, and a table of decisions that
// people would look up.
#include "policy/policy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <random>
#include <set>

#include "policy/rule.h"

namespace glasshouse::policy {
namespace {

const base::Time kNow = *base::parse_rfc3339("2026-11-22T14:30:00Z");
constexpr int kRetainedDays = 30;
// The house rules alone; packs have tests of their own (stack_test.cc).
const Rules kNoPacks;
const Facts kFacts{kNow, kRetainedDays, &kNoPacks};

constexpr std::array kAllRoles{Role::kOfficer, Role::kSupervisor, Role::kAdministrator, Role::kAuditor,
                               Role::kDispatcher};
constexpr std::array kAllActions{
    Action::kNone,         Action::kSearchReads,    Action::kViewRead,       Action::kViewPicture,
    Action::kLiveReads,    Action::kExportReads,    Action::kCorrectRead,    Action::kViewAlerts,
    Action::kDecideAlert,  Action::kRecordOutcome,  Action::kListCases,      Action::kManageCase,
    Action::kViewHotlists, Action::kManageHotlists, Action::kViewCameras,    Action::kManageCameras,
    Action::kUploadReads,  Action::kManageAccounts, Action::kManageSettings, Action::kViewLedger,
    Action::kAuditLedger,  Action::kTryPicture,     Action::kManageSharing,  Action::kViewMasked,
    Action::kOrderDesk,    Action::kCheckOrder,     Action::kUseExigent,     Action::kJudgeExigent};

CaseFacts good_case() {
  return {.id = "case_1",
          .number = "24-10332",
          .purpose = "stolen-vehicle",
          .offence = "kidnapping",
          .open = true,
          .assigned = true};
}

Question good_question() {
  Question q;
  q.action = Action::kSearchReads;
  q.who = {.id = "off_1", .agency_id = "agc_1", .role = Role::kOfficer, .active = true};
  q.on_case = good_case();
  return q;
}

// Every combination of the small world: 28 actions x 5 roles x active x (no case, or purposes x open x
// assigned) x beneficiaries x spans.
void for_every_question(const std::function<void(const Question&)>& visit) {
  const std::vector<std::pair<std::string, std::string>> beneficiaries = {{"", ""},
                                                                          {"Millbrook PD", "own"},
                                                                          {"Hill County Sheriff", "in-state"},
                                                                          {"ICE", "in-state"},
                                                                          {"Reno PD", "out-of-state"},
                                                                          {"FBI", "federal"},
                                                                          {"A Bank", "private"},
                                                                          {"Somebody", ""},
                                                                          {"", "in-state"}};
  const std::vector<std::optional<base::Time>> froms = {std::nullopt, kNow - std::chrono::hours(24),
                                                        kNow - std::chrono::hours(24 * 60)};
  std::vector<std::string> codes = {"no-such-purpose"};
  for (const Purpose& p : purposes()) codes.push_back(p.code);
  std::vector<std::optional<CaseFacts>> cases = {std::nullopt};
  for (const std::string& code : codes) {
    for (const bool open : {false, true}) {
      for (const bool assigned : {false, true}) {
        CaseFacts c = good_case();
        c.purpose = code;
        c.open = open;
        c.assigned = assigned;
        cases.push_back(c);
      }
    }
  }
  Question q;
  for (const Action action : kAllActions) {
    for (const Role role : kAllRoles) {
      for (const bool active : {false, true}) {
        q.action = action;
        q.who = {.id = "off_1", .agency_id = "agc_1", .role = role, .active = active};
        for (const auto& on_case : cases) {
          q.on_case = on_case;
          for (const auto& [name, kind] : beneficiaries) {
            q.on_behalf_of = name;
            q.beneficiary_kind = kind;
            for (const auto& from : froms) {
              q.from = from;
              visit(q);
            }
          }
        }
      }
    }
  }
}

bool has_rule(const Decision& d, std::string_view id) {
  return std::any_of(d.rules.begin(), d.rules.end(), [&](const RuleHit& r) { return r.id == id; });
}

TEST(Properties, HoldForEveryQuestionOfTheSmallWorld) {
  std::size_t asked = 0, allowed = 0;
  for_every_question([&](const Question& q) {
    const Decision d = decide(q, kFacts);
    ++asked;
    ASSERT_FALSE(d.rules.empty());
    if (!d.allowed) {
      ASSERT_TRUE(d.remedy) << d.rules[0].id;
      return;
    }
    ++allowed;
    ASSERT_TRUE(q.who.active);
    ASSERT_NE(q.action, Action::kNone);
    ASSERT_FALSE(d.remedy);
    ASSERT_TRUE(!q.on_case || (purpose_of(q) != nullptr && !purpose_of(q)->forbidden));
    ASSERT_TRUE(!needs_case(q.action) || (q.on_case && q.on_case->open && q.on_case->assigned));
    ASSERT_TRUE(q.beneficiary_kind.empty() || q.beneficiary_kind == "own" ||
                q.beneficiary_kind == "in-state");
    ASSERT_TRUE(q.who.role != Role::kAuditor || !needs_case(q.action));
    // Explained by exactly the permits that fire, and no forbid does.
    std::set<std::string_view> firing;
    for (const Rule& rule : house_rules()) {
      if (!rule.fires(q, kFacts)) continue;
      ASSERT_EQ(rule.effect, Effect::kPermit) << rule.id;
      firing.insert(rule.id);
    }
    ASSERT_EQ(firing.size(), d.rules.size());
    for (const RuleHit& hit : d.rules) ASSERT_TRUE(firing.contains(hit.id)) << hit.id;
  });
  EXPECT_GT(asked, 500'000U);
  EXPECT_GT(allowed, 1'000U);
}

TEST(Properties, NoRulesDenyEverything) {
  for_every_question([](const Question& q) { ASSERT_FALSE(evaluate({}, q, kFacts).allowed); });
}

TEST(Properties, LeavingOutAPermitNeverAllowsMoreAndAddingAForbidNeitherDoes) {
  // Removing any one forbid is the reverse of adding it: with it, nothing may be allowed that was not
  // without.
  std::vector<std::vector<Rule>> without;
  const auto all = house_rules();
  for (std::size_t left_out = 0; left_out < all.size(); ++left_out) {
    std::vector<Rule> rules;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i != left_out) rules.push_back(all[i]);
    }
    without.push_back(std::move(rules));
  }
  std::size_t n = 0;
  for_every_question([&](const Question& q) {
    if (++n % 101 != 0)
      return;  // 1 in 101 (a prime, so that no dimension is missed) keeps this within seconds
    const bool allowed = decide(q, kFacts).allowed;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const bool smaller = evaluate(without[i], q, kFacts).allowed;
      if (all[i].effect == Effect::kForbid) {
        ASSERT_TRUE(!allowed || smaller) << all[i].id;
      }
      if (all[i].effect == Effect::kPermit) {
        ASSERT_TRUE(!smaller || allowed) << all[i].id;
      }
    }
  });
}

TEST(Properties, OrderOfRulesNeverMatters) {
  std::mt19937 random(7);
  std::vector<Rule> rules(house_rules().begin(), house_rules().end());
  std::size_t n = 0;
  for_every_question([&](const Question& q) {
    if (++n % 37 != 0) return;
    std::shuffle(rules.begin(), rules.end(), random);
    const Decision a = decide(q, kFacts);
    const Decision b = evaluate(rules, q, kFacts);
    ASSERT_EQ(a.allowed, b.allowed);
    ASSERT_EQ(a.rules.size(), b.rules.size());
    for (std::size_t i = 0; i < a.rules.size(); ++i) ASSERT_EQ(a.rules[i].id, b.rules[i].id);
    ASSERT_EQ(a.remedy.has_value(), b.remedy.has_value());
    if (a.remedy) {
      ASSERT_EQ(a.remedy->sentence, b.remedy->sentence);
    }
  });
}

TEST(Properties, WithoutCurrentTrainingNothingThatNamesAVehicleIsAllowed) {
  std::size_t n = 0;
  for_every_question([&](const Question& asked) {
    if (++n % 13 != 0) return;
    Question q = asked;
    q.who.trained_until = kFacts.now + base::Millis(1);
    ASSERT_EQ(decide(q, kFacts).allowed, decide(asked, kFacts).allowed)
        << "training that holds changes nothing";
    q.who.trained_until = kFacts.now;
    if (needs_case(q.action) || q.action == Action::kViewAlerts || q.action == Action::kDecideAlert) {
      ASSERT_FALSE(decide(q, kFacts).allowed);
    }
  });
}

TEST(Properties, EveryForbidAloneTurnsAnAllowIntoADenial) {
  // A rule that can never be the reason of a denial would be decoration.
  std::set<std::string_view> decisive;
  for_every_question([&](const Question& q) {
    const Decision d = decide(q, kFacts);
    if (d.allowed || d.rules.size() != 1) return;
    for (const Rule& rule : house_rules()) {
      if (rule.id == d.rules[0].id) decisive.insert(rule.id);
    }
  });
  // These need facts that the small world does not vary; the table below covers them.
  std::set<std::string_view> elsewhere = {
      "house/case-number",     "house/span-order",     "house/order-two-people", "house/order-checked",
      "house/order-running",   "house/order-agency",   "house/order-plates",     "house/order-cameras",
      "house/order-window",    "house/order-question", "house/exigent-grave",    "house/exigent-two-people",
      "house/training-current"};
  for (const Rule& rule : sharing_rules()) elsewhere.insert(rule.id);  // sharing_test.cc
  for (const Rule& rule : house_rules()) {
    if (rule.effect == Effect::kForbid && !elsewhere.contains(rule.id)) {
      EXPECT_TRUE(decisive.contains(rule.id)) << rule.id;
    }
  }
}

TEST(Rules, AreWellFormed) {
  std::set<std::string_view> ids;
  for (const Rule& rule : house_rules()) {
    EXPECT_TRUE(ids.insert(rule.id).second) << rule.id;
    EXPECT_FALSE(rule.sentence.empty() || rule.citation.empty()) << rule.id;
    EXPECT_EQ(rule.effect == Effect::kForbid, !rule.remedy_sentence.empty()) << rule.id;
  }
  for (const Purpose& purpose : purposes()) {
    EXPECT_FALSE(purpose.citation.empty()) << purpose.code;
    if (purpose.forbidden) {
      EXPECT_TRUE(ids.contains(purpose.rule_id)) << purpose.code;
    }
  }
}

TEST(Decide, AllowsAnOfficerOnAnAssignedOpenCase) {
  const Decision d = decide(good_question(), kFacts);
  EXPECT_TRUE(d.allowed);
  ASSERT_EQ(d.rules.size(), 1U);
  EXPECT_EQ(d.rules[0].id, "house/case-work");
}

// An order that the good question lies within, of the own agency as that question is.
OrderFacts order() {
  OrderFacts facts;
  facts.number = "24-MJ-10";
  facts.verified = true;
  facts.expires_at = kNow + std::chrono::hours(1);
  return facts;
}

TEST(Decide, TableOfDenials) {
  struct Row {
    const char* rule;
    const char* remedy;
    std::function<void(Question&)> change;
  };
  const std::vector<Row> rows = {
      {"house/account-active", "none", [](Question& q) { q.who.active = false; }},
      {"house/training-current", "none", [](Question& q) { q.who.trained_until = base::Time{}; }},
      {"house/case-required", "choose-case", [](Question& q) { q.on_case.reset(); }},
      {"house/case-open", "choose-case", [](Question& q) { q.on_case->open = false; }},
      {"house/case-assigned", "ask-supervisor", [](Question& q) { q.on_case->assigned = false; }},
      {"house/case-number", "ask-supervisor", [](Question& q) { q.on_case->number.clear(); }},
      {"house/purpose-known", "choose-case", [](Question& q) { q.on_case->purpose = "because"; }},
      {"house/no-immigration", "choose-case",
       [](Question& q) { q.on_case->purpose = "immigration-enforcement"; }},
      {"house/no-traffic", "choose-case", [](Question& q) { q.on_case->purpose = "traffic-enforcement"; }},
      {"house/no-reproductive-care", "choose-case",
       [](Question& q) { q.on_case->purpose = "reproductive-care"; }},
      {"house/no-protected-class", "choose-case",
       [](Question& q) { q.on_case->purpose = "protected-class-only"; }},
      {"house/no-harassment", "choose-case", [](Question& q) { q.on_case->purpose = "harassment"; }},
      {"house/beneficiary-federal", "order-desk",
       [](Question& q) { q.beneficiary_kind = "federal", q.on_behalf_of = "DEA"; }},
      {"house/beneficiary-disguised", "order-desk",
       [](Question& q) { q.beneficiary_kind = "in-state", q.on_behalf_of = "U.S. Border Patrol, Blaine"; }},
      {"house/beneficiary-disguised", "order-desk",
       [](Question& q) { q.beneficiary_kind = "in-state", q.on_behalf_of = "I.C.E. field office"; }},
      {"house/beneficiary-out-of-state", "order-desk",
       [](Question& q) { q.beneficiary_kind = "out-of-state", q.on_behalf_of = "Reno PD"; }},
      {"house/beneficiary-private", "order-desk",
       [](Question& q) { q.beneficiary_kind = "private", q.on_behalf_of = "A Bank"; }},
      {"house/beneficiary-unclear", "none", [](Question& q) { q.on_behalf_of = "Hill County"; }},
      {"house/beneficiary-unclear", "none",
       [](Question& q) { q.beneficiary_kind = "neighbour", q.on_behalf_of = "Hill County"; }},
      {"house/beneficiary-unclear", "none", [](Question& q) { q.beneficiary_kind = "in-state"; }},
      {"house/beneficiary-disguised", "order-desk",
       [](Question& q) { q.beneficiary_kind = "own", q.on_behalf_of = "for ICE"; }},
      {"house/span-order", "narrow-time",
       [](Question& q) { q.from = kNow, q.to = kNow - std::chrono::hours(1); }},
      {"house/span-retained", "narrow-time",
       [](Question& q) { q.from = kNow - std::chrono::hours(24 * 30); }},
      {"house/order-checked", "order-desk",
       [](Question& q) { q.order = order(), q.order->verified = false; }},
      {"house/order-running", "order-desk",
       [](Question& q) { q.order = order(), q.order->expires_at = kNow; }},
      {"house/order-agency", "order-desk",
       [](Question& q) { q.order = order(), q.order->agency = "Hill County Sheriff"; }},
      {"house/order-plates", "order-desk",
       [](Question& q) {
         q.order = order(), q.order->plates = {"ABC1234", "XYZ9"}, q.plate = "ABC1235";
       }},
      {"house/order-plates", "order-desk",
       [](Question& q) { q.order = order(), q.order->plates = {"XYZ9"}; }},
      {"house/order-cameras", "order-desk",
       [](Question& q) {
         q.order = order(), q.order->camera_ids = {"a", "b"}, q.camera_ids = {"a", "c"};
       }},
      {"house/order-cameras", "order-desk",
       [](Question& q) { q.order = order(), q.order->camera_ids = {"a"}; }},
      {"house/order-window", "order-desk", [](Question& q) { q.order = order(), q.order->from = kNow; }},
      {"house/order-window", "order-desk",
       [](Question& q) { q.order = order(), q.order->to = kNow, q.to = kNow + base::Millis(1); }},
      {"house/order-question", "order-desk", [](Question& q) { q.order = order(), q.asks = Asks::kConvoy; }},
      {"house/order-two-people", "ask-supervisor",
       [](Question& q) {
         q.action = Action::kCheckOrder, q.who.role = Role::kSupervisor, q.order = order();
         q.order->verified = false, q.order->entered_by = q.who.id;
       }},
      {"house/order-running", "order-desk",
       [](Question& q) { q.action = Action::kOrderDesk, q.order = order(), q.order->expires_at = kNow; }},
      {"house/exigent-grave", "choose-case",
       [](Question& q) { q.action = Action::kUseExigent, q.on_case->offence = "motor-vehicle-theft"; }},
      {"house/exigent-own", "order-desk",
       [](Question& q) {
         q.on_case->exigent = true, q.beneficiary_kind = "in-state", q.on_behalf_of = "Hill County Sheriff";
       }},
      {"house/exigent-two-people", "ask-supervisor",
       [](Question& q) {
         q.action = Action::kJudgeExigent, q.who.role = Role::kSupervisor, q.on_case->opened_by = q.who.id;
       }},
      {"house/no-permit", "ask-supervisor", [](Question& q) { q.action = Action::kCheckOrder; }},
      {"house/no-permit", "ask-supervisor", [](Question& q) { q.who.role = Role::kAuditor; }},
      {"house/no-permit", "ask-supervisor", [](Question& q) { q.who.role = Role::kDispatcher; }},
      {"house/no-permit", "ask-supervisor", [](Question& q) { q.action = Action::kManageHotlists; }},
      {"house/no-permit", "ask-supervisor", [](Question& q) { q.action = Action::kAuditLedger; }},
      {"house/no-permit", "ask-supervisor", [](Question& q) { q.action = Action::kNone; }},
  };
  for (const Row& row : rows) {
    Question q = good_question();
    row.change(q);
    const Decision d = decide(q, kFacts);
    EXPECT_FALSE(d.allowed) << row.rule;
    ASSERT_EQ(d.rules.size(), 1U) << row.rule << " and " << d.rules.back().id;
    EXPECT_EQ(d.rules[0].id, row.rule);
    ASSERT_TRUE(d.remedy) << row.rule;
    EXPECT_EQ(d.remedy->action, row.remedy) << row.rule;
    EXPECT_FALSE(d.rules[0].sentence.empty());
  }
}

TEST(Decide, TheOwnAgencyMayBeNamedOrNot) {
  for (const auto& [name, kind] : {std::pair("", ""), std::pair("", "own"), std::pair("Millbrook PD", "own"),
                                   std::pair("Hill County Sheriff", "in-state")}) {
    Question q = good_question();
    q.on_behalf_of = name;
    q.beneficiary_kind = kind;
    EXPECT_TRUE(decide(q, kFacts).allowed) << name << kind;
  }
}

TEST(Decide, ListsEveryForbidThatFires) {
  Question q = good_question();
  q.on_case->purpose = "immigration-enforcement";
  q.on_case->open = false;
  q.beneficiary_kind = "federal";
  q.on_behalf_of = "ICE";
  const Decision d = decide(q, kFacts);
  EXPECT_TRUE(has_rule(d, "house/no-immigration"));
  EXPECT_TRUE(has_rule(d, "house/case-open"));
  EXPECT_TRUE(has_rule(d, "house/beneficiary-federal"));
  EXPECT_EQ(d.remedy->action, "choose-case");
}

TEST(Decide, ForbidsOpeningACaseWithAForbiddenPurpose) {
  Question q = good_question();
  q.who.role = Role::kSupervisor;
  q.action = Action::kManageCase;
  EXPECT_TRUE(decide(q, kFacts).allowed);
  q.on_case->purpose = "immigration-enforcement";
  EXPECT_FALSE(decide(q, kFacts).allowed);
}

TEST(Decide, LetsAnOfficerKeepOnlyTheOwnCases) {
  Question q = good_question();
  q.who.role = Role::kOfficer;
  q.action = Action::kManageCase;
  EXPECT_TRUE(decide(q, kFacts).allowed);
  q.on_case->assigned = false;
  EXPECT_FALSE(decide(q, kFacts).allowed);
  q.who.role = Role::kSupervisor;
  EXPECT_TRUE(decide(q, kFacts).allowed);
}

TEST(Decide, CountsTheOldestKeptDayFromItsMidnight) {
  Question q = good_question();
  q.from = base::start_of(base::Day{base::day_of(kNow).since_epoch - kRetainedDays + 1});
  EXPECT_TRUE(decide(q, kFacts).allowed);
  *q.from -= base::Millis(1);
  EXPECT_FALSE(decide(q, kFacts).allowed);
}

TEST(Decide, NothingIsEverKeptLongerThanTheDaysSay) {
  // The oldest read of the oldest kept day, at the last moment before that day goes.
  const base::Time last_moment = base::start_of({base::day_of(kNow).since_epoch + 1}) - base::Millis(1);
  const base::Time oldest = base::start_of(oldest_kept_day(kNow, kRetainedDays));
  EXPECT_LT(last_moment - oldest, std::chrono::hours(24 * kRetainedDays));
  EXPECT_EQ(oldest_kept_day(kNow, 1), base::day_of(kNow));
  EXPECT_EQ(oldest_kept_day(kNow, 0), base::day_of(kNow));
}

TEST(Decide, AnOrderServesAFederalAgencyAndADeclarationAnotherStates) {
  Question q = good_question();
  q.beneficiary_kind = "federal";
  q.on_behalf_of = "FBI";
  q.attested = true;
  EXPECT_FALSE(decide(q, kFacts).allowed);
  q.order = order();
  EXPECT_FALSE(decide(q, kFacts).allowed) << "an order that another agency brought";
  q.order->agency = "FBI";
  EXPECT_TRUE(decide(q, kFacts).allowed);
  q.order->by_judge = false;
  EXPECT_FALSE(decide(q, kFacts).allowed) << "its own declaration";
  q.order->by_judge = true;
  q.order->verified = false;
  EXPECT_FALSE(decide(q, kFacts).allowed);
  q.order = order();
  q.order->agency = "FBI";
  q.order->expires_at = kNow;
  EXPECT_FALSE(decide(q, kFacts).allowed) << "an order that has run out";
  q.beneficiary_kind = "out-of-state";
  q.on_behalf_of = "Reno PD";
  q.order.reset();
  EXPECT_TRUE(decide(q, kFacts).allowed);
  q.attested = false;
  EXPECT_FALSE(decide(q, kFacts).allowed);
  q.beneficiary_kind = "private";
  q.on_behalf_of = "A Bank";
  q.attested = true;
  q.order = order();
  q.order->agency = "A Bank";
  EXPECT_FALSE(decide(q, kFacts).allowed);
  q.beneficiary_kind = "federal";
  q.on_behalf_of = "FBI";
  q.order->agency = "FBI";
  q.on_case->purpose = "immigration-enforcement";
  EXPECT_FALSE(decide(q, kFacts).allowed) << "no order makes a forbidden purpose a permitted one";
}

TEST(Decide, ADeclarationThatWasCheckedServesAnotherState) {
  Question q = good_question();
  q.beneficiary_kind = "out-of-state";
  q.on_behalf_of = "Reno PD";
  q.order = order();
  q.order->agency = "Reno PD";
  q.order->by_judge = false;
  EXPECT_TRUE(decide(q, kFacts).allowed);
  q.order->plates = {"ABC1234"};
  EXPECT_TRUE(has_rule(decide(q, kFacts), "house/order-plates")) << "it is a scope as well";
  q.plate = "ABC1234";
  EXPECT_TRUE(decide(q, kFacts).allowed);
  q.order->verified = false;
  EXPECT_FALSE(decide(q, kFacts).allowed);
}

TEST(Decide, SeparatesDuties) {
  const auto may = [](Role role, Action action, bool with_case) {
    Question q = good_question();
    q.who.role = role;
    q.action = action;
    if (!with_case) q.on_case.reset();
    return decide(q, kFacts).allowed;
  };
  EXPECT_FALSE(may(Role::kAdministrator, Action::kSearchReads, false));
  EXPECT_TRUE(may(Role::kAdministrator, Action::kManageAccounts, false));
  EXPECT_FALSE(may(Role::kAdministrator, Action::kManageCase, true));
  EXPECT_FALSE(may(Role::kSupervisor, Action::kManageAccounts, false));
  EXPECT_TRUE(may(Role::kOfficer, Action::kManageCase, false));
  EXPECT_TRUE(may(Role::kOfficer, Action::kManageCase, true));
  EXPECT_TRUE(may(Role::kDispatcher, Action::kDecideAlert, false));
  EXPECT_FALSE(may(Role::kAdministrator, Action::kDecideAlert, false));
  EXPECT_TRUE(may(Role::kAuditor, Action::kAuditLedger, false));
  EXPECT_FALSE(may(Role::kSupervisor, Action::kAuditLedger, false));
  EXPECT_FALSE(may(Role::kAdministrator, Action::kAuditLedger, false));
}

TEST(Decide, RoleCarriesIsTheMostThatTheRoleCouldEverDo) {
  std::set<std::pair<Role, Action>> seen;
  for_every_question([&](const Question& q) {
    if (decide(q, kFacts).allowed) seen.insert({q.who.role, q.action});
  });
  for (const Role role : kAllRoles) {
    for (const Action action : kAllActions) {
      EXPECT_EQ(role_carries(role, action), seen.contains({role, action}))
          << name_of(role) << " " << name_of(action);
    }
  }
}

TEST(Beneficiary, FederalBodiesAreKnownByWholeWords) {
  for (const char* name : {"ICE", "ice/ero", "US Border Patrol", "Homeland Security Investigations",
                           "F.B.I. Reno", "federal task force", "secret  service"}) {
    EXPECT_TRUE(names_federal_body(name)) << name;
  }
  for (const char* name : {"Rice County Sheriff", "Iceland Ave HOA", "Federalsburg PD", ""}) {
    EXPECT_FALSE(names_federal_body(name)) << name;
  }
}

TEST(Catalog, NamesRoundTrip) {
  std::set<std::string_view> names;
  for (const Action action : kAllActions)
    EXPECT_TRUE(names.insert(name_of(action)).second) << name_of(action);
  for (const Role role : kAllRoles) EXPECT_EQ(role_named(name_of(role)), role);
  EXPECT_FALSE(role_named("chief"));
  EXPECT_NE(find_purpose("amber-alert"), nullptr);
  EXPECT_TRUE(find_purpose("immigration-enforcement")->forbidden);
  EXPECT_EQ(find_purpose("parking"), nullptr);
  EXPECT_GT(offences().size(), 10U);
}

}  // namespace
}  // namespace glasshouse::policy
