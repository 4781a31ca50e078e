#include "db/tables.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "base/words.h"

namespace glasshouse::db {
namespace {

constexpr std::size_t kMostValuesAStatement = 900;  // SQLite's own limit was 999 for long

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

base::Result<std::vector<Table>> tables_of(Transaction& tx, bool sqlite) {
  const auto names =
      tx.query(sqlite ? "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE"
                        " 'sqlite~_%' ESCAPE '~' ORDER BY name"
                      : "SELECT CAST(table_name AS TEXT) AS name FROM information_schema.tables"
                        " WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
                        " ORDER BY table_name");
  if (!names) return tl::unexpected(names.error());
  std::vector<Table> tables;
  for (const Row& row : *names) {
    Table table{row.text("name"), {}};
    const auto columns =
        tx.query(sqlite ? "SELECT name, type FROM pragma_table_info(:table) ORDER BY cid"
                        : "SELECT CAST(column_name AS TEXT) AS name, CAST(data_type AS TEXT) AS type FROM"
                          " information_schema.columns WHERE table_schema = current_schema() AND table_name ="
                          " :table ORDER BY ordinal_position",
                 {{"table", table.name}});
    if (!columns) return tl::unexpected(columns.error());
    for (const Row& column : *columns)
      table.columns.push_back({column.text("name"), upper(column.text("type"))});
    tables.push_back(std::move(table));
  }
  return tables;
}

std::string column_list(const Table& table) {
  std::string list;
  for (const Column& column : table.columns) list += (list.empty() ? "" : ", ") + base::sql_name(column.name);
  return list;
}

Value value_of(const Row& row, const Column& column) {
  if (row.is_null(column.name)) return nullptr;
  if (column.type == "BIGINT") return row.integer(column.name);
  if (column.type == "DOUBLE PRECISION") return row.real(column.name);
  return row.text(column.name);
}

base::Result<void> read_table(Transaction& tx, bool sqlite, const Table& table, const TakeRows& take) {
  const std::string select = "SELECT " + column_list(table) + " FROM " + base::sql_name(table.name) +
                             (sqlite ? "" : " ORDER BY ctid") + " LIMIT " + std::to_string(kRowsATime) +
                             " OFFSET ";
  for (std::size_t at = 0;; at += kRowsATime) {
    const auto rows = tx.query(select + std::to_string(at));
    if (!rows) return tl::unexpected(rows.error());
    std::vector<TableRow> values;
    values.reserve(rows->size());
    for (const Row& row : *rows) {
      TableRow& one = values.emplace_back();
      for (const Column& column : table.columns) one.push_back(value_of(row, column));
    }
    if (at > 0 && values.empty()) return {};
    if (auto taken = take(table, values); !taken) return taken;
    if (values.size() < kRowsATime) return {};
  }
}

base::Result<void> insert(Transaction& tx, const Table& table, std::span<const TableRow> rows) {
  const std::size_t a_time = std::max<std::size_t>(1, kMostValuesAStatement / table.columns.size());
  for (std::size_t at = 0; at < rows.size(); at += a_time) {
    std::string sql = "INSERT INTO " + base::sql_name(table.name) + " (" + column_list(table) + ") VALUES ";
    Params params;
    const auto some = rows.subspan(at, std::min(a_time, rows.size() - at));
    for (std::size_t r = 0; r < some.size(); ++r) {
      sql += r == 0 ? "(" : "), (";
      for (std::size_t c = 0; c < table.columns.size(); ++c) {
        const bool null = std::holds_alternative<std::nullptr_t>(some[r][c]);
        const std::string name = "v" + std::to_string(r) + "_" + std::to_string(c);
        sql += (c == 0 ? "" : ", ") + (null ? "NULL" : ":" + name);
        if (!null) params.emplace(name, some[r][c]);
      }
    }
    if (auto put = tx.exec(sql + ")", params); !put) return tl::unexpected(put.error());
  }
  return {};
}

// Rows come table by table: what they refer to may come later. SQLite does by one word what PostgreSQL wants
// said of each reference.
base::Result<void> alter_references(Transaction& tx, const std::string& how) {
  const auto keys = tx.query(
      "SELECT CAST(table_name AS TEXT) AS name, CAST(constraint_name AS TEXT) AS key FROM"
      " information_schema.table_constraints WHERE constraint_schema = current_schema() AND constraint_type ="
      " 'FOREIGN KEY'");
  if (!keys) return tl::unexpected(keys.error());
  for (const Row& row : *keys) {
    const std::string sql = "ALTER TABLE " + base::sql_name(row.text("name")) + " ALTER CONSTRAINT " +
                            base::sql_name(row.text("key")) + " " + how;
    if (auto done = tx.exec(sql); !done) return tl::unexpected(done.error());
  }
  return {};
}

base::Result<void> defer_references(Transaction& tx, bool sqlite) {
  if (!sqlite) return alter_references(tx, "DEFERRABLE INITIALLY DEFERRED");
  if (auto done = tx.exec("PRAGMA defer_foreign_keys = ON"); !done) return tl::unexpected(done.error());
  return {};
}

base::Result<void> check_references(Transaction& tx, bool sqlite) {
  if (sqlite) return {};  // it does when it commits
  if (auto done = tx.exec("SET CONSTRAINTS ALL IMMEDIATE"); !done) return tl::unexpected(done.error());
  return alter_references(tx, "NOT DEFERRABLE");
}

tl::unexpected<base::Error> other_tables(const std::string& what) {
  return base::failure(Errc::kMigration, "The records are of another version of the program", what,
                       "Use the version that made them, or a newer one, and let that bring them up to date");
}

}  // namespace

base::Result<void> read_tables(Database& from, const TakeRows& take) {
  return from.transact([&](Transaction& tx) -> base::Result<void> {
    const bool sqlite = from.is_sqlite();
    if (!sqlite) {
      if (auto one = tx.exec("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"); !one)
        return tl::unexpected(one.error());
    }
    const auto tables = tables_of(tx, sqlite);
    if (!tables) return tl::unexpected(tables.error());
    for (const Table& table : *tables) {
      if (auto read = read_table(tx, sqlite, table, take); !read) return read;
    }
    return {};
  });
}

base::Result<bool> is_empty(Database& database) {
  bool empty = false;
  const auto looked = database.transact([&](Transaction& tx) -> base::Result<void> {
    const auto tables = tables_of(tx, database.is_sqlite());
    if (!tables) return tl::unexpected(tables.error());
    empty = tables->empty();
    return {};
  });
  if (!looked) return tl::unexpected(looked.error());
  return empty;
}

base::Result<void> copy_tables(Database& from, Database& to) {
  return to.transact([&](Transaction& tx) -> base::Result<void> {
    const bool sqlite = to.is_sqlite();
    const auto tables = tables_of(tx, sqlite);
    if (!tables) return tl::unexpected(tables.error());
    if (auto deferred = defer_references(tx, sqlite); !deferred) return deferred;
    std::set<std::string> known;
    const auto migrations = tx.query("SELECT name FROM migrations");
    if (!migrations) return tl::unexpected(migrations.error());
    for (const Row& row : *migrations) known.insert(row.text("name"));
    for (const Table& table : *tables) {
      if (table.name == kMigrationsTable) continue;
      if (auto gone = tx.exec("DELETE FROM " + base::sql_name(table.name)); !gone)
        return tl::unexpected(gone.error());
    }
    const auto put = [&](const Table& table, std::span<const TableRow> rows) -> base::Result<void> {
      const auto has = [&](const Table& one) { return one.name == table.name; };
      if (std::none_of(tables->begin(), tables->end(), has))
        return other_tables("They have a table " + table.name);
      if (table.name != kMigrationsTable) return insert(tx, table, rows);
      const auto name_at = std::find_if(table.columns.begin(), table.columns.end(),
                                        [](const Column& column) { return column.name == "name"; });
      for (const TableRow& row : rows) {
        const auto* name = name_at == table.columns.end()
                               ? nullptr
                               : std::get_if<std::string>(&row[name_at - table.columns.begin()]);
        if (name == nullptr || !known.contains(*name))
          return other_tables("They went through the step " + (name ? *name : std::string("without a name")));
      }
      return {};
    };
    if (auto read = read_tables(from, put); !read) return read;
    return check_references(tx, sqlite);
  });
}

}  // namespace glasshouse::db
