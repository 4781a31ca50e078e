#include "hotlist/entry_rows.h"

#include "hotlist/entry_check.h"
#include "hotlist/entry_facts.h"

namespace glasshouse::hotlist {
namespace {

constexpr std::int64_t kRowsAPage = 2000;

}  // namespace

base::Error store_error(const base::Error& cause) {
  return base::Error(Errc::kStore, "The hotlists could not be read or changed", cause.what(),
                     "Try again; if it stays, look at the server's log.");
}

std::string entry_columns() {
  return "id, active, ended_as, " + std::string(kEntryFacts);
}

Entry entry_of(const db::Row& row) {
  Entry entry;
  entry.id = row.text("id");
  entry.active = row.integer("active") != 0;
  entry.ended_as = row.text("ended_as");
  read_facts(row, entry);
  return entry;
}

Entry make_entry(std::string_view hotlist_id, const NewEntry& draft, std::string id, std::string officer_id,
                 base::Time now) {
  Entry entry;
  entry.id = std::move(id);
  entry.hotlist_id = hotlist_id;
  entry.plate = draft.plate;
  entry.pattern = is_pattern(draft.plate);
  entry.reason = draft.reason;
  entry.case_number = draft.case_number;
  entry.region = draft.region;
  entry.color = draft.color;
  entry.body = draft.body;
  entry.make = draft.make;
  entry.expires_at = draft.expires_at;
  entry.added_by = std::move(officer_id);
  entry.added_at = now;
  entry.note = draft.note;
  return entry;
}

base::Result<void> check_free(db::Transaction& transaction, const Entry& entry, base::Time now) {
  auto rows = transaction.query(
      "SELECT id FROM hotlist_entries WHERE hotlist_id = :list AND plate = :plate AND region = :region AND "
      "active = 1 AND"
      " expires_at > :now AND id <> :id",
      {{"list", entry.hotlist_id},
       {"plate", entry.plate},
       {"region", entry.region},
       {"now", base::to_ms(now)},
       {"id", entry.id}});
  if (!rows) return tl::unexpected(store_error(rows.error()));
  if (rows->empty()) return {};
  return base::failure(Errc::kDuplicate, "This plate is on the list already",
                       "An entry with the same plate and region runs", "Change that entry, or end it first.");
}

base::Result<void> insert(db::Transaction& transaction, const Entry& entry) {
  db::Params params{{"id", entry.id}};
  bind_facts(entry, params);
  auto done = transaction.exec("INSERT INTO hotlist_entries (id, active, " + std::string(kEntryFacts) +
                                   ") VALUES (:id, 1, " + std::string(kEntryFactValues) + ")",
                               params);
  if (!done) return tl::unexpected(store_error(done.error()));
  return {};
}

base::Result<void> update(db::Transaction& transaction, std::string_view id, const NewEntry& draft) {
  auto done = transaction.exec(
      "UPDATE hotlist_entries SET reason = :reason, case_number = :case_number, color = :color, body = "
      ":body, make = :make,"
      " expires_at = :expires_at, note = :note WHERE id = :id",
      {{"id", std::string(id)},
       {"reason", draft.reason},
       {"case_number", draft.case_number},
       {"color", draft.color},
       {"body", draft.body},
       {"make", draft.make},
       {"expires_at", base::to_ms(draft.expires_at)},
       {"note", draft.note}});
  if (!done) return tl::unexpected(store_error(done.error()));
  return {};
}

base::Result<void> renew(db::Transaction& transaction, std::string_view id, base::Time expires_at) {
  auto done = transaction.exec("UPDATE hotlist_entries SET expires_at = :end WHERE id = :id",
                               {{"id", std::string(id)}, {"end", base::to_ms(expires_at)}});
  if (!done) return tl::unexpected(store_error(done.error()));
  return {};
}

base::Result<std::vector<std::string>> recovered_rows(db::Database& db, std::string_view hotlist_id) {
  auto rows = db.query(
      "SELECT id FROM hotlist_entries WHERE hotlist_id = :list AND active = 0 AND ended_as = 'recovered'"
      " ORDER BY id DESC LIMIT 1000",
      {{"list", std::string(hotlist_id)}});
  if (!rows) return tl::unexpected(store_error(rows.error()));
  std::vector<std::string> ids;
  for (const db::Row& row : *rows) ids.push_back(row.text("id"));
  return ids;
}

base::Result<void> for_each_running(db::Database& db, std::string_view hotlist_id, base::Time now,
                                    const std::function<void(Entry)>& use) {
  std::string after;
  for (;;) {
    auto rows =
        db.query("SELECT " + entry_columns() +
                     " FROM hotlist_entries WHERE hotlist_id = :list AND id > :after AND active = 1 AND"
                     " expires_at > :now ORDER BY id LIMIT :limit",
                 {{"list", std::string(hotlist_id)},
                  {"after", after},
                  {"now", base::to_ms(now)},
                  {"limit", kRowsAPage}});
    if (!rows) return tl::unexpected(store_error(rows.error()));
    for (const db::Row& row : *rows) use(entry_of(row));
    if (rows->size() < static_cast<std::size_t>(kRowsAPage)) return {};
    after = rows->back().text("id");
  }
}

}  // namespace glasshouse::hotlist
