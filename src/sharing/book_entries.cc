// The ledger's entries beside what was done under them.
#include "sharing/book.h"

namespace glasshouse::sharing {

base::Result<void> Book::note_entry(db::Transaction& tx, Recorded recorded) {
  const auto noted = tx.exec("INSERT INTO sharing_entries (entry) VALUES (:entry) ON CONFLICT DO NOTHING",
                             {{"entry", static_cast<std::int64_t>(recorded.entry)}});
  if (!noted) return tl::unexpected(noted.error());
  return {};
}

base::Result<std::int64_t> Book::write(std::string_view sql, const db::Params& params, Recorded recorded) {
  std::int64_t touched = 0;
  const auto written = options_.db->transact([&](db::Transaction& tx) -> base::Result<void> {
    const auto rows = tx.exec(sql, params);
    if (!rows) return tl::unexpected(rows.error());
    touched = *rows;
    return note_entry(tx, recorded);
  });
  if (!written) return tl::unexpected(written.error());
  return touched;
}

base::Result<std::set<std::uint64_t>> Book::recorded_since(std::uint64_t entry) const {
  const auto rows = options_.db->query("SELECT entry FROM sharing_entries WHERE entry >= :entry",
                                       {{"entry", static_cast<std::int64_t>(entry)}});
  if (!rows) return tl::unexpected(rows.error());
  std::set<std::uint64_t> known;
  for (const db::Row& row : *rows) known.insert(static_cast<std::uint64_t>(row.integer("entry")));
  return known;
}

base::Result<std::optional<std::uint64_t>> Book::reconciled_to() const {
  const auto rows = options_.db->query("SELECT value FROM sharing_state WHERE name = 'reconciled'");
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) return std::optional<std::uint64_t>{};
  return std::stoull(rows->front().text("value"));
}

base::Result<void> Book::settle(Recorded recorded) {
  return options_.db->transact([&](db::Transaction& tx) { return note_entry(tx, recorded); });
}

base::Result<void> Book::set_reconciled_to(std::uint64_t entry) {
  const auto kept = options_.db->exec(
      "INSERT INTO sharing_state (name, value) VALUES ('reconciled', :entry) "
      "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      {{"entry", std::to_string(entry)}});
  if (!kept) return tl::unexpected(kept.error());
  return {};
}

}  // namespace glasshouse::sharing
