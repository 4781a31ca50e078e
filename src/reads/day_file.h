// One day's reads on disk: days/2026-11-22.db. docs/formats/read.md has the tables, column by column.
//
// Reading is thread-safe and never waits for writing (WAL). Writing is the store's: one thread at a time.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "reads/codec.h"
#include "reads/read.h"
#include "reads/sqlite.h"

namespace glasshouse::reads {

// A row of `reads` as it stands in the file; words are the file's own numbers.
struct StoredRow {
  IdBytes id{};
  std::uint32_t at_ms = 0;
  std::uint64_t plate = 0;
  std::uint32_t camera = 0, region = 0, color = 0, body = 0, make = 0;
};
struct StoredCorrection {
  std::uint32_t row = 0;
  plate::Plate plate;
  std::string region;
};
struct StoredDay {
  std::vector<StoredRow> rows;
  std::vector<std::string> words;  // by the file's number
  std::vector<StoredCorrection> corrections;
};

struct NewRow {
  const Read* read = nullptr;
  IdBytes id{};
};

class DayFile {
 public:
  DayFile(base::Day day, std::string path) : day_(day), path_(std::move(path)) {}

  ~DayFile();
  DayFile(const DayFile&) = delete;
  DayFile& operator=(const DayFile&) = delete;

  base::Day day() const { return day_; }
  const std::string& path() const { return path_; }

  // All that the index is made of. kCorrupt also when row numbers have gaps. A file without any table is an
  // empty day when it may be new (the machine stopped while making it), else damage.
  base::Result<StoredDay> load(bool may_be_new);

  // In the order asked for; a row that is not there is left out. Corrections are filled in.
  base::Result<std::vector<Read>> fetch(const std::vector<std::uint32_t>& rows);
  base::Result<std::optional<std::uint32_t>> row_of(const IdBytes& id);

  // Writing. insert is one synced transaction: all rows or none; the first gets number `first_row`.
  base::Result<void> insert(const std::vector<NewRow>& rows, std::uint32_t first_row);
  base::Result<void> add_correction(std::uint32_t row, const Correction& correction);
  void close_writer();
  bool has_writer() const { return writer_ != nullptr; }

 private:
  struct Reader {
    Connection connection;
    Statement fetch, find, corrections;
  };
  struct Writer {
    Connection connection;
    Statement row, details, word, correction;
    std::unordered_map<std::string, std::uint32_t> words;
  };
  // A reader out of the pool, given back when it goes.
  class Lease;

  base::Result<bool> has_tables();
  base::Result<std::unique_ptr<Reader>> take_reader();
  void give_back(std::unique_ptr<Reader> reader);
  base::Result<void> open_writer();
  base::Result<std::uint32_t> word_code(const std::string& word);
  base::Result<void> insert_rows(const std::vector<NewRow>& rows, std::uint32_t first_row);

  const base::Day day_;
  const std::string path_;
  std::unique_ptr<Writer> writer_;
  std::mutex idle_mutex_;
  std::vector<std::unique_ptr<Reader>> idle_;
};

}  // namespace glasshouse::reads
