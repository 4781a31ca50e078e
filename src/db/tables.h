// Whole tables, whatever is in them: for copies of the records, and from one kind of database into the other.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "db/database.h"

namespace glasshouse::db {

inline constexpr const char* kMigrationsTable = "migrations";
inline constexpr std::size_t kRowsATime = 5000;

struct Column {
  std::string name, type;  // BIGINT, DOUBLE PRECISION or TEXT
};
struct Table {
  std::string name;
  std::vector<Column> columns;
};
using TableRow = std::vector<Value>;  // in the order of the columns
using TakeRows = std::function<base::Result<void>(const Table&, std::span<const TableRow>)>;

// Every table, by name, as of one moment: what others write meanwhile is not seen. `take` is called at least
// once for each, without rows for an empty one, and with at most kRowsATime.
base::Result<void> read_tables(Database& from, const TakeRows& take);

// Puts all rows of `from` into `to`, in one transaction, and takes away what stood there: that is what
// migrate() may have put into new tables. Both hold the same tables, and `to` knows every migration of
// `from`: else kMigration. It waits for the turn to write in both: two threads that copy between the same two
// objects, one there and one back, would wait for each other for ever.
base::Result<void> copy_tables(Database& from, Database& to);

// Whether there is no table at all.
base::Result<bool> is_empty(Database& database);

}  // namespace glasshouse::db
