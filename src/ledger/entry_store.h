// ledger.db: index, time, kind, leaf and the private fields of every entry. Internal to the module. Two
// connections: one for the sequencer thread, one for readers.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/ledger.h"
#include "ledger/sqlite.h"

namespace glasshouse::ledger {

struct StoredEntry {
  std::uint64_t index = 0;
  base::Time time;
  std::string kind;
  std::vector<Field> fields;  // the record's own, without kind and time
  std::string leaf;
};

class EntryStore {
 public:
  // kCreate makes the file and remembers the origin; a file of another origin is kCorrupt.
  static base::Result<std::unique_ptr<EntryStore>> open(const std::string& path, const std::string& origin,
                                                        Sqlite::Mode mode);

  // Entries stand without gaps from 0; otherwise kCorrupt.
  base::Result<std::uint64_t> count() const;
  base::Result<void> check_file() const;  // SQLite's own whole-file check; slow

  // One transaction, synced when it returns. Sequencer thread only.
  base::Result<void> add(const std::vector<StoredEntry>& entries);

  base::Result<StoredEntry> get(std::uint64_t index) const;  // kNotFound
  // Index descending, below `before`.
  base::Result<std::vector<StoredEntry>> newest(std::uint64_t before, std::size_t limit) const;
  base::Result<std::vector<StoredEntry>> of_kind(const std::string& kind, std::uint64_t from,
                                                 std::size_t limit) const;  // oldest first
  base::Result<std::optional<StoredEntry>> newest_of_kind(const std::string& kind) const;
  base::Result<std::vector<std::string>> leaves(std::uint64_t from, std::uint64_t to) const;  // [from, to)
  // Index ascending, [from, to).
  base::Result<std::vector<StoredEntry>> range(std::uint64_t from, std::uint64_t to) const;

 private:
  EntryStore(Sqlite writer, Sqlite reader) : writer_(std::move(writer)), reader_(std::move(reader)) {}

  Sqlite writer_;
  Statement insert_;
  mutable std::mutex reading_;
  mutable Sqlite reader_;
};

}  // namespace glasshouse::ledger
