// What another agency may ask: every combination of a small world of grants.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

#include "policy/rule.h"

namespace glasshouse::policy {
namespace {

const base::Time kSharingNow = *base::parse_rfc3339("2026-11-22T14:30:00Z");
const Rules kNoPacksHere;
const Facts kSharingFacts{kSharingNow, 30, &kNoPacksHere};

// What is allowed: each property below changes one thing of it.
Question granted_question() {
  Question q;
  q.action = Action::kSearchReads;
  q.who = {
      .id = "off_9", .agency_id = "hill", .role = Role::kOfficer, .active = true, .of_other_agency = true};
  q.on_case = CaseFacts{.id = "",
                        .number = "24-1",
                        .purpose = "stolen-vehicle",
                        .offence = "motor-vehicle-theft",
                        .open = true,
                        .assigned = true};
  q.on_behalf_of = "Hill County Sheriff";
  q.beneficiary_kind = "in-state";
  q.camera_ids = {"cam_1"};
  q.grant = GrantFacts{.id = "g",
                       .to_agency = "hill",
                       .cameras = {"cam_1", "cam_2"},
                       .purposes = {"burglary", "stolen-vehicle"},
                       .from_minute = 6 * 60,
                       .until_minute = 22 * 60,
                       .minute_now = 9 * 60,
                       .starts_at = kSharingNow - std::chrono::hours(24),
                       .ends_at = kSharingNow + std::chrono::hours(24),
                       .offered = true,
                       .accepted = true};
  return q;
}

using Change = std::function<void(Question&)>;
const Change kNothing = [](Question&) {};
// Each list is one dimension; the first of each leaves the question as it is.
const std::vector<std::vector<Change>> kWorld = {
    {kNothing, [](Question& q) { q.grant.reset(); }},
    {kNothing, [](Question& q) { q.action = Action::kViewPicture; },
     [](Question& q) { q.action = Action::kManageSharing; }},
    {kNothing,
     [](Question& q) {
       if (q.grant) q.grant->offered = false;
     },
     [](Question& q) {
       if (q.grant) q.grant->accepted = false;
     }},
    {kNothing, [](Question& q) { q.who.agency_id = "vale"; },
     [](Question& q) { q.beneficiary_kind = "own"; }},
    {kNothing, [](Question& q) { q.onward = true; }},
    {kNothing, [](Question& q) { q.camera_ids.clear(); },
     [](Question& q) {
       q.camera_ids = {"cam_1", "cam_3"};
     }},
    {kNothing, [](Question& q) { q.on_case->purpose = "violent-crime"; },
     [](Question& q) { q.on_case->purpose = "immigration-enforcement"; }},
    {kNothing,
     [](Question& q) {
       if (q.grant) q.grant->minute_now = 22 * 60;
     },
     [](Question& q) {
       if (q.grant) q.grant->from_minute = 22 * 60, q.grant->until_minute = 6 * 60;
     }},
    {kNothing,
     [](Question& q) {
       if (q.grant) q.grant->revoked = true;
     },
     [](Question& q) {
       if (q.grant) q.grant->ends_at = kSharingNow;
     },
     [](Question& q) {
       if (q.grant) q.grant->starts_at = kSharingNow + base::Millis{1};
     }},
    {kNothing,
     [](Question& q) {
       if (q.grant) q.grant->ends_at = q.grant->starts_at + kLongestGrant + base::Millis{1};
     }},
    {kNothing, [](Question& q) { q.agency_barred = true; }},
    {kNothing, [](Question& q) { q.sharing_stopped = true; }},
    {kNothing, [](Question& q) { q.regional = true; }, [](Question& q) { q.regional = q.in_region = true; }},
};

void for_every_change(std::size_t dimension, Question q, std::size_t changed,
                      const std::function<void(const Question&, std::size_t)>& visit) {
  if (dimension == kWorld.size()) return visit(q, changed);
  for (std::size_t i = 0; i < kWorld[dimension].size(); ++i) {
    Question next = q;
    kWorld[dimension][i](next);
    for_every_change(dimension + 1, std::move(next), changed + (i > 0), visit);
  }
}

TEST(Granted, IsAllowedInsideTheGrantAndNowhereElse) {
  std::size_t asked = 0, allowed = 0;
  for_every_change(0, granted_question(), 0, [&](const Question& q, std::size_t) {
    ++asked;
    const Decision d = decide(q, kSharingFacts);
    if (!d.allowed) {
      ASSERT_TRUE(d.remedy);
      return;
    }
    ++allowed;
    // Said again, by hand: all that a grant asks for.
    ASSERT_TRUE(q.grant && q.grant->offered && q.grant->accepted && !q.grant->revoked);
    ASSERT_TRUE(!q.onward && !q.agency_barred && !q.sharing_stopped && (!q.regional || q.in_region));
    ASSERT_EQ(q.action, Action::kSearchReads);
    ASSERT_EQ(q.grant->to_agency, q.who.agency_id);
    ASSERT_EQ(q.camera_ids, std::vector<std::string>{"cam_1"});
    ASSERT_EQ(q.on_case->purpose, "stolen-vehicle");
    ASSERT_TRUE(kSharingNow >= q.grant->starts_at && kSharingNow < q.grant->ends_at);
    // And without its grant none of it is.
    Question without = q;
    without.grant.reset();
    ASSERT_FALSE(decide(without, kSharingFacts).allowed);
  });
  EXPECT_GT(asked, 200'000U);
  EXPECT_GE(allowed, 2U);
}

TEST(Granted, EveryRuleAloneTurnsAnAllowIntoADenial) {
  std::set<std::string> decisive;
  for_every_change(0, granted_question(), 0, [&](const Question& q, std::size_t changed) {
    if (changed != 1) return;
    const Decision d = decide(q, kSharingFacts);
    if (!d.allowed && d.rules.size() == 1) decisive.insert(d.rules[0].id);
  });
  for (const Rule& rule : sharing_rules()) EXPECT_TRUE(decisive.contains(std::string(rule.id))) << rule.id;
}

TEST(Granted, HoursGoOverMidnight) {
  Question q = granted_question();
  q.grant->from_minute = 22 * 60;
  q.grant->until_minute = 6 * 60;
  for (const auto& [minute, open] : std::map<int, bool>{{0, true},
                                                        {5 * 60 + 59, true},
                                                        {6 * 60, false},
                                                        {21 * 60 + 59, false},
                                                        {22 * 60, true},
                                                        {1439, true}}) {
    q.grant->minute_now = minute;
    EXPECT_EQ(decide(q, kSharingFacts).allowed, open) << minute;
  }
}

TEST(Granted, ListsComeOnlyWhereTheGrantSaysSoAndAtAnyHour) {
  Question q = granted_question();
  q.action = Action::kManageHotlists;
  q.who.role = Role::kSupervisor;
  EXPECT_FALSE(decide(q, kSharingFacts).allowed) << "what was granted before lists could be";
  q.grant->lists = true;
  EXPECT_TRUE(decide(q, kSharingFacts).allowed);
  q.grant->minute_now = 23 * 60;
  EXPECT_TRUE(decide(q, kSharingFacts).allowed) << "what is over must be known at once";
  const std::vector<Change> refused = {
      [](Question& asked) { asked.on_case.reset(); },
      [](Question& asked) { asked.on_case->purpose = "violent-crime"; },
      [](Question& asked) { asked.on_case->purpose = "immigration-enforcement"; },
      [](Question& asked) {
        asked.camera_ids = {"cam_1", "cam_3"};
      },
      [](Question& asked) { asked.grant->revoked = true; },
      [](Question& asked) { asked.grant->ends_at = kSharingNow; },
      [](Question& asked) { asked.agency_barred = true; },
      [](Question& asked) { asked.sharing_stopped = true; },
      [](Question& asked) { asked.onward = true; },
      [](Question& asked) { asked.who.role = Role::kOfficer; },
      [](Question& asked) { asked.beneficiary_kind = "federal"; },
  };
  for (std::size_t i = 0; i < refused.size(); ++i) {
    Question changed = q;
    refused[i](changed);
    EXPECT_FALSE(decide(changed, kSharingFacts).allowed) << i;
  }
  q.action = Action::kManageSharing;
  EXPECT_FALSE(decide(q, kSharingFacts).allowed) << "and nothing else";
}

TEST(Granted, OfferingIsForAdministratorsAndSupervisors) {
  Question q;
  q.action = Action::kManageSharing;
  q.who = {.id = "a", .agency_id = "own", .role = Role::kOfficer, .active = true};
  q.beneficiary_kind = "own";
  EXPECT_FALSE(decide(q, kSharingFacts).allowed);
  for (const Role role : {Role::kAdministrator, Role::kSupervisor}) {
    q.who.role = role;
    EXPECT_TRUE(decide(q, kSharingFacts).allowed);
  }
}

// The floor and the packs judge the agency that asks, whatever its grant says.
TEST(Granted, BeneficiaryRulesAndPacksHoldAsWell) {
  Question q = granted_question();
  q.beneficiary_kind = "federal";
  q.on_behalf_of = "FBI";
  EXPECT_FALSE(decide(q, kSharingFacts).allowed);
  q.beneficiary_kind = "in-state";
  EXPECT_FALSE(decide(q, kSharingFacts).allowed) << "disguised";
  q.on_behalf_of = "Reno PD";
  q.beneficiary_kind = "out-of-state";
  EXPECT_FALSE(decide(q, kSharingFacts).allowed);
  q.attested = true;
  EXPECT_TRUE(decide(q, kSharingFacts).allowed) << "with its declaration";
  EXPECT_FALSE(decide(q, {kSharingNow, 21, &strict_default()}).allowed)
      << "the strict default wants an order";
}

}  // namespace
}  // namespace glasshouse::policy
