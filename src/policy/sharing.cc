// What another agency may ask of our cameras: the house rules about grants. Each only forbids; what permits
// is the same case work that an officer of our own needs.
#include <algorithm>
#include <array>

#include "policy/rule.h"

namespace glasshouse::policy {
namespace {

using Q = const Question&;
using F = const Facts&;

bool granted(Q q) {
  return q.who.of_other_agency && q.grant.has_value();
}
bool has(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

bool no_grant(Q q, F) {
  return q.who.of_other_agency && !q.grant;
}
// A list for our cameras, under a grant that says so and for a purpose that can be judged.
bool sends_list(Q q) {
  return q.action == Action::kManageHotlists && q.grant && q.grant->lists && q.on_case;
}
bool more_than_search(Q q, F) {
  return q.who.of_other_agency && q.action != Action::kSearchReads && !sends_list(q);
}
bool one_sided(Q q, F) {
  return granted(q) && !(q.grant->offered && q.grant->accepted);
}
bool other_recipient(Q q, F) {
  return granted(q) &&
         (q.grant->to_agency != q.who.agency_id || q.beneficiary_kind.empty() || q.beneficiary_kind == "own");
}
bool onward(Q q, F) {
  return q.who.of_other_agency && q.onward;
}
bool other_cameras(Q q, F) {
  return granted(q) &&
         (q.camera_ids.empty() || !std::all_of(q.camera_ids.begin(), q.camera_ids.end(),
                                               [&](const auto& id) { return has(q.grant->cameras, id); }));
}
bool other_purpose(Q q, F) {
  return granted(q) && q.on_case && !has(q.grant->purposes, q.on_case->purpose);
}
bool other_hours(Q q, F) {
  // A list comes at any hour, so that what is over is known at once; its entries alert within the hours only.
  return granted(q) && !sends_list(q) && !in_hours(*q.grant, q.grant->minute_now);
}
bool not_running(Q q, F f) {
  return granted(q) && (q.grant->revoked || f.now < q.grant->starts_at || f.now >= q.grant->ends_at);
}
bool too_long(Q q, F) {
  return granted(q) && q.grant->ends_at - q.grant->starts_at > kLongestGrant;
}
bool barred(Q q, F) {
  return q.who.of_other_agency && q.agency_barred;
}
bool stopped(Q q, F) {
  return q.who.of_other_agency && q.sharing_stopped;
}
bool region_not_opted_in(Q q, F) {
  return q.regional && !q.in_region;
}

constexpr std::string_view kAskOwner = "Ask the agency whose cameras these are for a grant that covers this.";
constexpr std::string_view kNone = "none";

constexpr std::array kSharingRules{
    Rule{"house/grant-required", Effect::kForbid, no_grant,
         "Another agency sees nothing here but inside a grant that both agencies signed.",
         "Va. Code 2.2-5517; house rule", 3, kAskOwner, kNone},
    Rule{"house/grant-searches-only", Effect::kForbid, more_than_search,
         "A grant gives searches of past reads, lists where it says so, and nothing else.", kHouseRule, 4,
         kAskOwner, kNone},
    Rule{"house/grant-signed-by-both", Effect::kForbid, one_sided,
         "A grant holds only when both agencies signed it.", kHouseRule, 4,
         "The agency that has not signed yet can accept it.", kNone},
    Rule{"house/grant-recipient", Effect::kForbid, other_recipient,
         "A grant is for the one agency that it names.", kHouseRule, 4, kAskOwner, kNone},
    Rule{"house/grant-not-transitive", Effect::kForbid, onward,
         "What a grant gives is not given on: its agency asks for itself only.", kHouseRule, 4,
         "Whoever needs it asks the agency whose cameras these are.", kNone},
    Rule{"house/grant-cameras", Effect::kForbid, other_cameras,
         "A question under a grant names its cameras, and each is one that the grant names.", kHouseRule, 14,
         "Name only cameras of the grant.", kNone},
    Rule{"house/grant-purpose", Effect::kForbid, other_purpose, "The grant does not name the case's purpose.",
         kHouseRule, 13, "Choose a case with a purpose of the grant.", "choose-case"},
    Rule{"house/grant-hours", Effect::kForbid, other_hours,
         "The grant may be used at other hours of the day only.", kHouseRule, 15,
         "Ask again within the grant's hours.", kNone},
    Rule{"house/grant-running", Effect::kForbid, not_running,
         "The grant has not begun, has ended or was revoked.", kHouseRule, 5, kAskOwner, kNone},
    Rule{"house/grant-term", Effect::kForbid, too_long, "No grant lasts longer than twelve months.",
         kHouseRule, 5, kAskOwner, kNone},
    Rule{"house/agency-barred", Effect::kForbid, barred,
         "Two people of the agency whose cameras these are shut this agency out for good.", kHouseRule, 2,
         "Nothing can be asked here. Two people there can lift it.", kNone},
    Rule{"house/sharing-stopped", Effect::kForbid, stopped,
         "Sharing is stopped: what this agency promised about who reaches its cameras does not hold.",
         kHouseRule, 2, "An administrator there ends what breaks the promise and lets sharing go on.", kNone},
    Rule{"house/region-opt-in", Effect::kForbid, region_not_opted_in,
         "One question to several agencies at once needs a list of named agencies that two people turned on.",
         kHouseRule, 14, "Ask one agency at a time.", kNone},
};

}  // namespace

bool in_hours(const GrantFacts& g, int minute) {
  return g.from_minute <= g.until_minute ? minute >= g.from_minute && minute < g.until_minute
                                         : minute >= g.from_minute || minute < g.until_minute;
}

std::span<const Rule> sharing_rules() {
  return kSharingRules;
}

}  // namespace glasshouse::policy
