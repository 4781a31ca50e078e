// The house rules. Predicates first, then the table.
#include <algorithm>
#include <array>
#include <cctype>
#include <initializer_list>
#include <string>
#include <vector>

#include "policy/rule.h"

namespace glasshouse::policy {

bool needs_case(Action action) {
  switch (action) {
    case Action::kSearchReads:
    case Action::kViewRead:
    case Action::kViewPicture:
    case Action::kLiveReads:
    case Action::kExportReads:
    case Action::kCorrectRead:
      return true;
    default:
      return false;
  }
}

const Purpose* purpose_of(const Question& question) {
  return question.on_case ? find_purpose(question.on_case->purpose) : nullptr;
}

bool has_order(const Question& question, const Facts& facts) {
  return question.order && question.order->by_judge && question.order->verified &&
         facts.now < question.order->expires_at;
}

bool has_declaration(const Question& question, const Facts& facts) {
  if (question.attested) return true;
  return question.order && question.order->verified && facts.now < question.order->expires_at;
}

bool names_federal_body(std::string_view beneficiary) {
  static constexpr std::array<std::string_view, 17> kNames{"ice",
                                                           "cbp",
                                                           "dhs",
                                                           "hsi",
                                                           "ero",
                                                           "uscis",
                                                           "fbi",
                                                           "dea",
                                                           "atf",
                                                           "usms",
                                                           "uscg",
                                                           "tsa",
                                                           "secret service",
                                                           "border patrol",
                                                           "homeland security",
                                                           "immigration",
                                                           "federal"};
  return names_one_of(beneficiary, kNames);
}

bool names_one_of(std::string_view text, std::span<const std::string_view> names) {
  // Letters and digits lower-cased, anything else one space, so that "I.C.E." is not hidden by its dots.
  std::string words = " ";
  std::string squeezed = " ";
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      words += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      squeezed += words.back();
    } else {
      if (words.back() != ' ') words += ' ';
      if (c != '.' && squeezed.back() != ' ') squeezed += ' ';
    }
  }
  words += ' ';
  squeezed += ' ';
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    const std::string whole = " " + std::string(name) + " ";
    return words.find(whole) != std::string::npos || squeezed.find(whole) != std::string::npos;
  });
}

