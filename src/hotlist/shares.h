// Which of our lists other agencies hold, and what of outcomes is still to be told or was told to us
// (docs/formats/peers.md, section 5). Rows only; who sends is outside.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "db/database.h"
#include "hotlist/hotlist.h"

namespace glasshouse::hotlist {

inline constexpr std::size_t kMaxShares = 500;           // of all lists together
inline constexpr std::size_t kMaxOutcomesDue = 10'000;   // beyond that the oldest give way
inline constexpr std::size_t kMaxOutcomesOfEntry = 100;  // that others may note

struct Share {
  std::string list_id, grant_id, agency_id;
  std::string purpose, sent_by, sender_role;
  base::Time since;
  bool ending = false;                                 // they are still to be told that it is taken back
  std::uint64_t number = 0;                            // of the change that they confirmed last
  std::uint32_t entries = 0, refused = 0, barred = 0;  // as they said then
  std::optional<base::Time> told_at;
  // What is in the ledger and not yet known to have come: sent again under the same id.
  std::string query_id;
  std::uint64_t query_entry = 0;
  std::string problem;  // why the last try failed, in a sentence; empty: it did not
};

struct Outcome {
  std::string entry_id;
  std::string agency;  // where it came of; empty: here
  std::string code;    // "recovered", "located"
  base::Time at;
  std::uint64_t ledger_index = 0;
};

struct OutcomeDue {
  std::string query_id, agency_id, grant_id;
  std::string list, entry;  // the owner's ids
  std::string code;
  base::Time at;
  std::uint64_t query_entry = 0;
  int tries = 0;
  base::Time next_at;
};

class Shares {
 public:
  explicit Shares(db::Database& db) : db_(db) {}  // which outlives it

  base::Result<std::vector<Share>> all();
  base::Result<std::vector<Share>> of(std::string_view list_id);
  base::Result<std::vector<std::string>> agencies();  // that are to be told of a list or of an outcome
  base::Result<void> put(const Share& share);   // by list and grant: what a person chose, and from the start
  base::Result<void> note(const Share& share);  // how it went; not what a person chose meanwhile
  base::Result<void> drop(const Share& share);
  base::Result<void> end_of_list(std::string_view list_id);  // all of them are to be taken back

  base::Result<void> note_outcome(const Outcome& outcome);  // again: nothing changes
  base::Result<std::vector<Outcome>> outcomes_of(std::string_view list_id);

  base::Result<void> put_due(const OutcomeDue& due);
  base::Result<std::vector<OutcomeDue>> due(base::Time now, std::string_view agency_id);
  base::Result<void> drop_due(std::string_view query_id);

 private:
  base::Result<std::vector<Share>> select(const std::string& where, const db::Params& params);
  base::Result<void> run(const char* sql, const db::Params& params);

  db::Database& db_;
};

}  // namespace glasshouse::hotlist
