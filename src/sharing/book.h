// The book of grants: what was offered, accepted, changed and ended, by whom; which agencies are known, which
// are shut out; what takes two people; what is promised about who reaches our cameras. The gate asks it at
// every question of another agency.
//
// Callers record an act in the ledger (gate::Gate::record_act) between asking `check_…`/`draft` and doing it,
// and give its entry along, which is kept with what was done: reconcile.h holds the two against each other.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "crypto/crypto.h"
#include "db/database.h"
#include "gate/grants.h"
#include "sharing/access.h"
#include "sharing/grant.h"

namespace glasshouse::sharing {

inline constexpr std::size_t kMostAgenciesKnown = 2'000;
inline constexpr std::size_t kMostOpenActs = 50;
inline constexpr base::Millis kActLife{7ll * 24 * 60 * 60 * 1000};  // an act that waits for its second person
inline constexpr base::Millis kRevokeWait{
    900};  // for answers that are leaving; a revocation takes under a second

// Another agency, as we list it.
struct Agency {
  std::string id, public_key, name, kind, state;
  std::string url;                     // where its server is asked; empty: it has none that we know
  std::string declaration_sha256_hex;  // of its written declaration; may be empty
  base::Time added_at;
  bool barred = false;
};

enum class GrantState { kOffered, kInForce, kNotYet, kRunOut, kDeclined, kReplaced, kRevoked };
std::string_view name_of(GrantState state);  // "in-force"

// What a row says of how a grant ended: the names of the last three states.
GrantState ended_state(std::string_view how);

struct GrantRow {
  Grant grant;
  std::string text, sha256_hex, agency_id;  // agency_id: the other one
  bool given = false;                       // by us; else to us
  GrantState state = GrantState::kOffered;
  base::Time offered_at;
  std::optional<base::Time> accepted_at, ended_at;
};

enum class ActKind { kBar, kLetInAgain, kRegionOn, kTakePromiseBack };
std::string_view name_of(ActKind kind);  // "bar-agency"
std::optional<ActKind> act_named(std::string_view name);

std::string lease_name(const Grant& grant);  // by grant and change

// The ledger's entry of an act.
struct Recorded {
  std::uint64_t entry = 0;
};

// What two people must want: one proposed it.
struct Act {
  std::string id;
  ActKind kind = ActKind::kBar;
  std::string subject;  // an agency's id, a promise's id, or the ids of the list with a space between
  std::string proposed_by;
  base::Time proposed_at;
};

struct Region {
  std::vector<std::string> agency_ids;  // empty: off
  std::optional<base::Time> on_since;
};

// Thread-safe.
class Book final : public gate::GrantBook {
 public:
  struct Options {
    db::Database* db = nullptr;          // outlives the book
    const base::Clock* clock = nullptr;  // outlives the book
    std::string key_path;                // the agency's key for grants: made at the first start, mode 0600
  };
  static std::vector<db::Migration> migrations();
  static base::Result<std::unique_ptr<Book>> open(Options options);

  const std::string& public_key() const { return key_.public_key(); }
  const crypto::SigningKey& key() const { return key_; }
  std::string agency_id() const { return agency_id_of(key_.public_key()); }

  // What the gate judges by.
  gate::SharingStanding standing(const std::string& agency_id, const std::string& grant_id,
                                 base::Time now) const override;

  std::vector<Agency> agencies() const;
  base::Result<Agency> agency(std::string_view id) const;
  std::optional<Agency> agency_by_key(std::string_view public_key) const;
  base::Result<void> check_agency(const Agency& agency) const;
  // By its key: a known one is changed. A grant keeps the name and kind it was signed with; the stricter
  // counts.
  base::Result<Agency> keep_agency(Agency agency, Recorded recorded);

  std::vector<GrantRow> grants() const;  // newest first
  base::Result<GrantRow> newest(std::string_view grant_id) const;
  // Fills in ids, keys and names, checks, asks whether a promise would be broken, and signs. `replaces`: the
  // grant that is changed. Nothing is kept yet.
  base::Result<ReadGrant> draft(Grant wanted, std::string_view agency_id, std::string_view replaces,
                                std::string* text) const;
  base::Result<GrantRow> keep_offer(std::string_view text, Recorded recorded);
  // An offer that came from its owner. Kept until a person accepts or declines it.
  base::Result<ReadGrant> check_incoming(std::string_view text) const;
  base::Result<GrantRow> keep_incoming(std::string_view text, Recorded recorded);
  base::Result<std::string> signed_acceptance(std::string_view grant_id) const;
  base::Result<GrantRow> keep_accepted(std::string_view text, std::string_view by,
                                       Recorded recorded);  // with both signatures
  // Declines an offer or revokes what holds. `all_gone`: no answer under it is on its way any more.
  struct Ended {
    GrantRow row;
    bool all_gone = true;
  };
  base::Result<Ended> end(std::string_view grant_id, std::string_view by, Recorded recorded);

