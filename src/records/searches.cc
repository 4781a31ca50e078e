#include "records/searches.h"

#include "base/id.h"
#include "records/records.h"

namespace glasshouse::records {
namespace {

std::int64_t stored(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

PastSearch past_from(const db::Row& row) {
  PastSearch search;
  search.ledger_index = static_cast<std::uint64_t>(row.integer("ledger_index"));
  search.account_id = row.text("account_id");
  search.case_id = row.text("case_id");
  search.case_number = row.text("case_number");
  search.kind = row.text("kind");
  search.text = row.text("words");
  search.at = base::from_ms(row.integer("at_ms"));
  search.found = static_cast<std::uint64_t>(row.integer("found"));
  search.outcome = row.text("outcome");
  search.note = row.text("note");
  if (!row.is_null("outcome_at_ms")) search.outcome_at = base::from_ms(row.integer("outcome_at_ms"));
  if (!row.is_null("outcome_index"))
    search.outcome_ledger_index = static_cast<std::uint64_t>(row.integer("outcome_index"));
  return search;
}

tl::unexpected<base::Error> no_search() {
  return base::failure(Errc::kNotFound, "There is no such search of yours", "",
                       "Look at the list of your searches.");
}

}  // namespace

std::vector<db::Migration> Searches::migrations() {
  return {{"records/2-searches", R"sql(
CREATE TABLE saved_questions (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  name TEXT NOT NULL,
  words TEXT NOT NULL,
  saved_at_ms BIGINT NOT NULL,
  UNIQUE (account_id, name)
);
CREATE TABLE past_searches (
  ledger_index BIGINT PRIMARY KEY,
  account_id TEXT NOT NULL,
  case_id TEXT NOT NULL,
  case_number TEXT NOT NULL,
  kind TEXT NOT NULL,
  words TEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  found BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  note TEXT NOT NULL,
  outcome_at_ms BIGINT,
  outcome_index BIGINT
);
CREATE INDEX past_searches_by_account ON past_searches (account_id, ledger_index);
)sql"}};
}

base::Result<std::vector<SavedQuestion>> Searches::saved(const std::string& account_id) {
  const auto rows =
      db_.query("SELECT * FROM saved_questions WHERE account_id = :a ORDER BY name", {{"a", account_id}});
  if (!rows) return tl::unexpected(rows.error());
  std::vector<SavedQuestion> list;
  for (const db::Row& row : *rows) {
    list.push_back({row.text("id"), row.text("account_id"), row.text("name"), row.text("words"),
                    base::from_ms(row.integer("saved_at_ms"))});
  }
  return list;
}

base::Result<void> Searches::room_for(const std::string& account_id, const std::string& name) {
  const auto kept = saved(account_id);
  if (!kept) return tl::unexpected(kept.error());
  if (kept->size() >= kMostSavedQuestions) {
    return base::failure(Errc::kInvalid,
                         "You keep " + std::to_string(kMostSavedQuestions) + " questions already",
                         "No more are kept for one account", "Forget one that you no longer need.");
  }
  for (const SavedQuestion& one : *kept) {
    if (one.name == name)
      return base::failure(Errc::kConflict, "You keep a question of this name already", "",
                           "Give it another name, or forget the other one first.");
  }
  return {};
}

base::Result<SavedQuestion> Searches::save(const std::string& account_id, const std::string& name,
                                           const std::string& text) {
  if (auto room = room_for(account_id, name); !room) return tl::unexpected(room.error());
  const base::Time now = clock_.now();
  SavedQuestion question{base::new_id("ask", now), account_id, name, text, now};
  const auto done = db_.exec(
      "INSERT INTO saved_questions (id, account_id, name, words, saved_at_ms) VALUES (:id, :a, :name, "
      ":words, :at)",
      {{"id", question.id}, {"a", account_id}, {"name", name}, {"words", text}, {"at", base::to_ms(now)}});
  if (!done) return tl::unexpected(done.error());
  return question;
}

base::Result<void> Searches::forget(const std::string& account_id, const std::string& id) {
  const auto done = db_.exec("DELETE FROM saved_questions WHERE id = :id AND account_id = :a",
                             {{"id", id}, {"a", account_id}});
  if (!done) return tl::unexpected(done.error());
  if (*done == 0)
    return base::failure(Errc::kNotFound, "There is no such question of yours", "",
                         "Look at the list again.");
  return {};
}

base::Result<void> Searches::note(const PastSearch& search) {
  auto done = db_.exec(
      "INSERT INTO past_searches (ledger_index, account_id, case_id, case_number, kind, words, at_ms, found, "
      "outcome, note) VALUES (:i, :a, :case, :number, :kind, :words, :at, :found, '', :note)",
      {{"i", stored(search.ledger_index)},
       {"a", search.account_id},
       {"case", search.case_id},
       {"number", search.case_number},
       {"kind", search.kind},
       {"words", search.text},
       {"at", base::to_ms(clock_.now())},
       {"found", stored(search.found)},
       {"note", search.note}});
  if (!done) return tl::unexpected(done.error());
  // Now and then is enough for a bound.
  if (search.ledger_index % 64 != 0) return {};
  done = db_.exec(
      "DELETE FROM past_searches WHERE account_id = :a AND ledger_index <= (SELECT ledger_index FROM "
      "past_searches WHERE account_id = :a2 ORDER BY ledger_index DESC LIMIT 1 OFFSET :n)",
      {{"a", search.account_id},
       {"a2", search.account_id},
       {"n", static_cast<std::int64_t>(kMostPastSearches)}});
  if (!done) return tl::unexpected(done.error());
  return {};
}

base::Result<std::vector<PastSearch>> Searches::past(const std::string& account_id,
                                                     std::optional<std::uint64_t> before, std::size_t limit) {
  const auto rows = db_.query(
      "SELECT * FROM past_searches WHERE account_id = :a AND ledger_index < :before ORDER BY ledger_index "
      "DESC "
      "LIMIT :n",
      {{"a", account_id},
       {"before", before ? stored(*before) : INT64_MAX},
       {"n", static_cast<std::int64_t>(limit)}});
  if (!rows) return tl::unexpected(rows.error());
  std::vector<PastSearch> list;
  for (const db::Row& row : *rows) list.push_back(past_from(row));
  return list;
}

base::Result<PastSearch> Searches::one(const std::string& account_id, std::uint64_t ledger_index) {
  const auto rows = db_.query("SELECT * FROM past_searches WHERE account_id = :a AND ledger_index = :i",
                              {{"a", account_id}, {"i", stored(ledger_index)}});
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) return no_search();
  return past_from(rows->front());
}

base::Result<void> Searches::set_outcome(const std::string& account_id, std::uint64_t ledger_index,
                                         const std::string& outcome, const std::string& note,
                                         std::uint64_t outcome_ledger_index) {
  const auto done = db_.exec(
      "UPDATE past_searches SET outcome = :outcome, note = :note, outcome_at_ms = :at, outcome_index = :o "
      "WHERE "
      "account_id = :a AND ledger_index = :i",
      {{"outcome", outcome},
       {"note", note},
       {"at", base::to_ms(clock_.now())},
       {"o", stored(outcome_ledger_index)},
       {"a", account_id},
       {"i", stored(ledger_index)}});
  if (!done) return tl::unexpected(done.error());
  if (*done == 0) return no_search();
  return {};
}

}  // namespace glasshouse::records
