#include "hotlist/entry_rows.h"

#include <algorithm>

#include "hotlist/entry_check.h"
#include "hotlist/entry_facts.h"

namespace glasshouse::hotlist {
namespace {

constexpr std::int64_t kRowsAPage = 2000;
constexpr std::size_t kRowsATime = 500;  // bound at once

// The statement for each of the rows, with what `params` makes of one.
template <class T, class Bind>
base::Result<void> each(db::Transaction& transaction, std::string_view sql, std::span<const T> rows,
                        const Bind& params) {
  std::vector<db::Params> bound;
  for (std::size_t at = 0; at < rows.size(); at += kRowsATime) {
    bound.clear();
    for (const T& row : rows.subspan(at, std::min(kRowsATime, rows.size() - at)))
      bound.push_back(params(row));
    if (auto done = transaction.exec_each(sql, bound); !done)
      return tl::unexpected(store_error(done.error()));
  }
  return {};
}

// `use` of each row of the list's running entries, page by page.
base::Result<void> each_running_row(db::Database& db, const std::string& columns, std::string_view hotlist_id,
                                    base::Time now, const std::function<void(const db::Row&)>& use) {
  std::string after;
  for (;;) {
    auto rows =
        db.query("SELECT " + columns +
                     " FROM hotlist_entries WHERE hotlist_id = :list AND id > :after AND active = 1 AND"
                     " expires_at > :now AND " +
                     std::string(kIsThere) + " ORDER BY id LIMIT :limit",
                 {{"list", std::string(hotlist_id)},
                  {"after", after},
                  {"now", base::to_ms(now)},
                  {"limit", kRowsAPage}});
    if (!rows) return tl::unexpected(store_error(rows.error()));
    for (const db::Row& row : *rows) use(row);
    if (rows->size() < static_cast<std::size_t>(kRowsAPage)) return {};
    after = rows->back().text("id");
  }
}

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
      "active = 1 AND expires_at > :now AND id <> :id AND " +
          std::string(kIsThere),
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

base::Result<void> insert(db::Transaction& transaction, std::span<const Entry> entries,
                          std::string_view import_id) {
  static const std::string kSql = "INSERT INTO hotlist_entries (id, active, import_id, " +
                                  std::string(kEntryFacts) + ") VALUES (:id, 1, :import, " +
                                  std::string(kEntryFactValues) + ")";
  return each(transaction, kSql, entries, [&](const Entry& entry) {
    db::Params params{{"id", entry.id}, {"import", std::string(import_id)}};
    bind_facts(entry, params);
    return params;
  });
}

base::Result<void> update(db::Transaction& transaction,
                          std::span<const std::pair<std::string, NewEntry>> drafts) {
  return each(
      transaction,
      "UPDATE hotlist_entries SET reason = :reason, case_number = :case_number, color = :color, body ="
      " :body, make = :make, expires_at = :expires_at, note = :note WHERE id = :id",
      drafts, [](const std::pair<std::string, NewEntry>& change) {
        const NewEntry& draft = change.second;
        return db::Params{{"id", change.first},
                          {"reason", draft.reason},
                          {"case_number", draft.case_number},
                          {"color", draft.color},
                          {"body", draft.body},
                          {"make", draft.make},
                          {"expires_at", base::to_ms(draft.expires_at)},
                          {"note", draft.note}};
      });
}

base::Result<void> renew(db::Transaction& transaction,
                         std::span<const std::pair<std::string, base::Time>> ends) {
  return each(transaction, "UPDATE hotlist_entries SET expires_at = :end WHERE id = :id", ends,
              [](const std::pair<std::string, base::Time>& entry) {
                return db::Params{{"id", entry.first}, {"end", base::to_ms(entry.second)}};
              });
}

base::Result<void> end(db::Transaction& transaction, std::span<const std::string> ids) {
  return each(transaction, "UPDATE hotlist_entries SET active = 0 WHERE id = :id", ids,
              [](const std::string& id) {
                return db::Params{{"id", id}};
              });
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
  return each_running_row(db, entry_columns(), hotlist_id, now,
                          [&](const db::Row& row) { use(entry_of(row)); });
}

base::Result<std::vector<MatchEntry>> running_to_match(db::Database& db, std::string_view hotlist_id,
                                                       base::Time now) {
  std::vector<MatchEntry> entries;
  auto read = each_running_row(
      db, "id, plate, pattern, region, expires_at", hotlist_id, now, [&](const db::Row& row) {
        entries.push_back({row.text("id"), 0, row.text("plate"), row.integer("pattern") != 0,
                           row.text("region"), base::from_ms(row.integer("expires_at"))});
      });
  if (!read) return tl::unexpected(read.error());
  return entries;
}

}  // namespace glasshouse::hotlist
