// Work in an emergency, before there is a case: a case sheet is opened in one step, for a few hours, and
// somebody else judges it within a day; if nobody does, it goes to review, and stays counted as such.
//
//   auto use = exigent.open(draft);  // its case is searched like any other while it runs
//   exigent.judge(use->case_id, true, supervisor, "…");
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "db/database.h"

namespace glasshouse::records {

inline constexpr std::chrono::hours kExigentRuns{4};       // then a case with a number is needed
inline constexpr std::chrono::hours kExigentJudgedIn{24};  // later, or never: it goes to review
inline constexpr std::string_view kExigentNumber = "EX-";  // how numbers of such cases begin, and no others

enum class ExigentState { kWaiting, kInReview, kRight, kWrong };
std::string_view name_of(ExigentState state);  // "waiting", "in-review", "right", "wrong"

struct ExigentUse {
  std::string case_id, number, purpose, offence, reason, opened_by;
  base::Time opened_at, ends_at;
  ExigentState state = ExigentState::kWaiting;
  bool was_late = false;  // nobody had judged it within a day
  std::string judged_by, note;
  std::optional<base::Time> judged_at;
};

struct ExigentFigures {
  std::size_t used = 0, waiting = 0, in_review = 0, right = 0, wrong = 0, late = 0;
};

// Thread-safe.
class Exigent {
 public:
  Exigent(db::Database& db, const base::Clock& clock) : db_(db), clock_(clock) {}
  static std::vector<db::Migration> migrations();

  // Opens the case with the person on it. case_id may be given; the number, times and state are made here.
  base::Result<ExigentUse> open(const ExigentUse& draft);
  base::Result<ExigentUse> get(std::string_view case_id);         // kNotFound
  base::Result<std::vector<ExigentUse>> list(std::size_t limit);  // newest first
  // Judged wrong, its case is closed at once. kConflict: it was judged meanwhile.
  base::Result<ExigentUse> judge(std::string_view case_id, bool right, const std::string& by,
                                 const std::string& note);

  // Those that nobody judged in time and that are not in review yet; and the step that puts one there.
  base::Result<std::vector<ExigentUse>> overdue();
  base::Result<void> put_to_review(std::string_view case_id);

  base::Result<ExigentFigures> figures(base::Time since);

 private:
  base::Result<std::vector<ExigentUse>> select(const std::string& where, const db::Params& params);
  db::Database& db_;
  const base::Clock& clock_;
};

}  // namespace glasshouse::records
