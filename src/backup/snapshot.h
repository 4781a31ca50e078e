// A copy of a SQLite file in memory, consistent also while others write to it. It never touches a disk.
//
//   auto copy = Snapshot::of(DATA + "/records.db");
//   copy->exec("DELETE FROM sessions; VACUUM");
//   archive.add("records.db", copy->bytes());
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

struct sqlite3;

namespace glasshouse::backup {

enum class Errc { kIo = 1, kDatabase, kBadArchive, kBadList, kNotEmpty };

using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string>;

// For one thread.
class Snapshot {
 public:
  static base::Result<Snapshot> of(const std::string& path);
  static base::Result<Snapshot> from(std::string bytes);  // kDatabase: it is none

  base::Result<void> exec(const std::string& sql);
  // A plain table, columns of (name, type), and rows put into it.
  base::Result<void> make_table(const std::string& name,
                                const std::vector<std::pair<std::string, std::string>>& columns);
  base::Result<void> put(const std::string& table, std::span<const std::vector<Value>> rows);
  // The first column of every row, as text.
  base::Result<std::vector<std::string>> column(const std::string& sql) const;
  bool has_table(const std::string& name) const;
  // A database of its own with the rows that `where` picks of each table; a table without such rows is left
  // out. Empty: no row was picked.
  struct Pick {
    std::string table, where;
  };
  base::Result<std::string> part(const std::vector<Pick>& picks);
  std::string bytes() const;  // the whole file

 private:
  struct Close {
    void operator()(sqlite3* db) const;
  };
  explicit Snapshot(sqlite3* db) : db_(db) {}
  std::unique_ptr<sqlite3, Close> db_;
};

// Puts the rows of a part() back into the tables of a file, in one transaction; what is there already stays.
base::Result<void> merge_part(const std::string& path, std::string part);

}  // namespace glasshouse::backup
