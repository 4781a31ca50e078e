#include "records/exigent.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/id.h"
#include "records/records.h"
#include "records/steps.h"

namespace glasshouse::records {
namespace {

constexpr std::array<std::pair<ExigentState, std::string_view>, 4> kExigentStates{
    {{ExigentState::kWaiting, "waiting"},
     {ExigentState::kInReview, "in-review"},
     {ExigentState::kRight, "right"},
     {ExigentState::kWrong, "wrong"}}};

ExigentState exigent_state_named(const std::string& name) {
  for (const auto& [state, known] : kExigentStates) {
    if (known == name) return state;
  }
  return ExigentState::kInReview;  // a person looks at what cannot be understood
}

ExigentUse use_from(const db::Row& row) {
  ExigentUse use;
  use.case_id = row.text("case_id");
  use.number = row.text("number");
  use.purpose = row.text("purpose");
  use.offence = row.text("offence");
  use.reason = row.text("title");
  use.opened_by = row.text("opened_by");
  use.opened_at = base::from_ms(row.integer("opened_at_ms"));
  use.ends_at = base::from_ms(row.integer("ends_at_ms"));
  use.state = exigent_state_named(row.text("state"));
  use.was_late = row.integer("was_late") != 0;
  use.judged_by = row.text("judged_by");
  use.note = row.text("note");
  if (!row.is_null("judged_at_ms")) use.judged_at = base::from_ms(row.integer("judged_at_ms"));
  return use;
}

// "EX-20261128-7K3F": the day, and enough of the id that two do not meet.
std::string number_of(const std::string& case_id, base::Time now) {
  std::string day = base::format_day(base::day_of(now)), tail = case_id.substr(case_id.size() - 6);
  std::erase(day, '-');
  std::transform(tail.begin(), tail.end(), tail.begin(), [](char c) { return c >= 'a' ? char(c - 32) : c; });
  return std::string(kExigentNumber) + day + "-" + tail;
}

constexpr const char* kSelectUses =
    "SELECT c.id AS case_id, c.number, c.purpose, c.offence, c.title, c.opened_by, c.opened_at_ms, "
    "e.ends_at_ms, e.state, e.was_late, e.judged_by, e.judged_at_ms, e.note "
    "FROM exigent_uses e JOIN cases c ON c.id = e.case_id ";

}  // namespace

std::string_view name_of(ExigentState state) {
  return kExigentStates[static_cast<std::size_t>(state)].second;
}

std::vector<db::Migration> Exigent::migrations() {
  return {{"records/4-exigent", R"sql(
CREATE TABLE exigent_uses (
  case_id TEXT PRIMARY KEY REFERENCES cases(id),
  ends_at_ms BIGINT NOT NULL,
  state TEXT NOT NULL,
  was_late BIGINT NOT NULL,
  judged_by TEXT NOT NULL,
  judged_at_ms BIGINT,
  note TEXT NOT NULL
);
)sql"}};
}

base::Result<ExigentUse> Exigent::open(const ExigentUse& draft) {
  if (draft.reason.empty() || draft.reason.size() > 200) {
    return base::failure(Errc::kInvalid, "Say what the emergency is", "It needs 1 to 200 characters",
                         "A sentence is enough: who is in danger, and why now.");
  }
  const base::Time now = clock_.now();
  const std::string id = draft.case_id.empty() ? base::new_id("case", now) : draft.case_id;
  const auto made = db_.transact([&](db::Transaction& tx) -> base::Result<void> {
    auto added =
        run(tx,
            "INSERT INTO cases (id, number, purpose, offence, title, opened_by, is_open, opened_at_ms, "
            "closed_at_ms) VALUES (:id, :number, :purpose, :offence, :title, :by, 1, :at, NULL)",
            {{"id", id},
             {"number", number_of(id, now)},
             {"purpose", draft.purpose},
             {"offence", draft.offence},
             {"title", draft.reason},
             {"by", draft.opened_by},
             {"at", base::to_ms(now)}});
    if (!added) return added;
    added = run(tx, "INSERT INTO case_officers (case_id, officer_id) VALUES (:id, :officer)",
                {{"id", id}, {"officer", draft.opened_by}});
    if (!added) return added;
    return run(
        tx,
        "INSERT INTO exigent_uses (case_id, ends_at_ms, state, was_late, judged_by, judged_at_ms, note) "
        "VALUES (:id, :ends, 'waiting', 0, '', NULL, '')",
        {{"id", id}, {"ends", base::to_ms(now + kExigentRuns)}});
  });
  if (!made) return tl::unexpected(made.error());
  return get(id);
}

base::Result<std::vector<ExigentUse>> Exigent::select(const std::string& where, const db::Params& params) {
  const auto rows = db_.query(kSelectUses + where, params);
  if (!rows) return tl::unexpected(rows.error());
  std::vector<ExigentUse> uses;
  for (const db::Row& row : *rows) uses.push_back(use_from(row));
  return uses;
}

base::Result<ExigentUse> Exigent::get(std::string_view case_id) {
  auto uses = select("WHERE e.case_id = :id", {{"id", std::string(case_id)}});
  if (!uses) return tl::unexpected(uses.error());
  if (uses->empty()) {
    return base::failure(Errc::kNotFound, "There is no such use in an emergency", "", "Look at the list.");
  }
  return std::move(uses->front());
}

base::Result<std::vector<ExigentUse>> Exigent::list(std::size_t limit) {
  return select("ORDER BY e.case_id DESC LIMIT :n",
                {{"n", static_cast<std::int64_t>(std::clamp<std::size_t>(limit, 1, 200))}});
}

base::Result<ExigentUse> Exigent::judge(std::string_view case_id, bool right, const std::string& by,
                                        const std::string& note) {
  const std::string id(case_id);
  bool moved = false;
  const auto judged = db_.transact([&](db::Transaction& tx) -> base::Result<void> {
    const auto set = tx.exec(
        "UPDATE exigent_uses SET state = :state, judged_by = :by, judged_at_ms = :at, note = :note "
        "WHERE case_id = :id AND state IN ('waiting', 'in-review')",
        {{"state", std::string(name_of(right ? ExigentState::kRight : ExigentState::kWrong))},
         {"by", by},
         {"at", base::to_ms(clock_.now())},
         {"note", note},
         {"id", id}});
    if (!set) return tl::unexpected(set.error());
    moved = *set == 1;
    if (!moved || right) return {};
    return run(tx, "UPDATE cases SET is_open = 0, closed_at_ms = :at WHERE id = :id",
               {{"at", base::to_ms(clock_.now())}, {"id", id}});
  });
  if (!judged) return tl::unexpected(judged.error());
  auto use = get(id);
  if (use && !moved)
    return base::failure(Errc::kConflict, "Somebody judged it already", "", "Load the list again.");
  return use;
}

base::Result<std::vector<ExigentUse>> Exigent::overdue() {
  return select("WHERE e.state = 'waiting' AND c.opened_at_ms <= :before ORDER BY e.case_id LIMIT 100",
                {{"before", base::to_ms(clock_.now() - kExigentJudgedIn)}});
}

base::Result<void> Exigent::put_to_review(std::string_view case_id) {
  const auto put = db_.exec(
      "UPDATE exigent_uses SET state = 'in-review', was_late = 1 WHERE case_id = :id AND state = 'waiting'",
      {{"id", std::string(case_id)}});
  if (!put) return tl::unexpected(put.error());
  return {};
}

base::Result<ExigentFigures> Exigent::figures(base::Time since) {
  const auto rows = db_.query(
      "SELECT e.state, COUNT(*) AS n, SUM(e.was_late) AS late FROM exigent_uses e JOIN cases c ON c.id = "
      "e.case_id WHERE c.opened_at_ms >= :since GROUP BY e.state",
      {{"since", base::to_ms(since)}});
  if (!rows) return tl::unexpected(rows.error());
  ExigentFigures figures;
  for (const db::Row& row : *rows) {
    const auto n = static_cast<std::size_t>(row.integer("n"));
    figures.used += n;
    figures.late += static_cast<std::size_t>(row.integer("late"));
    switch (exigent_state_named(row.text("state"))) {
      case ExigentState::kWaiting:
        figures.waiting += n;
        break;
      case ExigentState::kInReview:
        figures.in_review += n;
        break;
      case ExigentState::kRight:
        figures.right += n;
        break;
      case ExigentState::kWrong:
        figures.wrong += n;
        break;
    }
  }
  return figures;
}

}  // namespace glasshouse::records
