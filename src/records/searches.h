// What each account keeps of its own searching: questions saved under a name, and the searches that were
// answered, each with its ledger entry and what came of it. Nobody reads another account's here; oversight
// reads the ledger.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "db/database.h"

namespace glasshouse::records {

inline constexpr std::size_t kMostSavedQuestions = 100;  // of one account
inline constexpr std::size_t kMostPastSearches = 2000;  // of one account; older ones stand in the ledger only

struct SavedQuestion {
  std::string id, account_id, name, text;
  base::Time saved_at;
};

struct PastSearch {
  std::uint64_t ledger_index = 0;
  std::string account_id, case_id, case_number;
  std::string kind;  // "reads", "meet", "convoy", "route", "again"; "saved" and "forgotten": a question was,
                     // under the name in note
  std::string text;  // in the question language
  base::Time at;
  std::uint64_t found = 0;
  std::string outcome, note;  // empty: nobody has said yet
  std::optional<base::Time> outcome_at;
  std::optional<std::uint64_t> outcome_ledger_index;
};

// Thread-safe.
class Searches {
 public:
  Searches(db::Database& db, const base::Clock& clock) : db_(db), clock_(clock) {}
  static std::vector<db::Migration> migrations();

  base::Result<std::vector<SavedQuestion>> saved(const std::string& account_id);  // by name
  // kConflict: the name is taken; kInvalid: there are kMostSavedQuestions.
  base::Result<void> room_for(const std::string& account_id, const std::string& name);
  base::Result<SavedQuestion> save(const std::string& account_id, const std::string& name,
                                   const std::string& text);
  base::Result<void> forget(const std::string& account_id, const std::string& id);  // kNotFound

  // Of a search whose answer is ready. `at` is filled in.
  base::Result<void> note(const PastSearch& search);
  // Newest first, at most `limit`, those before the ledger entry `before`.
  base::Result<std::vector<PastSearch>> past(const std::string& account_id,
                                             std::optional<std::uint64_t> before, std::size_t limit);
  base::Result<PastSearch> one(const std::string& account_id, std::uint64_t ledger_index);  // kNotFound
  base::Result<void> set_outcome(const std::string& account_id, std::uint64_t ledger_index,
                                 const std::string& outcome, const std::string& note,
                                 std::uint64_t outcome_ledger_index);

 private:
  db::Database& db_;
  const base::Clock& clock_;
};

}  // namespace glasshouse::records
