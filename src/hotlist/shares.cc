#include "hotlist/shares.h"

#include "hotlist/entry_rows.h"

namespace glasshouse::hotlist {
namespace {

constexpr std::int64_t kDueAtOnce = 100;

std::uint32_t count_in(const db::Row& row, std::string_view column) {
  return static_cast<std::uint32_t>(row.integer(column));
}
std::int64_t stored(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

// Which it is, and how it stands with the other agency.
db::Params standing_of(const Share& s) {
  return {{"list", s.list_id},
          {"grant", s.grant_id},
          {"number", stored(s.number)},
          {"entries", std::int64_t{s.entries}},
          {"refused", std::int64_t{s.refused}},
          {"barred", std::int64_t{s.barred}},
          {"told", s.told_at ? base::to_ms(*s.told_at) : 0},
          {"query", s.query_id},
          {"query_entry", stored(s.query_entry)},
          {"problem", s.problem}};
}

}  // namespace

base::Result<void> Shares::run(const char* sql, const db::Params& params) {
  auto done = db_.exec(sql, params);
  if (!done) return tl::unexpected(store_error(done.error()));
  return {};
}

base::Result<std::vector<Share>> Shares::select(const std::string& where, const db::Params& params) {
  auto rows = db_.query("SELECT * FROM hotlist_shares " + where + " ORDER BY hotlist_id, since", params);
  if (!rows) return tl::unexpected(store_error(rows.error()));
  std::vector<Share> shares;
  for (const db::Row& row : *rows) {
    Share share;
    share.list_id = row.text("hotlist_id");
    share.grant_id = row.text("grant_id");
    share.agency_id = row.text("agency_id");
    share.purpose = row.text("purpose");
    share.sent_by = row.text("sent_by");
    share.sender_role = row.text("sender_role");
    share.since = base::from_ms(row.integer("since"));
    share.ending = row.integer("ending") != 0;
    share.number = static_cast<std::uint64_t>(row.integer("number"));
    share.entries = count_in(row, "entries");
    share.refused = count_in(row, "refused");
    share.barred = count_in(row, "barred");
    if (const std::int64_t at = row.integer("told_at"); at != 0) share.told_at = base::from_ms(at);
    share.query_id = row.text("query_id");
    share.query_entry = static_cast<std::uint64_t>(row.integer("query_entry"));
    share.problem = row.text("problem");
    shares.push_back(std::move(share));
  }
  return shares;
}

base::Result<std::vector<Share>> Shares::all() {
  return select("", {});
}

base::Result<std::vector<Share>> Shares::of(std::string_view list_id) {
  return select("WHERE hotlist_id = :list", {{"list", std::string(list_id)}});
}

base::Result<void> Shares::put(const Share& s) {
  db::Params params = standing_of(s);
  params["agency"] = s.agency_id;
  params["purpose"] = s.purpose;
  params["by"] = s.sent_by;
  params["role"] = s.sender_role;
  params["since"] = base::to_ms(s.since);
  params["ending"] = std::int64_t{s.ending};
  return run(
      "INSERT INTO hotlist_shares (hotlist_id, grant_id, agency_id, purpose, sent_by, sender_role, since, "
      "ending, number, entries, refused, barred, told_at, query_id, query_entry, problem) VALUES (:list, "
      ":grant, :agency, :purpose, :by, :role, :since, :ending, :number, :entries, :refused, :barred, :told, "
      ":query, :query_entry, :problem) ON CONFLICT (hotlist_id, grant_id) DO UPDATE SET purpose = "
      "excluded.purpose, sent_by = excluded.sent_by, sender_role = excluded.sender_role, since = "
      "excluded.since, ending = excluded.ending",
      params);
}

base::Result<void> Shares::note(const Share& s) {
  return run(
      "UPDATE hotlist_shares SET number = :number, entries = :entries, refused = :refused, barred = :barred,"
      " told_at = :told, query_id = :query, query_entry = :query_entry, problem = :problem WHERE hotlist_id "
      "= "
      ":list AND grant_id = :grant",
      standing_of(s));
}

base::Result<void> Shares::drop(const Share& share) {
  return run("DELETE FROM hotlist_shares WHERE hotlist_id = :list AND grant_id = :grant",
             {{"list", share.list_id}, {"grant", share.grant_id}});
}

base::Result<void> Shares::end_of_list(std::string_view list_id) {
  return run("UPDATE hotlist_shares SET ending = 1 WHERE hotlist_id = :list",
             {{"list", std::string(list_id)}});
}

base::Result<void> Shares::note_outcome(const Outcome& outcome) {
  auto known = db_.query("SELECT COUNT(*) AS n FROM hotlist_outcomes WHERE entry_id = :entry",
                         {{"entry", outcome.entry_id}});
  if (!known) return tl::unexpected(store_error(known.error()));
  if (known->front().integer("n") >= stored(kMaxOutcomesOfEntry)) return {};
  return run(
      "INSERT INTO hotlist_outcomes (entry_id, agency, code, at, ledger_index) VALUES (:entry, :agency, "
      ":code, "
      ":at, :ledger) ON CONFLICT DO NOTHING",
      {{"entry", outcome.entry_id},
       {"agency", outcome.agency},
       {"code", outcome.code},
       {"at", base::to_ms(outcome.at)},
       {"ledger", stored(outcome.ledger_index)}});
}

base::Result<std::vector<Outcome>> Shares::outcomes_of(std::string_view list_id) {
  auto rows = db_.query(
      "SELECT o.entry_id AS entry_id, o.agency AS agency, o.code AS code, o.at AS at, o.ledger_index AS "
      "ledger_index FROM hotlist_outcomes o JOIN hotlist_entries e ON e.id = o.entry_id WHERE e.hotlist_id = "
      ":list AND e.active = 1 ORDER BY o.at DESC LIMIT 200",
      {{"list", std::string(list_id)}});
  if (!rows) return tl::unexpected(store_error(rows.error()));
  std::vector<Outcome> outcomes;
  for (const db::Row& row : *rows)
    outcomes.push_back({row.text("entry_id"), row.text("agency"), row.text("code"),
                        base::from_ms(row.integer("at")),
                        static_cast<std::uint64_t>(row.integer("ledger_index"))});
  return outcomes;
}

base::Result<void> Shares::put_due(const OutcomeDue& due) {
  auto put = run(
      "INSERT INTO hotlist_outcomes_due (query_id, agency_id, grant_id, list, entry, code, at, query_entry, "
      "tries, next_at) VALUES (:query, :agency, :grant, :list, :entry, :code, :at, :query_entry, :tries, "
      ":next) ON CONFLICT (query_id) DO UPDATE SET tries = excluded.tries, next_at = excluded.next_at",
      {{"query", due.query_id},
       {"agency", due.agency_id},
       {"grant", due.grant_id},
       {"list", due.list},
       {"entry", due.entry},
       {"code", due.code},
       {"at", base::to_ms(due.at)},
       {"query_entry", stored(due.query_entry)},
       {"tries", std::int64_t{due.tries}},
       {"next", base::to_ms(due.next_at)}});
  if (!put) return put;
  return run(
      "DELETE FROM hotlist_outcomes_due WHERE query_id NOT IN (SELECT query_id FROM hotlist_outcomes_due "
      "ORDER "
      "BY query_id DESC LIMIT :most)",
      {{"most", stored(kMaxOutcomesDue)}});
}

base::Result<std::vector<std::string>> Shares::agencies() {
  auto rows = db_.query(
      "SELECT agency_id FROM hotlist_shares UNION SELECT agency_id FROM hotlist_outcomes_due ORDER BY 1", {});
  if (!rows) return tl::unexpected(store_error(rows.error()));
  std::vector<std::string> ids;
  for (const db::Row& row : *rows) ids.push_back(row.text("agency_id"));
  return ids;
}

base::Result<std::vector<OutcomeDue>> Shares::due(base::Time now, std::string_view agency_id) {
  auto rows = db_.query(
      "SELECT * FROM hotlist_outcomes_due WHERE next_at <= :now AND agency_id = :agency ORDER BY next_at, "
      "query_id LIMIT :limit",
      {{"now", base::to_ms(now)}, {"agency", std::string(agency_id)}, {"limit", kDueAtOnce}});
  if (!rows) return tl::unexpected(store_error(rows.error()));
  std::vector<OutcomeDue> due;
  for (const db::Row& row : *rows)
    due.push_back({row.text("query_id"), row.text("agency_id"), row.text("grant_id"), row.text("list"),
                   row.text("entry"), row.text("code"), base::from_ms(row.integer("at")),
                   static_cast<std::uint64_t>(row.integer("query_entry")),
                   static_cast<int>(row.integer("tries")), base::from_ms(row.integer("next_at"))});
  return due;
}

base::Result<void> Shares::drop_due(std::string_view query_id) {
  return run("DELETE FROM hotlist_outcomes_due WHERE query_id = :id", {{"id", std::string(query_id)}});
}

}  // namespace glasshouse::hotlist
