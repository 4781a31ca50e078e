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
#include "reads/columns.h"
#include "reads/fair_mutex.h"
#include "reads/fingerprints.h"
#include "reads/picture_packs.h"
#include "reads/read.h"
#include "reads/sqlite.h"

namespace glasshouse::reads {

struct NewRow {
  const Read* read = nullptr;
  IdBytes id{};
  std::optional<PicturePlace> picture = std::nullopt;  // of a sealed one
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
  base::Result<DayColumns> load(bool may_be_new);
  // Those of all rows, out of the reads themselves. kCorrupt when one cannot be read.
  base::Result<Fingerprints> load_fingerprints();
  // Whether `columns` are a copy of what the file holds: as many rows, the same first and last, as many
  // corrections.
  base::Result<bool> is_copy(const DayColumns& columns);

  // In the order asked for; a row that is not there is left out. Corrections are filled in.
  base::Result<std::vector<Read>> fetch(const std::vector<std::uint32_t>& rows);
  base::Result<std::optional<std::uint32_t>> row_of(const IdBytes& id);
  base::Result<std::optional<PicturePlace>> picture_of(std::uint32_t row);
  base::Result<PicturePlace> last_picture();  // pack 0: none
  std::uint64_t pictures();                   // 0 also where that cannot be known
  base::Result<std::uint32_t> last_row();     // 0: none
  base::Result<std::optional<IdBytes>> id_of(std::uint32_t row);
  base::Result<std::optional<std::pair<IdBytes, IdBytes>>> least_and_most_id();

  // Writing. insert is one synced transaction: all rows or none; the first gets number `first_row`.
  base::Result<void> insert(const std::vector<NewRow>& rows, std::uint32_t first_row);
  base::Result<void> add_correction(std::uint32_t row, const Correction& correction);
  base::Result<void> add_withdrawal(std::uint32_t row, const Correction& withdrawn);
  void close_writer();  // and brings what was written into the file itself
  void fold_log();      // the same for what a stopped program left beside it
  bool has_writer() const { return writer_ != nullptr; }

 private:
  struct Reader {
    Connection connection;
    Statement fetch, find, corrections, begin, end;
    bool quiet = false;                           // was opened as one of a file that nobody writes to
    std::shared_lock<FairSharedMutex> unwritten;  // keeps it so while a quiet one is in use
  };
  struct Writer {
    Connection connection;
    Statement row, details, word, correction, picture;
    std::unordered_map<std::string, std::uint32_t> words;
  };
  // A reader out of the pool, given back when it goes.
  class Lease;

  base::Result<bool> has_tables();
  // A file of the time before pictures lay in packs has no table of them: no row then.
  base::Result<std::optional<PicturePlace>> ask_pictures(const char* sql, std::int64_t bound);
  base::Result<std::vector<std::string>> load_words(Reader& reader);
  base::Result<void> load_rows(Reader& reader, DayColumns& into);
  base::Result<std::vector<StoredCorrection>> load_corrections(Reader& reader);
  base::Result<std::vector<Read>> fetch_rows(Reader& reader, const std::vector<std::uint32_t>& rows);
  base::Result<std::unique_ptr<Reader>> take_reader();
  base::Result<std::unique_ptr<Reader>> open_reader(bool quiet) const;
  void give_back(std::unique_ptr<Reader> reader);
  bool is_quiet();                 // idle_mutex_ held
  void set_written(bool written);  // waits for the quiet readers in use, and closes those in the pool
  base::Result<void> open_writer();
  base::Result<std::uint32_t> word_code(const std::string& word);
  base::Result<void> insert_rows(const std::vector<NewRow>& rows, std::uint32_t first_row);

  const base::Day day_;
  const std::string path_;
  std::unique_ptr<Writer> writer_;
  std::atomic<bool> has_corrections_{true};  // until it is known that there are none
  // Shared: somebody reads as from a file that does not change. Held for moments by what begins to write.
  FairSharedMutex unwritten_;
  std::mutex idle_mutex_;
  std::vector<std::unique_ptr<Reader>> idle_;  // all quiet, or none
  bool written_ = false;                       // changes with both locks held, like the next
  std::optional<bool> quiet_;                  // looked at when it is needed first
};

}  // namespace glasshouse::reads
