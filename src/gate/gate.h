// The one door. Nothing that names a vehicle, a person or a place leaves a store without a Permit, and only
// Gate makes one, after policy allowed it and the ledger holds it durably. A denial is recorded too.
//
//   auto permit = gate.ask(question, scope);
//   if (!permit) return problem(permit.error());      // Denial or a failed ledger: nothing is answered
//   auto page = store.search(*permit, query);
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/units.h"
#include "gate/grants.h"
#include "ledger/ledger.h"
#include "policy/policy.h"
#include "policy/stack.h"

namespace glasshouse::gate {

enum class Errc { kDenied = 1, kLedgerDown };

// What a permit was given for. Reading functions check that what they are asked lies inside it.
struct Scope {
  std::optional<base::Time> from;  // nullopt: as far back as reads are kept
  std::optional<base::Time> to;
  std::vector<std::string> camera_ids;  // empty: all of the agency's
  std::vector<std::string> read_ids;    // for single reads, pictures and corrections; empty: not limited
  std::string alert_id;                 // for alert actions
  std::string question;                 // the question in canonical words; ledger field of class kRestricted
  std::string query_id;                 // the same in both logs of a question between two agencies; public
};

class Gate;

class Permit {
 public:
  // What was moved from allows nothing any more.
  Permit(Permit&& other) noexcept;
  Permit& operator=(Permit&& other) noexcept;
  Permit(const Permit&) = delete;
  Permit& operator=(const Permit&) = delete;

  policy::Action action() const { return action_; }
  const Scope& scope() const { return scope_; }
  const std::string& officer_id() const { return officer_id_; }
  const std::string& agency_id() const { return agency_id_; }
  const std::string& case_id() const { return case_id_; }
  std::uint64_t ledger_index() const { return ledger_index_; }
  base::Time granted_at() const { return granted_at_; }
  base::Time expires_at() const { return expires_at_; }

  // Whether the permit is for this action and still runs at `now`.
  bool allows(policy::Action action, base::Time now) const {
    return action_ == action && now < expires_at_ && (lease_ == nullptr || !lease_->ended());
  }
  // What an answer to another agency carries while it leaves: a revocation waits for it. Null: revoked,
  // nothing may leave. For questions of our own agency there is nothing to hold, and it is never null.
  std::shared_ptr<const void> hold() const;
  bool covers_camera(const std::string& camera_id) const;
  bool covers_time(base::Time t) const;  // from and to included
  bool covers_read(const std::string& read_id) const;

 private:
  friend class Gate;
  Permit() = default;

  policy::Action action_ = policy::Action::kNone;
  Scope scope_;
  std::string officer_id_, agency_id_, case_id_;
  std::uint64_t ledger_index_ = 0;
  base::Time granted_at_{}, expires_at_{};
  std::shared_ptr<Lease> lease_;  // of a question under a grant
};

struct Denial {
  policy::Decision decision;
  std::uint64_t ledger_index = 0;  // where the denial is recorded
};

// Either the policy said no, or the ledger could not record: both mean that nothing is answered.
using Refusal = std::variant<Denial, base::Error>;

template <class T>
using Answer = tl::expected<T, Refusal>;

struct GateOptions {
  ledger::Ledger* ledger = nullptr;    // outlives the gate
  const base::Clock* clock = nullptr;  // outlives the gate
  int retained_days = 0;
  std::shared_ptr<const policy::Stack> packs = {};  // null: nothing adopted, the strict default
};

// What policy is asked with at one moment. Its rules live as long as it does.
struct Standing {
  std::shared_ptr<const policy::Rules> rules;
  policy::Facts facts;
};

// Thread-safe.
class Gate {
 public:
  explicit Gate(GateOptions options);

  // Decides, records (permit or denial), and only then answers. The permit's span is what both the question
  // and the scope allow; the ledger entry's kind is the action's name. Lifetime of the permit by action: live
  // reads and pictures 60 minutes, everything else 2 minutes.
  Answer<Permit> ask(const policy::Question& question, Scope scope);

  // Records an act that needs no Permit (hotlist change, alert decision, correction, retention …) after
  // policy allowed it. Returns the ledger index. The gate adds decision, agency, officer, rules, case and
  // beneficiary itself and leaves out a caller's field of such a name. entry_schema.h decides how public a
  // field is.
  Answer<std::uint64_t> record_act(const policy::Question& question, std::string kind,
                                   std::vector<ledger::Field> fields);

  // What policy would say now, without recording it: for what moves nothing and for each match of a list that
  // another agency sent, whose coming stands in the log.
  policy::Decision judge(const policy::Question& question) const;

  // Records what the machine itself did (retention, start, key change). No policy question.
  base::Result<std::uint64_t> record_event(std::string kind, std::vector<ledger::Field> fields);

  // When the setting changes, or a pack is adopted.
  void set_retained_days(int days) { retained_days_ = days; }
  void set_packs(std::shared_ptr<const policy::Stack> packs);
  // Where grants stand. Without it no other agency sees anything. Before the first question; it outlives the
  // gate.
  void set_grants(const GrantBook* book) { grants_ = book; }

  Standing standing() const;
  std::shared_ptr<const policy::Stack> packs() const;
  // How long reads are really kept: the setting or the packs in force, whichever is shorter.
  int retained_days() const { return standing().facts.retained_days; }

 private:
  base::Result<std::uint64_t> record(std::string kind, std::vector<ledger::Field> fields);
  base::Result<void> record_schema();

  GateOptions options_;
  std::atomic<int> retained_days_;
  mutable std::mutex packs_mutex_;
  std::shared_ptr<const policy::Stack> packs_;
  const GrantBook* grants_ = nullptr;
  std::mutex schema_mutex_;
  bool schema_recorded_ = false;
};

}  // namespace glasshouse::gate
