// Who may do what, why, and on whose behalf: a pure function from a question and facts to a decision that
// explains itself. No I/O, no clock, no state. Default deny; a forbid beats every permit; rule order never
// matters (the semantics of the Cedar policy language). Thread-safe because everything is a value.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace glasshouse::policy {

class Rules;  // stack.h: the statute packs in force

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
  kManageSharing,
  kOrderDesk,     // see, enter and withdraw the orders that outside agencies bring
  kCheckOrder,    // say that an order is what it says, as the second person
  kUseExigent,    // open a case sheet in an emergency, before the case has its number
  kJudgeExigent,  // say afterwards whether that was right, as the second person
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

// How grave a case is, for rules about reach. The order is the meaning: later is graver. The class of an
// offence differs from state to state; this one is the project's own and not reviewed by counsel.
enum class Gravity {
  kUnknown,  // no such offence code
  kMisdemeanour,
  kGrossMisdemeanour,
  kFelony,
  kViolentFelony,
  kDangerToLife,  // no offence at all: a missing, endangered or helpless person
};
std::string_view name_of(Gravity gravity);  // "gross-misdemeanour": as packs write it
std::optional<Gravity> gravity_named(std::string_view name);

// Offences an officer may choose for a case (code and label; NIBRS-like groups).
struct Offence {
  std::string code;
  std::string label;
  Gravity gravity = Gravity::kUnknown;
};
const std::vector<Offence>& offences();
Gravity gravity_of(std::string_view offence_code);

// What a search wants to know. All but kReads reach people who have nothing to do with the case, so packs say
// how grave it must be for them ([questions.KIND]).
enum class Asks { kReads, kRoute, kMeet, kConvoy };
inline constexpr std::array kWideQuestions{Asks::kRoute, Asks::kMeet, Asks::kConvoy};
std::string_view name_of(Asks asks);   // "reads", "route", "meet", "convoy": as packs write it
std::string_view words_of(Asks asks);  // "the way of one plate"

struct Officer {
  std::string id;
  std::string agency_id;
  Role role = Role::kOfficer;
  bool active = false;
  bool of_other_agency = false;             // asks about our cameras from elsewhere: only inside a grant
  std::optional<base::Time> trained_until;  // when the training certificate runs out; empty: none is kept
};

// What another agency may ask of our cameras (docs/formats/grant.md), as it stands at the moment. Only the
// gate fills this in, from its book: no caller brings a grant along.
struct GrantFacts {
  std::string id, to_agency;
  std::vector<std::string> cameras, purposes;  // never all
  // Minutes of the day, and what the clocks of the grant's zone show now. from > until goes over midnight.
  int from_minute = 0, until_minute = kMinutesOfDay, minute_now = 0;
  base::Time starts_at, ends_at;
  bool offered = false, accepted = false;  // signed by the owner, and by the recipient
  bool revoked = false;
  bool lists = false;  // its agency may send lists whose entries alert for these cameras
  static constexpr int kMinutesOfDay = 24 * 60;
};
// Whether a minute of the day, by the clocks of the grant's zone, lies in its hours.
bool in_hours(const GrantFacts& grant, int minute);
inline constexpr base::Millis kLongestGrant{366ll * 24 * 60 * 60 *
                                            1000};  // twelve months, a leap day in them

struct CaseFacts {
  std::string id;
  std::string number;
  std::string purpose;  // code
  std::string offence;  // code
  bool open = false;
  bool assigned = false;       // the officer is on the sheet
  bool exigent = false;        // opened in an emergency, before it had a number of its own
  std::string opened_by = {};  // the account that opened it
};

// What the beneficiary brought: a judge's warrant or order, or its own written declaration. A question under
// it stays inside what it names.
struct OrderFacts {
  std::string number;
  bool verified = false;  // entered by one person and checked by another
  base::Time expires_at;
  bool by_judge = true;                  // false: a declaration, which serves where an attestation is enough
  std::string id = {}, agency = {};      // whom it serves, as Question::on_behalf_of has it
  std::string entered_by = {};           // the account that entered it
  std::vector<std::string> plates = {};  // sorted; empty: it is not about named plates
  std::vector<std::string> camera_ids = {};      // sorted; empty: all
  std::optional<base::Time> from = {}, to = {};  // the reads it covers
};

// A place about a camera that shall be put up or moved.
struct NearPlace {
  std::string kind;       // "school": one of place_kinds() in pack.h
  double distance_m = 0;  // from its boundary; 0: inside
  bool consent = false;   // the institution's written consent is on file
};

struct Question {
  Action action = Action::kNone;
  Officer who;
  std::optional<CaseFacts> on_case;
  std::string on_behalf_of;        // empty: for the own agency; else the beneficiary as typed
  std::string beneficiary_kind;    // "own", "in-state", "out-of-state", "federal", "private"
  std::optional<base::Time> from;  // span asked for
  std::optional<base::Time> to;
  std::size_t cameras = 0;              // how many cameras it reaches; 0: all
  std::vector<std::string> camera_ids;  // which; empty: all
  Asks asks = Asks::kReads;
  bool names_plate = false;       // asks by plate rather than by looks or place
  std::string plate;              // the one plate that is asked for, letter by letter; else empty
  std::string beneficiary_state;  // "US-MA"; empty: not told
  bool attested = false;          // the beneficiary's written declaration is on file
  std::optional<OrderFacts> order;
  int agencies = 1;              // whose cameras it reaches, the own agency included
  double reach_m = 0;            // from the agency's centre to the farthest camera asked
  std::optional<int> keep_days;  // kManageSettings: how long reads shall be kept from now on
  std::vector<NearPlace> near;   // kManageCameras: sensitive places about the camera
  // Of who.of_other_agency; the beneficiary above is then that agency, of the kind that its grant states.
  std::string grant_id;  // the grant that the question is asked under
  std::optional<GrantFacts> grant;
  bool onward = false;           // asks for somebody else in turn
  bool agency_barred = false;    // revoked for good, by two people
  bool sharing_stopped = false;  // what this agency asserted about who reaches its cameras does not hold
  bool regional = false;         // one question to several agencies at once
  bool in_region = false;        // every agency it joins is on the list that two people opted in to
};

struct Facts {
  base::Time now;
  int retained_days = 0;  // how long reads are really kept: the setting or a pack, whichever is shorter
  const Rules* rules = nullptr;  // the packs in force; null: the strict default
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

// The oldest UTC day of which reads are kept. The last read of a day is `days` old at the latest when the day
// goes, so that nothing is ever kept longer, by not even an hour of a day.
base::Day oldest_kept_day(base::Time now, int days);

}  // namespace glasshouse::policy
