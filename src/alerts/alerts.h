// A hit on its way through a person: pending → confirmed or rejected → (confirmed only) closed with an
// outcome. No state can be skipped: each step is one conditional update on the state before it. Where the
// stop would be of high risk, two people confirm: the first one's look is kept, and the alert stays pending.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "db/database.h"
#include "gate/gate.h"
#include "hotlist/hotlist.h"
#include "reads/read.h"

namespace glasshouse::alerts {

enum class Errc { kNotFound = 1, kWrongState, kBadCode, kNotCompared, kOutsidePermit, kStore, kSamePerson };

enum class State { kPending, kConfirmed, kRejected, kClosed };
std::string_view name_of(State state);
std::optional<State> state_named(std::string_view name);

enum class Verdict { kSame, kDifferent, kUnknown };
struct Agreement {
  std::string field;  // "plate", "region", "body", "color", "make"
  std::string wanted, read;
  Verdict verdict = Verdict::kUnknown;
};

struct Code {
  std::string code, label;
  std::string decision;  // "confirm" or "reject" for decision codes; empty for outcome codes
};
const std::vector<Code>& decision_codes();  // confirm: all-agree, plate-agrees-looks-unknown; reject:
                                            // misread, wrong-region, wrong-vehicle, stale-entry, other …
const std::vector<Code>&
outcome_codes();  // recovered, located, stopped-no-action, not-found, stale, unfounded …

struct Step {
  std::string officer_id;
  base::Time at;
  std::string decision;  // "confirm"/"reject" or empty for an outcome
  std::string code, note;
  std::uint64_t ledger_index = 0;
};

struct Alert {
  std::string id;  // "alert_…"
  State state = State::kPending;
  hotlist::HitKind kind = hotlist::HitKind::kExact;
  double rank = 0;  // 0..1: kind, confidence and agreement; disagreement lowers it
  base::Time created_at;
  std::uint64_t reads = 1;  // of this passing, so far; the alert is about the first
  base::Time last_read_at;  // when the newest of them was taken
  std::string camera_id, read_id;
  hotlist::Entry entry;  // as it was when it hit
  std::string hotlist_name;
  std::string agency;  // whose list it is, where another agency sent it
  // Why it was closed without a person here: a word of the list's owner. The outcome then holds the sentence.
  std::string withdrawn;
  bool list_stale = false;               // when it hit, the list was older than its agency wants
  std::optional<base::Time> list_as_of;  // how new the list was then; absent: lists without files
  int looks_needed = 1;                  // how many people must still confirm; 0: it is decided
  std::optional<Step> first_look;        // of two
  std::optional<Step> decision, outcome;
};

struct Summary {  // what the queue and the event stream show: no plate
  std::string id;
  State state = State::kPending;
  hotlist::HitKind kind = hotlist::HitKind::kExact;
  double rank = 0;
  base::Time created_at;
  std::uint64_t reads = 1;
  base::Time last_read_at;
  std::string camera_id, hotlist_id, hotlist_name, reason;
  std::string agency = {};  // whose list it is, where another agency sent it
  bool list_stale = false;
  std::optional<base::Time> list_as_of = {};
  bool second_look = false;  // two people confirm it
  int looks_needed = 1;
};

struct SummaryPage {
  std::vector<Summary> alerts;
  std::string next_cursor;
};

struct Refs {  // what belongs to an alert; ids only
  std::string read_id, camera_id, entry_id, hotlist_id;
  State state = State::kPending;
  int looks_needed = 1;
};

std::vector<Agreement> compare(const hotlist::Entry& entry, const reads::Read& read);
double rank_of(hotlist::HitKind kind, const std::vector<Agreement>& agreements, float plate_confidence);

// Thread-safe.
class Alerts {
 public:
  static base::Result<std::unique_ptr<Alerts>> open(db::Database& db, const base::Clock& clock);
  static std::vector<db::Migration> migrations();
  virtual ~Alerts() = default;

  // One alert a (read, entry): raising it again returns the first. A further read of the same passing
  // (camera, entry, plate as read; recent_passings.h has the time) is counted on the alert of the first,
  // while that is pending or confirmed. Called on ingest, after the read is durable.
  virtual base::Result<std::optional<Summary>> raise(const reads::Read& read, const hotlist::Hit& hit,
                                                     const hotlist::Entry& entry,
                                                     std::string hotlist_name) = 0;
  // hidden: ids of hotlists whose alerts are for others; they are neither listed nor counted.
  virtual base::Result<SummaryPage> list(std::optional<State> state, std::string_view cursor,
                                         std::size_t limit, const std::vector<std::string>& hidden = {}) = 0;
  virtual std::uint64_t pending(const std::vector<std::string>& hidden = {}) = 0;
  virtual base::Result<Alert> get(const gate::Permit& permit, std::string_view id) = 0;  // kViewAlerts

  // Ids only, for asking the gate and for checks before a decision; no permit.
  virtual base::Result<Refs> refs(std::string_view id) = 0;

  // The ledger entry is written by the caller through gate.record_act *before*; its index is kept here. A
  // decision on an alert that is not pending is kWrongState; `compared` must hold plate, region, body and
  // color for a confirmation; kSamePerson: the officer was the first of the two who must confirm.
  virtual base::Result<void> check_decision(std::string_view id, std::string_view decision,
                                            std::string_view code, const std::vector<std::string>& compared,
                                            std::string_view officer_id) = 0;
  virtual base::Result<void> decide(std::string_view id, Step step) = 0;
  virtual base::Result<void> check_outcome(std::string_view id, std::string_view code) = 0;
  virtual base::Result<void> record_outcome(std::string_view id, Step step) = 0;

  // What stands open of an entry or of a whole list that holds no more; give one of the two.
  virtual base::Result<std::vector<std::string>> open_of(std::string_view entry_id,
                                                         std::string_view hotlist_id, bool confirmed_too) = 0;
  // Closes it, whatever a person has done so far: step.code says why in a word, step.note in a sentence, and
  // step.officer_id who said so. kWrongState: it is not open any more.
  virtual base::Result<void> withdraw(std::string_view id, Step step) = 0;

  // Called for every raised or changed alert, on the thread that did it; keep it short.
  virtual void on_change(std::function<void(const Summary&)> listener) = 0;
};

}  // namespace glasshouse::alerts
