#include "hotlist/pull_log.h"

#include "hotlist/csv.h"
#include "hotlist/entry_rows.h"

namespace glasshouse::hotlist {
namespace {

db::Params key_of_file(std::string_view list_id, const FoundFile& file) {
  return {{"list", std::string(list_id)},
          {"name", printable(file.name, kMaxFileNameBytes)},
          {"bytes", static_cast<std::int64_t>(file.bytes)},
          {"modified", base::to_ms(file.modified_at)}};
}

Pull pull_of(const db::Row& row) {
  Pull pull;
  pull.id = row.text("id");
  pull.hotlist_id = row.text("hotlist_id");
  pull.at = base::from_ms(row.integer("at"));
  pull.file = {row.text("file_name"), static_cast<std::uint64_t>(row.integer("bytes")),
               base::from_ms(row.integer("modified_at"))};
  pull.outcome = row.text("outcome");
  pull.sentence = row.text("sentence");
  const auto count = [&](const char* name) { return static_cast<std::uint32_t>(row.integer(name)); };
  pull.rows = count("rows_read");
  pull.added = count("added");
  pull.changed = count("changed");
  pull.removed = count("removed");
  pull.unchanged = count("unchanged");
  pull.refused = count("refused");
  pull.barred = count("barred");
  if (row.integer("ledger_index") >= 0)
    pull.ledger_index = static_cast<std::uint64_t>(row.integer("ledger_index"));
  return pull;
}

}  // namespace

base::Result<void> add_pull(db::Database& db, const Pull& pull) {
  return db.transact([&](db::Transaction& t) -> base::Result<void> {
    db::Params params = key_of_file(pull.hotlist_id, pull.file);
    params["id"] = pull.id;
    params["at"] = base::to_ms(pull.at);
    params["outcome"] = pull.outcome;
    params["sentence"] = pull.sentence;
    params["rows_read"] = std::int64_t{pull.rows};
    params["added"] = std::int64_t{pull.added};
    params["changed"] = std::int64_t{pull.changed};
    params["removed"] = std::int64_t{pull.removed};
    params["unchanged"] = std::int64_t{pull.unchanged};
    params["refused"] = std::int64_t{pull.refused};
    params["barred"] = std::int64_t{pull.barred};
    params["ledger"] = pull.ledger_index ? static_cast<std::int64_t>(*pull.ledger_index) : std::int64_t{-1};
    auto added = t.exec(
        "INSERT INTO hotlist_pulls (id, hotlist_id, at, file_name, bytes, modified_at, outcome, sentence, "
        "rows_read,"
        " added, changed, removed, unchanged, refused, barred, ledger_index) VALUES (:id, :list, :at, :name, "
        ":bytes,"
        " :modified, :outcome, :sentence, :rows_read, :added, :changed, :removed, :unchanged, :refused, "
        ":barred,"
        " :ledger)",
        params);
    if (!added) return tl::unexpected(store_error(added.error()));
    auto dropped = t.exec(
        "DELETE FROM hotlist_pulls WHERE hotlist_id = :list AND id NOT IN (SELECT id FROM hotlist_pulls WHERE"
        " hotlist_id = :list ORDER BY id DESC LIMIT :most)",
        {{"list", pull.hotlist_id}, {"most", static_cast<std::int64_t>(kMaxPullsKept)}});
    if (!dropped) return tl::unexpected(store_error(dropped.error()));
    return {};
  });
}

base::Result<std::vector<Pull>> pulls_of(db::Database& db, std::string_view list_id, std::size_t limit) {
  auto rows = db.query("SELECT * FROM hotlist_pulls WHERE hotlist_id = :list ORDER BY id DESC LIMIT :limit",
                       {{"list", std::string(list_id)}, {"limit", static_cast<std::int64_t>(limit)}});
  if (!rows) return tl::unexpected(store_error(rows.error()));
  std::vector<Pull> pulls;
  for (const db::Row& row : *rows) pulls.push_back(pull_of(row));
  return pulls;
}

base::Result<bool> knows_file(db::Database& db, std::string_view list_id, const FoundFile& file,
                              base::Time now) {
  db::Params params = key_of_file(list_id, file);
  params["retry_from"] = base::to_ms(now - kRetryAfter);
  auto rows = db.query(
      "SELECT id FROM hotlist_pulls WHERE hotlist_id = :list AND file_name = :name AND bytes = :bytes AND"
      " modified_at = :modified AND (outcome <> 'failed' OR at > :retry_from) LIMIT 1",
      params);
  if (!rows) return tl::unexpected(store_error(rows.error()));
  return !rows->empty();
}

}  // namespace glasshouse::hotlist
