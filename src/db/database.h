// Records (accounts, cases, cameras, hotlists, alerts, settings) on SQLite or PostgreSQL through SOCI, seen
// only here. SQL is the part that both speak; parameters are named (:id). Times are integers (UTC ms).
//
//   auto db = db::Database::open("sqlite:///var/lib/glasshouse/records.db");
//   db->migrate(accounts::migrations());
//   auto rows = (*db)->query("SELECT id, name FROM accounts WHERE role = :role", {{"role", "officer"}});
//   for (const db::Row& row : *rows) row.text("name");
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace glasshouse::db {

enum class Errc { kOpen = 1, kQuery, kConflict, kBusy, kMigration };  // kConflict: a unique or foreign key

using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string>;
using Params = std::map<std::string, Value>;

class Row {
 public:
  using Columns = std::vector<std::string>;  // shared by the rows of one answer
  Row(std::shared_ptr<const Columns> columns, std::vector<Value> values)
      : columns_(std::move(columns)), values_(std::move(values)) {}
  bool is_null(std::string_view column) const;
  // Each throws std::logic_error when the column is absent: that is a bug, not an input.
  std::string text(std::string_view column) const;      // "" when null
  std::int64_t integer(std::string_view column) const;  // 0 when null
  double real(std::string_view column) const;           // 0 when null

 private:
  const Value& at(std::string_view column) const;
  std::shared_ptr<const Columns> columns_;
  std::vector<Value> values_;
};
using Rows = std::vector<Row>;

// One module's change to the schema; name is unique and never changes ("accounts/1-start"). Column types are
// BIGINT, DOUBLE PRECISION and TEXT only: the others differ between the databases; migrate() refuses them.
struct Migration {
  std::string name;
  std::string sql;  // statements separated by ';' at line ends
};

class Transaction {
 public:
  virtual ~Transaction() = default;
  virtual base::Result<Rows> query(std::string_view sql, const Params& params = {}) = 0;
  virtual base::Result<std::int64_t> exec(std::string_view sql, const Params& params = {}) = 0;  // rows
  // The statement once for each row, prepared once. The rows name the same parameters, of the same types,
  // none of them null: else it throws std::logic_error.
  virtual base::Result<void> exec_each(std::string_view sql, std::span<const Params> rows) = 0;
};

// Of a file, also when its path is relative: what open() takes for it.
std::string sqlite_url(const std::string& path);

// Thread-safe; a small pool of sessions inside (SQLite: WAL, foreign keys on, synchronous FULL).
class Database {
 public:
  static base::Result<std::unique_ptr<Database>> open(const std::string& url);
  virtual ~Database() = default;

  virtual base::Result<void> migrate(std::span<const Migration> migrations) = 0;  // what is missing, in order
  virtual bool is_sqlite() const = 0;

  // Each in a transaction of its own.
  virtual base::Result<Rows> query(std::string_view sql, const Params& params = {}) = 0;
  virtual base::Result<std::int64_t> exec(std::string_view sql, const Params& params = {}) = 0;

  // Commits when body returns a value, rolls back when it returns an error or throws. Do not nest.
  virtual base::Result<void> transact(const std::function<base::Result<void>(Transaction&)>& body) = 0;
};

}  // namespace glasshouse::db