namespace {

using Q = const Question&;
using F = const Facts&;

bool is_one_of(Action action, std::initializer_list<Action> list) {
  return std::find(list.begin(), list.end(), action) != list.end();
}
bool is_one_of(Role role, std::initializer_list<Role> list) {
  return std::find(list.begin(), list.end(), role) != list.end();
}

bool known_kind(std::string_view kind) {
  return kind == "own" || kind == "in-state" || kind == "out-of-state" || kind == "federal" ||
         kind == "private";
}

// Permits: which role carries which action.

bool case_work(Q q, F) {
  return needs_case(q.action) && q.on_case && q.on_case->open && q.on_case->assigned &&
         is_one_of(q.who.role, {Role::kOfficer, Role::kSupervisor, Role::kAdministrator});
}
bool alert_duty(Q q, F) {
  return is_one_of(q.action, {Action::kViewAlerts, Action::kDecideAlert, Action::kRecordOutcome}) &&
         is_one_of(q.who.role, {Role::kOfficer, Role::kSupervisor, Role::kDispatcher});
}
bool case_list(Q q, F) {
  return q.action == Action::kListCases &&
         is_one_of(q.who.role, {Role::kOfficer, Role::kSupervisor, Role::kAdministrator, Role::kDispatcher});
}
// Whoever works a case opens it and keeps its sheet; other people's cases are a supervisor's. Every step is
// recorded.
bool own_cases(Q q, F) {
  return q.action == Action::kManageCase && q.who.role == Role::kOfficer &&
         (!q.on_case || q.on_case->assigned);
}
bool supervision(Q q, F) {
  return is_one_of(q.action, {Action::kManageCase, Action::kManageHotlists}) &&
         q.who.role == Role::kSupervisor;
}
bool work_views(Q q, F) {
  return is_one_of(q.action, {Action::kViewHotlists, Action::kTryPicture, Action::kViewMasked}) &&
         q.who.role != Role::kAuditor;
}
bool open_views(Q q, F) {
  return is_one_of(q.action, {Action::kViewCameras, Action::kViewLedger});
}
bool administration(Q q, F) {
  return is_one_of(q.action, {Action::kManageCameras, Action::kManageAccounts, Action::kManageSettings,
                              Action::kUploadReads}) &&
         q.who.role == Role::kAdministrator;
}
bool sharing(Q q, F) {
  return q.action == Action::kManageSharing &&
         is_one_of(q.who.role, {Role::kAdministrator, Role::kSupervisor});
}
bool audit(Q q, F) {
  return q.action == Action::kAuditLedger && q.who.role == Role::kAuditor;
}

// Forbids.

bool account_closed(Q q, F) {
  return !q.who.active;
}
// Looking at what names vehicles, and deciding about them, is for those who learned it and whose learning
// holds.
bool training_over(Q q, F f) {
  return q.who.trained_until && f.now >= *q.who.trained_until &&
         (needs_case(q.action) ||
          is_one_of(q.action, {Action::kViewAlerts, Action::kDecideAlert, Action::kRecordOutcome}));
}
bool case_missing(Q q, F) {
  return needs_case(q.action) && !q.on_case;
}
bool case_closed(Q q, F) {
  return needs_case(q.action) && q.on_case && !q.on_case->open;
}
bool case_not_assigned(Q q, F) {
  return needs_case(q.action) && q.on_case && !q.on_case->assigned;
}
bool case_unnumbered(Q q, F) {
  return needs_case(q.action) && q.on_case && q.on_case->number.empty();
}
bool purpose_unknown(Q q, F) {
  return q.on_case && purpose_of(q) == nullptr;
}

bool purpose_forbidden_by(Q q, std::string_view rule_id) {
  const Purpose* purpose = purpose_of(q);
  return purpose != nullptr && purpose->forbidden && purpose->rule_id == rule_id;
}
bool immigration(Q q, F) {
  return purpose_forbidden_by(q, "house/no-immigration");
}
bool traffic(Q q, F) {
  return purpose_forbidden_by(q, "house/no-traffic");
}
bool protected_activity(Q q, F) {
  return purpose_forbidden_by(q, "house/no-protected-activity");
}
bool reproductive_care(Q q, F) {
  return purpose_forbidden_by(q, "house/no-reproductive-care");
}
bool protected_class(Q q, F) {
  return purpose_forbidden_by(q, "house/no-protected-class");
}
bool harassment(Q q, F) {
  return purpose_forbidden_by(q, "house/no-harassment");
}
bool personal(Q q, F) {
  return purpose_forbidden_by(q, "house/no-personal");
}
bool background(Q q, F) {
  return purpose_forbidden_by(q, "house/no-background");
}
bool commercial(Q q, F) {
  return purpose_forbidden_by(q, "house/no-commercial");
}

// The floor under every pack: others are served by an order, another state's agency also by its declaration.
bool beneficiary_federal(Q q, F f) {
  return q.beneficiary_kind == "federal" && !has_order(q, f);
}
bool beneficiary_disguised(Q q, F) {
  return q.beneficiary_kind != "federal" && names_federal_body(q.on_behalf_of);
}
bool beneficiary_out_of_state(Q q, F f) {
  return q.beneficiary_kind == "out-of-state" && !has_declaration(q, f);
}
bool beneficiary_private(Q q, F) {
  return q.beneficiary_kind == "private";
}
// The own agency may be named or not; anybody else is named, with a kind that we know.
bool beneficiary_unclear(Q q, F) {
  if (q.beneficiary_kind.empty()) return !q.on_behalf_of.empty();
  if (q.beneficiary_kind == "own") return false;
  return !known_kind(q.beneficiary_kind) || q.on_behalf_of.empty();
}

bool span_reversed(Q q, F) {
  return q.from && q.to && *q.to < *q.from;
}
// Reads are kept by whole UTC days, so the oldest kept day counts from its midnight.
bool span_before_kept(Q q, F f) {
  return q.from && needs_case(q.action) && *q.from < base::start_of(oldest_kept_day(f.now, f.retained_days));
}

constexpr std::string_view kOtherPurpose =
    "Choose a case with a permitted purpose. If the case is wrong, a supervisor can correct it.";

constexpr std::array kOwnRules{
    Rule{"house/case-work", Effect::kPermit, case_work,
         "An officer works with reads under an open case that the officer is assigned to.",
         "Cal. Civ. Code 1798.90.51-.55; house rule"},
    Rule{"house/alert-duty", Effect::kPermit, alert_duty,
         "Officers, supervisors and dispatchers verify alerts; the hotlist entry is the case.", "house rule"},
    Rule{"house/case-list", Effect::kPermit, case_list, "Staff may see the list of cases.", "house rule"},
    Rule{"house/own-cases", Effect::kPermit, own_cases,
         "An officer opens cases and keeps the sheets of those that the officer is assigned to.",
         "house rule"},
    Rule{"house/supervision", Effect::kPermit, supervision, "A supervisor manages cases and hotlists.",
         "house rule"},
    Rule{"house/work-views", Effect::kPermit, work_views,
         "Staff may see hotlists and masked reads and try the reader on a picture of their own.",
         "house rule"},
    Rule{"house/open-views", Effect::kPermit, open_views,
         "Everybody with an account may see the cameras and the public part of the ledger.", "house rule"},
    Rule{"house/administration", Effect::kPermit, administration,
         "An administrator manages accounts, cameras and settings.", "house rule"},
    Rule{"house/sharing", Effect::kPermit, sharing,
         "Administrators and supervisors offer, accept and revoke grants.", "house rule"},
    Rule{"house/audit", Effect::kPermit, audit, "The auditor sees the ledger in full.", "house rule"},

    Rule{"house/account-active", Effect::kForbid, account_closed, "This account is closed.",
         "CJIS Security Policy AC-2; house rule", 1, "Ask an administrator to open the account again.",
         "none"},
    Rule{"house/training-current", Effect::kForbid, training_over,
         "Your training certificate has run out: reads, pictures and alerts are for people whose training "
         "holds.",
         "Cal. Civ. Code 1798.90.51(b)(2)(B); house rule", 1,
         "Renew the training; an administrator then enters the new date.", "none"},
    Rule{"house/case-required", Effect::kForbid, case_missing,
         "Reads name vehicles and places: this needs an open case that you are assigned to.",
         "Cal. Civ. Code 1798.90.51-.55; Wash. ESSB 6002 (L. 2026 c. 239); house rule", 10,
         "Choose a case that you are assigned to.", kChooseCase},
    Rule{"house/case-open", Effect::kForbid, case_closed, "The case is closed.", "house rule", 11,
         "Choose an open case, or ask a supervisor to open this one again.", kChooseCase},
    Rule{"house/case-assigned", Effect::kForbid, case_not_assigned, "You are not assigned to this case.",
         "house rule", 12, "Choose one of your cases, or ask a supervisor to assign you to this one.",
         "ask-supervisor"},
    Rule{"house/case-number", Effect::kForbid, case_unnumbered, "The case has no number.",
         "Wash. ESSB 6002 (L. 2026 c. 239), audit trail; house rule", 13, "Give the case its number first.",
         "ask-supervisor"},
    Rule{"house/purpose-known", Effect::kForbid, purpose_unknown,
         "The purpose is not one of the coded purposes.", "Va. Code 2.2-5517 (closed list); house rule", 9,
         kOtherPurpose, kChooseCase},
    Rule{"house/no-immigration", Effect::kForbid, immigration,
         "Reads are never used for immigration enforcement.",
         "Wash. ESSB 6002 (L. 2026 c. 239); 625 ILCS 5/2-130; house rule", 2, kOtherPurpose, kChooseCase},
    Rule{"house/no-traffic", Effect::kForbid, traffic,
         "Reads are never used for traffic or parking enforcement.", "Idaho Code 49-1432; house rule", 2,
         kOtherPurpose, kChooseCase},
    Rule{"house/no-protected-activity", Effect::kForbid, protected_activity,
         "Reads are never used against protest, worship, the press or other protected activity.",
         "Wash. ESSB 6002 (L. 2026 c. 239); house rule", 2, kOtherPurpose, kChooseCase},
    Rule{"house/no-reproductive-care", Effect::kForbid, reproductive_care,
         "Reads are never used to enforce against reproductive or gender-affirming care.",
         "625 ILCS 5/2-130; house rule", 2, kOtherPurpose, kChooseCase},
    Rule{"house/no-protected-class", Effect::kForbid, protected_class,
         "Race, sex, religion or another protected class alone is no ground to look at reads.", "house rule",
         2, kOtherPurpose, kChooseCase},
    Rule{"house/no-harassment", Effect::kForbid, harassment,
         "Reads are never used to harass or intimidate anybody.", "house rule", 2, kOtherPurpose,
         kChooseCase},
    Rule{"house/no-personal", Effect::kForbid, personal,
         "Reads are never looked at out of personal interest.", "house rule", 2, kOtherPurpose, kChooseCase},
    Rule{"house/no-background", Effect::kForbid, background,
         "Reads are never used for employment or other background checks.", "house rule", 2, kOtherPurpose,
         kChooseCase},
    Rule{"house/no-commercial", Effect::kForbid, commercial, "Reads are never sold or used commercially.",
         "Va. Code 2.2-5517 (no sale, no private sharing); house rule", 2, kOtherPurpose, kChooseCase},
    Rule{"house/beneficiary-federal", Effect::kForbid, beneficiary_federal,
         "Nothing is searched here on behalf of a federal agency without a judge's order.",
         "Va. Code 2.2-5517; Conn. PA 26-14 s. 13; house rule", 3, kByOrder, kOrderDesk},
    Rule{"house/beneficiary-disguised", Effect::kForbid, beneficiary_disguised,
         "The body named as beneficiary is a federal one, whatever kind was chosen.",
         "Va. Code 2.2-5517; Conn. PA 26-14 s. 13; house rule", 3, kByOrder, kOrderDesk},
    Rule{"house/beneficiary-out-of-state", Effect::kForbid, beneficiary_out_of_state,
         "Nothing is searched here on behalf of another state's agency without its written declaration or a "
         "judge's order.",
         "625 ILCS 5/2-130; Va. Code 2.2-5517; Cal. Civ. Code 1798.90.51-.55; house rule", 4, kByOrder,
         kOrderDesk},
    Rule{"house/beneficiary-private", Effect::kForbid, beneficiary_private,
         "Nothing is searched here on behalf of a private person or company.",
         "Va. Code 2.2-5517 (no private sharing); house rule", 5, kByOrder, kOrderDesk},
    Rule{"house/beneficiary-unclear", Effect::kForbid, beneficiary_unclear,
         "A search for somebody else names who it is for and what kind of body that is.",
         "CJIS Security Policy AU-3 (requesting agency); house rule", 6,
         "Name the beneficiary and its kind, or search for your own agency.", "none"},
    Rule{"house/span-order", Effect::kForbid, span_reversed,
         "The end of the time span lies before its start.", "house rule", 21, "Set the end after the start.",
         "narrow-time"},
    Rule{"house/span-retained", Effect::kForbid, span_before_kept,
         "The time span starts before the oldest reads that are kept.", "house rule: retention", 20,
         "Start the span within the days that are kept.", "narrow-time"},
};

}  // namespace

std::span<const Rule> house_rules() {
  static const std::vector<Rule> all = [] {
    std::vector<Rule> rules(kOwnRules.begin(), kOwnRules.end());
    rules.insert(rules.end(), sharing_rules().begin(), sharing_rules().end());
    rules.insert(rules.end(), order_rules().begin(), order_rules().end());
    return rules;
  }();
  return all;
}

}  // namespace glasshouse::policy
