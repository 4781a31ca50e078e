// Who may do what, why, and on whose behalf: a pure function from a question and facts to a decision that
// explains itself. No I/O, no clock, no state. Default deny; a forbid beats every permit; rule order never
// matters (the semantics of the Cedar policy language). Thread-safe because everything is a value.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace glasshouse::policy {

enum class Role { kOfficer, kSupervisor, kAdministrator, kAuditor, kDispatcher };
std::string_view name_of(Role role);
std::optional<Role> role_named(std::string_view name);

// Everything a route may ask for. The api's route table has one beside every route.
enum class Action {
  kNone,  // public or own-session routes: no question is asked
  // Things that name a vehicle, a person or a place: need a purpose and a case.
  kSearchReads,
  kViewRead,
  kViewPicture,
  kLiveReads,
  kExportReads,
  kCorrectRead,
  // Alerts: the duty itself is the purpose, the hotlist entry the case.
  kViewAlerts,
  kDecideAlert,
  kRecordOutcome,
  // Work records.
  kListCases,
  kManageCase,
  kViewHotlists,
  kManageHotlists,
  kViewCameras,
  kManageCameras,
  kUploadReads,
  kManageAccounts,
  kManageSettings,
  kViewLedger,
  kAuditLedger,
  kTryPicture,
  kViewMasked,
};
std::string_view name_of(Action action);  // "search-reads": x-action in api/openapi.yaml, kind in the ledger

// A coded purpose. Forbidden ones stand in the list so that people see that they are forbidden.
struct Purpose {
  std::string code;   // "stolen-vehicle"
  std::string label;  // "Stolen vehicle"
  bool forbidden = false;
  std::string rule_id;   // the rule that forbids or allows it
  std::string citation;  // where it is written
};
const std::vector<Purpose>& purposes();
const Purpose* find_purpose(std::string_view code);

// Offences an officer may choose for a case (code and label; NIBRS-like groups).
struct Offence {
  std::string code;
  std::string label;
};
const std::vector<Offence>& offences();

struct Officer {
  std::string id;
  std::string agency_id;
  Role role = Role::kOfficer;
  bool active = false;
};

struct CaseFacts {
  std::string id;
  std::string number;
  std::string purpose;  // code
  std::string offence;  // code
  bool open = false;
  bool assigned = false;  // the officer is on the sheet
};

struct Question {
  Action action = Action::kNone;
  Officer who;
  std::optional<CaseFacts> on_case;
  std::string on_behalf_of;        // empty: for the own agency; else the beneficiary as typed
  std::string beneficiary_kind;    // "own", "in-state", "out-of-state", "federal", "private"
  std::optional<base::Time> from;  // span asked for
  std::optional<base::Time> to;
  std::size_t cameras = 0;   // how many cameras it reaches; 0: all
  bool names_plate = false;  // asks by plate rather than by looks or place
};

struct Facts {
  base::Time now;
  int retained_days = 0;
};

// A rule that took part, in words a person can read.
struct RuleHit {
  std::string id;        // "house/case-required"
  std::string sentence;  // "A search needs an open case that you are assigned to."
  std::string citation;
};

// The nearest thing that would be allowed: a sentence and, for the console, a machine-readable hint.
struct Remedy {
  std::string sentence;
  std::string action;  // "choose-case", "narrow-time", "ask-supervisor", "order-desk" or "none"
};

struct Decision {
  bool allowed = false;
  std::vector<RuleHit>
      rules;  // on deny: every forbid that fired, or the missing permit; on allow: the permits
  std::optional<Remedy> remedy;
};

Decision decide(const Question& question, const Facts& facts);

// Whether the role could do this under the best of circumstances (its own open case and so on). A router uses
// it to turn away early what decide() would deny anyway; it never replaces decide().
bool role_carries(Role role, Action action);

}  // namespace glasshouse::policy
