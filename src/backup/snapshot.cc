#include "backup/snapshot.h"

#include <sqlite3.h>

#include <cstring>

#include "base/words.h"

namespace glasshouse::backup {
namespace {

constexpr int kPagesAStep = 4096;
constexpr int kBusyMs = 10'000;

tl::unexpected<base::Error> failed(const std::string& what, sqlite3* db) {
  return base::failure(Errc::kDatabase, what, db != nullptr ? sqlite3_errmsg(db) : "no memory",
                       "Look at the disk, then try again");
}

base::Result<void> run(sqlite3* db, const std::string& sql) {
  if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return failed("A copy of a database could not be changed", db);
  return {};
}

std::string serialized(sqlite3* db, const char* schema) {
  sqlite3_int64 size = 0;
  unsigned char* bytes = sqlite3_serialize(db, schema, &size, 0);
  std::string text;
  if (bytes != nullptr) text.assign(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  sqlite3_free(bytes);
  return text;
}

// SQLite takes the memory over.
base::Result<void> deserialize(sqlite3* db, const char* schema, const std::string& bytes) {
  auto* copy = static_cast<unsigned char*>(sqlite3_malloc64(bytes.size() + 1));
  if (copy == nullptr) return failed("There is no memory for a database", nullptr);
  std::memcpy(copy, bytes.data(), bytes.size());
  // A file that was in WAL mode says so in its header; in memory there is no log.
  if (bytes.size() > 19) copy[18] = copy[19] = 1;
  const auto size = static_cast<sqlite3_int64>(bytes.size());
  if (sqlite3_deserialize(db, schema, copy, size, size,
                          SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE) != SQLITE_OK)
    return failed("A part of the backup is no database", db);
  return {};
}

base::Result<std::vector<std::string>> first_column(sqlite3* db, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
    return failed("A database could not be asked", db);
  std::vector<std::string> values;
  int state = SQLITE_ROW;
  while ((state = sqlite3_step(statement)) == SQLITE_ROW) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    values.emplace_back(text != nullptr ? text : "");
  }
  sqlite3_finalize(statement);
  if (state != SQLITE_DONE) return failed("A database could not be asked", db);
  return values;
}

base::Result<sqlite3*> opened(const std::string& path, int flags) {
  sqlite3* db = nullptr;
  if (sqlite3_open_v2(path.c_str(), &db, flags | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK) {
    auto error = failed("A database could not be opened: " + path, db);
    sqlite3_close(db);
    return error;
  }
  sqlite3_busy_timeout(db, kBusyMs);
  return db;
}

}  // namespace

void Snapshot::Close::operator()(sqlite3* db) const {
  sqlite3_close(db);
}

base::Result<Snapshot> Snapshot::of(const std::string& path) {
  auto source = opened(path, SQLITE_OPEN_READONLY);
  if (!source) return tl::unexpected(source.error());
  const Snapshot from(*source);
  auto memory = opened(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (!memory) return tl::unexpected(memory.error());
  Snapshot copy(*memory);
  // One transaction around all steps: what others write meanwhile is not in the copy.
  if (auto begun = run(from.db_.get(), "BEGIN"); !begun) return tl::unexpected(begun.error());
  sqlite3_backup* backup = sqlite3_backup_init(copy.db_.get(), "main", from.db_.get(), "main");
  if (backup == nullptr) return failed("A database could not be copied: " + path, copy.db_.get());
  int state = SQLITE_OK;
  while ((state = sqlite3_backup_step(backup, kPagesAStep)) == SQLITE_OK || state == SQLITE_BUSY ||
         state == SQLITE_LOCKED) {
  }
  sqlite3_backup_finish(backup);
  if (state != SQLITE_DONE) return failed("A database could not be copied: " + path, copy.db_.get());
  return copy;
}

base::Result<Snapshot> Snapshot::from(std::string bytes) {
  auto memory = opened(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (!memory) return tl::unexpected(memory.error());
  Snapshot copy(*memory);
  if (bytes.empty()) return copy;
  if (auto taken = deserialize(copy.db_.get(), "main", bytes); !taken) return tl::unexpected(taken.error());
  if (auto looked = copy.column("SELECT count(*) FROM sqlite_schema"); !looked)
    return tl::unexpected(looked.error());
  return copy;
}

base::Result<void> Snapshot::exec(const std::string& sql) {
  return run(db_.get(), sql);
}

base::Result<void> Snapshot::make_table(const std::string& name,
                                        const std::vector<std::pair<std::string, std::string>>& columns) {
  std::string list;
  for (const auto& [column, type] : columns)
    list += (list.empty() ? "" : ", ") + base::sql_name(column) + " " + base::sql_name(type);
  return exec("CREATE TABLE " + base::sql_name(name) + " (" + list + ")");
}

base::Result<void> Snapshot::put(const std::string& table, std::span<const std::vector<Value>> rows) {
  if (rows.empty()) return {};
  std::string places = "?";
  for (std::size_t i = 1; i < rows.front().size(); ++i) places += ", ?";
  const std::string sql = "INSERT INTO " + base::sql_name(table) + " VALUES (" + places + ")";
  if (auto begun = exec("BEGIN"); !begun) return begun;
  sqlite3_stmt* statement = nullptr;
  int state = sqlite3_prepare_v2(db_.get(), sql.c_str(), -1, &statement, nullptr);
  for (auto row = rows.begin(); row != rows.end() && (state == SQLITE_OK || state == SQLITE_DONE); ++row) {
    sqlite3_reset(statement);
    int at = 0;
    for (const Value& value : *row) {
      ++at;
      if (const auto* number = std::get_if<std::int64_t>(&value)) {
        sqlite3_bind_int64(statement, at, *number);
      } else if (const auto* real = std::get_if<double>(&value)) {
        sqlite3_bind_double(statement, at, *real);
      } else if (const auto* text = std::get_if<std::string>(&value)) {
        sqlite3_bind_text64(statement, at, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
      } else {
        sqlite3_bind_null(statement, at);
      }
    }
    state = sqlite3_step(statement);
  }
  sqlite3_finalize(statement);
  if (state != SQLITE_DONE) return failed("A copy of a database could not be filled", db_.get());
  return exec("COMMIT");
}

base::Result<std::vector<std::string>> Snapshot::column(const std::string& sql) const {
  return first_column(db_.get(), sql);
}

bool Snapshot::has_table(const std::string& name) const {
  const auto found = column("SELECT name FROM sqlite_schema WHERE type = 'table' AND name = '" + name + "'");
  return found && !found->empty();
}

base::Result<std::string> Snapshot::part(const std::vector<Pick>& picks) {
  if (auto attached = exec("ATTACH ':memory:' AS part"); !attached) return tl::unexpected(attached.error());
  bool any = false;
  base::Result<void> done;
  for (const Pick& pick : picks) {
    if (!done || !has_table(pick.table)) continue;
    const std::string name = base::sql_name(pick.table);
    const auto rows = column("SELECT count(*) FROM " + name + " WHERE " + pick.where);
    if (!rows) done = tl::unexpected(rows.error());
    if (!rows || rows->front() == "0") continue;
    done = exec("CREATE TABLE part." + name + " AS SELECT * FROM main." + name + " WHERE " + pick.where);
    any = true;
  }
  std::string bytes = done && any ? serialized(db_.get(), "part") : std::string();
  if (auto detached = exec("DETACH part"); !detached && done) done = detached;
  if (!done) return tl::unexpected(done.error());
  return bytes;
}

std::string Snapshot::bytes() const {
  return serialized(db_.get(), "main");
}

base::Result<void> merge_part(const std::string& path, std::string part) {
  auto target = opened(path, SQLITE_OPEN_READWRITE);
  if (!target) return tl::unexpected(target.error());
  sqlite3* db = *target;
  const auto merge = [&]() -> base::Result<void> {
    if (auto attached = run(db, "ATTACH ':memory:' AS part"); !attached) return attached;
    if (auto taken = deserialize(db, "part", part); !taken) return taken;
    const auto tables = first_column(db, "SELECT name FROM part.sqlite_schema WHERE type = 'table'");
    if (!tables) return tl::unexpected(tables.error());
    if (auto begun = run(db, "BEGIN IMMEDIATE"); !begun) return begun;
    for (const std::string& table : *tables) {
      const std::string name = base::sql_name(table);
      if (auto put = run(db, "INSERT OR IGNORE INTO main." + name + " SELECT * FROM part." + name); !put)
        return put;
    }
    return run(db, "COMMIT");
  };
  auto merged = merge();
  sqlite3_close(db);
  return merged;
}

}  // namespace glasshouse::backup
