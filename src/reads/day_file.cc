#include "reads/day_file.h"

#include <algorithm>
#include <tuple>

#include "reads/segment.h"
#include "reads/store.h"

namespace glasshouse::reads {
namespace {

// Open connections cost three descriptors each; over all days no more than this many wait for work.
constexpr int kMostIdleReaders = 96;
constexpr std::size_t kMostIdlePerDay = 8;
std::atomic<int> g_idle_readers{0};
constexpr std::size_t kMostWordsInFile = 65535;

constexpr const char* kSchema = R"(
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS words(code INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE IF NOT EXISTS reads(
  row INTEGER PRIMARY KEY, id BLOB NOT NULL, at_ms INTEGER NOT NULL, plate INTEGER NOT NULL,
  camera INTEGER NOT NULL, region INTEGER NOT NULL, color INTEGER NOT NULL, body INTEGER NOT NULL,
  make INTEGER NOT NULL) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS reads_id ON reads(id);
CREATE TABLE IF NOT EXISTS details(row INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS corrections(
  id TEXT PRIMARY KEY, row INTEGER NOT NULL, at INTEGER NOT NULL, plate INTEGER NOT NULL, region TEXT NOT NULL,
  reason TEXT NOT NULL, officer TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS pictures(row INTEGER PRIMARY KEY, pack INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS corrections_row ON corrections(row, at);
PRAGMA application_id = 1196967026;
PRAGMA user_version = 1;
COMMIT;
)";

// A withdrawal is a row like the correction that it takes back, with this behind its id.
constexpr std::string_view kWithdrawn = "/undo";

// Puts a row of the table beside the read, or, of a withdrawal, to the correction that it takes back.
void take_correction(Correction row, std::vector<Correction>& corrections) {
  if (!row.id.ends_with(kWithdrawn)) {
    corrections.push_back(std::move(row));
    return;
  }
  row.id.resize(row.id.size() - kWithdrawn.size());
  for (Correction& correction : corrections) {
    if (correction.id == row.id)
      correction.withdrawn = Correction::Withdrawal{row.reason, row.officer_id, row.at};
  }
}

bool same_corrections(std::vector<StoredCorrection> a, std::vector<StoredCorrection> b) {
  // A column file writes the region that is not known as an empty one.
  const auto key = [](const StoredCorrection& c) {
    const std::string_view region = c.region;
    return std::tuple(c.row, c.plate.packed(), region == "unknown" ? std::string_view() : region);
  };
  const auto before = [&](const auto& x, const auto& y) { return key(x) < key(y); };
  std::sort(a.begin(), a.end(), before);
  std::sort(b.begin(), b.end(), before);
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](const auto& x, const auto& y) { return key(x) == key(y); });
}

base::Error damaged(std::string why) {
  return base::Error(Errc::kCorrupt, "A day file of reads is damaged", std::move(why),
                     "Restore the file from a backup; the other days are served meanwhile");
}

}  // namespace

class DayFile::Lease {
 public:
  Lease(DayFile& file, std::unique_ptr<Reader> reader) : file_(file), reader_(std::move(reader)) {}
  ~Lease() { file_.give_back(std::move(reader_)); }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  Reader* operator->() { return reader_.get(); }
  Reader& operator*() { return *reader_; }