  // Two people.
  std::vector<Act> acts() const;
  base::Result<Act> act(std::string_view id) const;
  base::Result<void> check_act(ActKind kind, std::string_view subject) const;
  base::Result<Act> propose(ActKind kind, std::string subject, std::string_view person, Recorded recorded);
  base::Result<void> check_second(const Act& act, std::string_view person) const;
  base::Result<Ended> carry_out(std::string_view id, std::string_view person,
                                Recorded recorded);  // row: of no meaning
  base::Result<void> withdraw(std::string_view id, Recorded recorded);
  Region region() const;
  base::Result<void> turn_region_off(Recorded recorded);

  // Promises. The one about immigration agencies is always there and cannot be taken back.
  std::vector<Promise> promises() const;
  base::Result<void> check_promise(const Promise& promise) const;
  base::Result<Promise> add_promise(Promise promise, std::string_view by, Recorded recorded);
  struct Broken {
    Promise promise;
    std::string why;
  };
  std::vector<Broken> broken(base::Time now) const;
  // Sharing is stopped while a promise is broken, and after that until a person lets it go on.
  bool stopped(base::Time now) const;
  // Keeps the stop when a promise is broken now. Returns what is newly broken, to be told to people.
  base::Result<std::vector<Broken>> look();
  base::Result<void> check_go_on() const;  // kBreaksPromise while one is broken
  base::Result<void> go_on(Recorded recorded);

  std::vector<Reach> reaches(base::Time at) const;

  // For reconcile(): which entries were done or settled, and up to where all of them are.
  base::Result<std::set<std::uint64_t>> recorded_since(std::uint64_t entry) const;
  base::Result<std::optional<std::uint64_t>> reconciled_to() const;
  base::Result<void> settle(Recorded recorded);  // it is known that its act was not done
  base::Result<void> set_reconciled_to(std::uint64_t entry);

 private:
  Book(Options options, crypto::SigningKey key) : options_(std::move(options)), key_(std::move(key)) {}
  base::Result<void> load();
  struct Bar {
    std::string agency_id;
    base::Time from;
    std::optional<base::Time> until;
  };
  struct Listed {  // on the region-wide list
    std::string agency_id;
    base::Time on;
    std::optional<base::Time> off;
  };
  GrantState state_of(const GrantRow& row, base::Time now) const;
  std::vector<Reach> reaches_locked(base::Time at, const Grant* besides) const;
  std::vector<Broken> broken_locked(base::Time now, const Grant* besides) const;
  bool stopped_locked(base::Time now) const;
  base::Result<void> may_go_on_locked() const;
  base::Result<void> may_promise_locked(const Promise& promise) const;
  base::Result<void> subject_locked(ActKind kind, std::string_view subject) const;
  bool waits_locked(const Act& act) const;
  bool barred_locked(std::string_view agency_id, base::Time at) const;
  const Agency* find_locked(std::string_view agency_id) const;
  const GrantRow* newest_locked(std::string_view grant_id) const;
  std::string kind_locked(const GrantRow& row) const;
  // One change and its entry, both or neither. Returns how many rows the change touched.
  base::Result<std::int64_t> write(std::string_view sql, const db::Params& params, Recorded recorded);
  static base::Result<void> note_entry(db::Transaction& tx, Recorded recorded);
  base::Result<GrantRow> insert_locked(const ReadGrant& read, std::string_view text, bool given,
                                       Recorded recorded);
  base::Result<bool> end_rows(const std::function<bool(const GrantRow&)>& which, std::string_view by,
                              std::string_view how, Recorded recorded);

  Options options_;
  crypto::SigningKey key_;
  mutable std::mutex mutex_;
  std::map<std::string, Agency> agencies_;
  std::vector<GrantRow> rows_;                                  // oldest first
  std::map<std::string, std::shared_ptr<gate::Lease>> leases_;  // by lease_name
  std::vector<Bar> bars_;
  std::vector<Listed> region_;
  std::map<std::string, Act> acts_;
  std::vector<Promise> promises_;
  bool stopped_ = false;
};

}  // namespace glasshouse::sharing