 private:
  DayFile& file_;
  std::unique_ptr<Reader> reader_;
};

// A log that was left beside the file belongs to it: then it is read like one that is written to.
bool DayFile::is_quiet() {
  if (!quiet_) {
    const auto log = stamp_of(path_ + "-wal");
    quiet_ = !written_ && (!log || log->bytes == 0);
  }
  return *quiet_;
}

void DayFile::set_written(bool written) {
  std::vector<std::unique_ptr<Reader>> gone;
  std::unique_lock unwritten(unwritten_);
  std::lock_guard lock(idle_mutex_);
  gone.swap(idle_);
  g_idle_readers -= static_cast<int>(gone.size());
  gone.clear();
  written_ = written;
  quiet_.reset();
}

base::Result<std::unique_ptr<DayFile::Reader>> DayFile::take_reader() {
  std::shared_lock unwritten(unwritten_);
  std::unique_ptr<Reader> reader;
  bool quiet = false;
  {
    std::lock_guard lock(idle_mutex_);
    quiet = is_quiet();
    if (!idle_.empty()) {
      reader = std::move(idle_.back());
      idle_.pop_back();
      --g_idle_readers;
    }
  }
  if (!quiet) unwritten.unlock();
  if (reader == nullptr) {
    auto opened = open_reader(quiet);
    if (!opened) return opened;
    reader = std::move(*opened);
  }
  reader->unwritten = std::move(unwritten);
  return reader;
}

base::Result<std::unique_ptr<DayFile::Reader>> DayFile::open_reader(bool quiet) const {
  auto connection = Connection::open(path_, quiet ? Connection::Mode::kQuiet : Connection::Mode::kRead);
  if (!connection) return tl::unexpected(connection.error());
  auto fetch = connection->prepare("SELECT body FROM details WHERE row = ?");
  if (!fetch) return tl::unexpected(fetch.error());
  auto find = connection->prepare("SELECT row FROM reads INDEXED BY reads_id WHERE id = ?");
  if (!find) return tl::unexpected(find.error());
  auto corrections = connection->prepare(
      "SELECT id, at, plate, region, reason, officer FROM corrections INDEXED BY corrections_row WHERE row = "
      "?"
      " ORDER BY at, rowid");
  if (!corrections) return tl::unexpected(corrections.error());
  auto begin = connection->prepare("BEGIN");
  if (!begin) return tl::unexpected(begin.error());
  auto end = connection->prepare("COMMIT");
  if (!end) return tl::unexpected(end.error());
  return std::make_unique<Reader>(Reader{std::move(*connection), std::move(*fetch), std::move(*find),
                                         std::move(*corrections), std::move(*begin), std::move(*end), quiet,
                                         std::shared_lock<FairSharedMutex>()});
}

void DayFile::give_back(std::unique_ptr<Reader> reader) {
  const std::shared_lock unwritten = std::move(reader->unwritten);  // goes last
  std::lock_guard lock(idle_mutex_);
  if (reader->quiet != is_quiet() || idle_.size() >= kMostIdlePerDay || g_idle_readers >= kMostIdleReaders)
    return;
  ++g_idle_readers;
  idle_.push_back(std::move(reader));
}

DayFile::~DayFile() {
  close_writer();
  g_idle_readers -= static_cast<int>(idle_.size());
}

base::Result<bool> DayFile::has_tables() {
  auto connection = Connection::open(path_, Connection::Mode::kRead);
  if (!connection) return tl::unexpected(connection.error());
  auto tables = connection->prepare("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tl::unexpected(tables.error());
  auto row = tables->step();
  if (!row) return tl::unexpected(row.error());
  return tables->integer(0) > 0;
}

base::Result<std::vector<std::string>> DayFile::load_words(Reader& reader) {
  std::vector<std::string> list;
  auto words = reader.connection.prepare("SELECT code, text FROM words ORDER BY code");
  if (!words) return tl::unexpected(words.error());
  for (;;) {
    auto row = words->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return list;
    if (words->integer(0) != static_cast<std::int64_t>(list.size()) || list.size() >= kMostWordsInFile) {
      words->reset();
      return tl::unexpected(damaged("Its words are not numbered in order"));
    }
    list.emplace_back(words->bytes(1));
  }
}

base::Result<void> DayFile::load_rows(Reader& reader, DayColumns& into) {
  auto rows = reader.connection.prepare(
      "SELECT row, id, at_ms, plate, camera, region, color, body, make FROM reads ORDER BY row");
  if (!rows) return tl::unexpected(rows.error());
  for (;;) {
    auto row = rows->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return {};
    const std::string_view id = rows->bytes(1);
    const auto number = [&](int column) { return static_cast<std::uint64_t>(rows->integer(column)); };
    const auto word = [&](int column) { return static_cast<std::uint16_t>(number(column)); };
    if (number(0) != into.rows() + 1 || id.size() != into.last_id.size() ||
        std::max({number(4), number(5), number(6), number(7), number(8)}) >= into.words.size() ||
        number(2) >= static_cast<std::uint64_t>(kDayMs)) {
      rows->reset();
      return tl::unexpected(damaged("Its rows are not what was written"));
    }
    std::copy(id.begin(), id.end(), into.last_id.begin());
    if (into.rows() == 0) into.first_id = into.last_id;
    into.ids.add(into.last_id);
    into.at_ms.push_back(static_cast<std::uint32_t>(number(2)));
    into.plate.push_back(number(3));
    into.camera.push_back(word(4));
    into.region.push_back(word(5));
    into.color.push_back(word(6));
    into.body.push_back(word(7));
    into.make.push_back(word(8));
  }
}

base::Result<std::vector<StoredCorrection>> DayFile::load_corrections(Reader& reader) {
  std::vector<StoredCorrection> list;
  auto corrections = reader.connection.prepare(
      "SELECT row, plate, region, id LIKE '%/undo' OR EXISTS (SELECT 1 FROM corrections AS undo WHERE "
      "undo.id "
      "= corrections.id || '/undo') FROM corrections");
  if (!corrections) return tl::unexpected(corrections.error());
  has_corrections_ = false;
  for (;;) {
    auto row = corrections->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) break;
    has_corrections_ = true;
    if (corrections->integer(3) != 0) continue;
    list.push_back({static_cast<std::uint32_t>(corrections->integer(0)),
                    plate::Plate::from_packed(static_cast<std::uint64_t>(corrections->integer(1))),
                    std::string(corrections->bytes(2))});
  }
  return list;
}

base::Result<DayColumns> DayFile::load(bool may_be_new) {
  auto written = has_tables();
  if (!written) return tl::unexpected(written.error());
  if (!*written) {
    if (may_be_new) return DayColumns{};
    return tl::unexpected(damaged("It holds no tables"));
  }
  auto taken = take_reader();
  if (!taken) return tl::unexpected(taken.error());
  Lease reader(*this, std::move(*taken));
  DayColumns day;
  auto words = load_words(*reader);
  if (!words) return tl::unexpected(words.error());
  day.words = std::move(*words);
  if (auto rows = load_rows(*reader, day); !rows) return tl::unexpected(rows.error());
  auto corrections = load_corrections(*reader);
  if (!corrections) return tl::unexpected(corrections.error());
  day.corrections = std::move(*corrections);
  return day;
}

base::Result<Fingerprints> DayFile::load_fingerprints() {
  Fingerprints day;
  auto written = has_tables();
  if (!written) return tl::unexpected(written.error());
  if (!*written) return day;
  auto taken = take_reader();
  if (!taken) return tl::unexpected(taken.error());
  Lease reader(*this, std::move(*taken));
  auto bodies = reader->connection.prepare("SELECT row, body FROM details ORDER BY row");
  if (!bodies) return tl::unexpected(bodies.error());
  for (;;) {
    auto row = bodies->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return day;
    auto one = fingerprint_in(bodies->bytes(1));
    if (!one || bodies->integer(0) != std::int64_t{day.rows()} + 1) {
      bodies->reset();
      return tl::unexpected(one ? damaged("Its rows are not what was written") : one.error());
    }
    day.append(*one);
  }
}

base::Result<bool> DayFile::is_copy(const DayColumns& columns) {
  auto written = has_tables();
  if (!written) return tl::unexpected(written.error());
  if (!*written) return false;
  auto last = last_row();
  if (!last) return tl::unexpected(last.error());
  if (*last != columns.rows()) return false;
  auto first_id = id_of(1);
  if (!first_id) return tl::unexpected(first_id.error());
  auto last_id = id_of(*last);
  if (!last_id) return tl::unexpected(last_id.error());
  if (*last > 0 && (*first_id != columns.first_id || *last_id != columns.last_id)) return false;
  auto taken = take_reader();
  if (!taken) return tl::unexpected(taken.error());
  Lease reader(*this, std::move(*taken));
  auto corrections = load_corrections(*reader);
  if (!corrections) return tl::unexpected(corrections.error());
  return same_corrections(std::move(*corrections), columns.corrections);
}

base::Result<std::uint32_t> DayFile::last_row() {
  auto taken = take_reader();
  if (!taken) return tl::unexpected(taken.error());
  Lease reader(*this, std::move(*taken));
  auto last = reader->connection.prepare("SELECT coalesce(max(row), 0) FROM reads");
  if (!last) return tl::unexpected(last.error());
  auto there = last->step();
  if (!there) return tl::unexpected(there.error());
  return static_cast<std::uint32_t>(last->integer(0));
}

base::Result<std::optional<IdBytes>> DayFile::id_of(std::uint32_t row) {
  auto taken = take_reader();
  if (!taken) return tl::unexpected(taken.error());
  Lease reader(*this, std::move(*taken));
  auto find = reader->connection.prepare("SELECT id FROM reads WHERE row = ?");
  if (!find) return tl::unexpected(find.error());
  find->bind(1, row);
  auto there = find->step();
  if (!there) return tl::unexpected(there.error());
  IdBytes id{};
  if (!*there || find->bytes(0).size() != id.size()) return std::optional<IdBytes>();
  const std::string_view bytes = find->bytes(0);
  std::copy(bytes.begin(), bytes.end(), id.begin());
  return std::optional<IdBytes>(id);
}

base::Result<std::optional<std::pair<IdBytes, IdBytes>>> DayFile::least_and_most_id() {
  auto taken = take_reader();
  if (!taken) return tl::unexpected(taken.error());
  Lease reader(*this, std::move(*taken));
  // Two questions, each of which looks at one end of the index.
  auto ends = reader->connection.prepare("SELECT (SELECT min(id) FROM reads), (SELECT max(id) FROM reads)");
  if (!ends) return tl::unexpected(ends.error());
  if (auto there = ends->step(); !there) return tl::unexpected(there.error());
  std::pair<IdBytes, IdBytes> ids;
  if (ends->bytes(0).size() != ids.first.size() || ends->bytes(1).size() != ids.second.size())
    return std::optional<std::pair<IdBytes, IdBytes>>();
  std::ranges::copy(ends->bytes(0), ids.first.begin());
  std::ranges::copy(ends->bytes(1), ids.second.begin());
  return std::optional(ids);
}

// One transaction for all of them, where there are locks: they cost more than a row does.
base::Result<std::vector<Read>> DayFile::fetch(const std::vector<std::uint32_t>& rows) {
  auto taken = take_reader();
  if (!taken) return tl::unexpected(taken.error());
  Lease reader(*this, std::move(*taken));
  if (reader->quiet) return fetch_rows(*reader, rows);
  if (auto begun = reader->begin.run(); !begun) return tl::unexpected(begun.error());
  auto reads = fetch_rows(*reader, rows);
  const auto ended = reader->end.run();
  if (!ended && reads) return tl::unexpected(ended.error());
  return reads;
}

base::Result<std::vector<Read>> DayFile::fetch_rows(Reader& reader, const std::vector<std::uint32_t>& rows) {
  std::vector<Read> reads;
  reads.reserve(rows.size());
  for (std::uint32_t row : rows) {
    reader.fetch.bind(1, row);
    auto there = reader.fetch.step();
    if (!there) return tl::unexpected(there.error());
    if (!*there) continue;
    auto read = decode(reader.fetch.bytes(0));
    reader.fetch.reset();
    if (!read) return tl::unexpected(read.error());
    reads.push_back(std::move(*read));
    if (!has_corrections_) continue;
    reader.corrections.bind(1, row);
    for (;;) {
      auto more = reader.corrections.step();
      if (!more) return tl::unexpected(more.error());
      if (!*more) break;
      Statement& s = reader.corrections;
      take_correction(
          {std::string(s.bytes(0)), plate::Plate::from_packed(static_cast<std::uint64_t>(s.integer(2))),
           std::string(s.bytes(3)), std::string(s.bytes(4)), std::string(s.bytes(5)),
           base::from_ms(s.integer(1))},
          reads.back().corrections);
    }
  }
  return reads;
}

base::Result<std::optional<std::uint32_t>> DayFile::row_of(const IdBytes& id) {
  auto taken = take_reader();
  if (!taken) return tl::unexpected(taken.error());
  Lease reader(*this, std::move(*taken));
  reader->find.bind_blob(1, view(id));
  auto there = reader->find.step();
  if (!there) return tl::unexpected(there.error());
  if (!*there) return std::optional<std::uint32_t>();
  const auto row = static_cast<std::uint32_t>(reader->find.integer(0));
  reader->find.reset();
  return std::optional<std::uint32_t>(row);
}

base::Result<std::optional<PicturePlace>> DayFile::ask_pictures(const char* sql, std::int64_t bound) {
  auto taken = take_reader();
  if (!taken) return tl::unexpected(taken.error());
  Lease reader(*this, std::move(*taken));
  auto table =
      reader->connection.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'pictures'");
  if (!table) return tl::unexpected(table.error());
  auto there = table->step();
  if (!there) return tl::unexpected(there.error());
  if (!*there) return std::optional<PicturePlace>();
  table->reset();
  auto places = reader->connection.prepare(sql);
  if (!places) return tl::unexpected(places.error());
  places->bind(1, bound);
  auto found = places->step();
  if (!found) return tl::unexpected(found.error());
  if (!*found) return std::optional<PicturePlace>();
  return std::optional(PicturePlace{static_cast<std::uint32_t>(places->integer(0)),
                                    static_cast<std::uint64_t>(places->integer(1))});
}

base::Result<std::optional<PicturePlace>> DayFile::picture_of(std::uint32_t row) {
  return ask_pictures("SELECT pack, at FROM pictures WHERE row = ?", row);
}

base::Result<PicturePlace> DayFile::last_picture() {
  // Rows are numbered as they are stored, and so are places.
  auto last = ask_pictures("SELECT pack, at FROM pictures ORDER BY row DESC LIMIT ?", 1);
  if (!last) return tl::unexpected(last.error());
  return last->value_or(PicturePlace{});
}

std::uint64_t DayFile::pictures() {
  const auto count = ask_pictures("SELECT 0, count(*) FROM pictures WHERE row >= ?", 0);
  return count && *count ? (*count)->at : 0;
}

base::Result<void> DayFile::open_writer() {
  if (writer_) return {};
  set_written(true);  // and stays so when the rest fails: reading with locks is always right
  auto connection = Connection::open(path_, Connection::Mode::kWrite);
  if (!connection) return tl::unexpected(connection.error());
  if (auto made = connection->exec(kSchema); !made) return made;
  auto row = connection->prepare("INSERT INTO reads VALUES(?,?,?,?,?,?,?,?,?)");
  if (!row) return tl::unexpected(row.error());
  auto details = connection->prepare("INSERT INTO details VALUES(?,?)");
  if (!details) return tl::unexpected(details.error());
  auto word = connection->prepare("INSERT INTO words VALUES(?,?)");
  if (!word) return tl::unexpected(word.error());
  auto correction = connection->prepare("INSERT INTO corrections VALUES(?,?,?,?,?,?,?)");
  if (!correction) return tl::unexpected(correction.error());
  auto picture = connection->prepare("INSERT INTO pictures VALUES(?,?,?)");
  if (!picture) return tl::unexpected(picture.error());
  std::unordered_map<std::string, std::uint32_t> known;
  auto words = connection->prepare("SELECT text FROM words ORDER BY code");
  if (!words) return tl::unexpected(words.error());
  for (;;) {
    auto more = words->step();
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
    known.emplace(std::string(words->bytes(0)), static_cast<std::uint32_t>(known.size()));
  }
  writer_ = std::make_unique<Writer>(Writer{std::move(*connection), std::move(*row), std::move(*details),
                                            std::move(*word), std::move(*correction), std::move(*picture),
                                            std::move(known)});
  return {};
}

void DayFile::close_writer() {
  if (!writer_) return;
  // Readers may be open, so that closing alone would leave the log beside the file. When one is reading at
  // this moment the log stays, and a start reads the day file instead of its columns.
  (void)writer_->connection.exec("PRAGMA busy_timeout = 200; PRAGMA wal_checkpoint(TRUNCATE)");
  writer_.reset();
  set_written(false);
}

void DayFile::fold_log() {
  set_written(true);
  if (auto connection = Connection::open(path_, Connection::Mode::kWrite)) {
    (void)connection->exec("PRAGMA busy_timeout = 200; PRAGMA wal_checkpoint(TRUNCATE)");
  }
  set_written(false);
}

base::Result<std::uint32_t> DayFile::word_code(const std::string& word) {
  if (const auto known = writer_->words.find(word); known != writer_->words.end()) return known->second;
  const auto code = static_cast<std::uint32_t>(writer_->words.size());
  writer_->word.bind(1, code);
  writer_->word.bind_text(2, word);
  if (auto done = writer_->word.run(); !done) return tl::unexpected(done.error());
  writer_->words.emplace(word, code);
  return code;
}

base::Result<void> DayFile::insert_rows(const std::vector<NewRow>& rows, std::uint32_t first_row) {
  std::uint32_t number = first_row;
  for (const NewRow& row : rows) {
    const Read& read = *row.read;
    Statement& s = writer_->row;
    int column = 5;
    const std::string unknown = "unknown";
    for (const std::string* word : {&read.camera_id, read.plate ? &read.plate->region : &unknown,
                                    &read.looks.color, &read.looks.body, &read.looks.make}) {
      auto code = word_code(word->empty() ? unknown : *word);
      if (!code) return tl::unexpected(code.error());
      s.bind(column++, *code);
    }
    s.bind(1, number);
    s.bind_blob(2, view(row.id));
    s.bind(3, base::to_ms(read.captured_at) - base::to_ms(base::start_of(day_)));
    s.bind(4, read.plate ? static_cast<std::int64_t>(read.plate->plate.packed()) : 0);
    if (auto done = s.run(); !done) return done;
    const std::string body = encode(read, row.id);
    writer_->details.bind(1, number);
    writer_->details.bind_blob(2, body);
    if (auto done = writer_->details.run(); !done) return done;
    if (row.picture) {
      writer_->picture.bind(1, number);
      writer_->picture.bind(2, row.picture->pack);
      writer_->picture.bind(3, static_cast<std::int64_t>(row.picture->at));
      if (auto done = writer_->picture.run(); !done) return done;
    }
    ++number;
  }
  return {};
}

base::Result<void> DayFile::insert(const std::vector<NewRow>& rows, std::uint32_t first_row) {
  if (auto opened = open_writer(); !opened) return opened;
  if (auto begun = writer_->connection.exec("BEGIN IMMEDIATE"); !begun) {
    close_writer();
    return begun;
  }
  auto done = insert_rows(rows, first_row);
  if (done) done = writer_->connection.exec("COMMIT");
  if (!done) close_writer();  // rolls back, and forgets words that were never stored
  return done;
}

base::Result<void> DayFile::add_correction(std::uint32_t row, const Correction& correction) {
  if (auto opened = open_writer(); !opened) return opened;
  has_corrections_ = true;
  Statement& s = writer_->correction;
  s.bind_text(1, correction.id);
  s.bind(2, row);
  s.bind(3, base::to_ms(correction.at));
  s.bind(4, static_cast<std::int64_t>(correction.plate.packed()));
  s.bind_text(5, correction.region);
  s.bind_text(6, correction.reason);
  s.bind_text(7, correction.officer_id);
  return s.run();
}

base::Result<void> DayFile::add_withdrawal(std::uint32_t row, const Correction& withdrawn) {
  Correction undo = withdrawn;
  undo.id += kWithdrawn;
  undo.reason = withdrawn.withdrawn->reason;
  undo.officer_id = withdrawn.withdrawn->officer_id;
  undo.at = withdrawn.withdrawn->at;
  return add_correction(row, undo);
}

}  // namespace glasshouse::reads
