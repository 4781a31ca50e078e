// Opening the store: finishing what a crash interrupted, then filling the index from the day files. A day
// passes three stages: its file is read, its plates are numbered, its rows are placed. The last two take the
// days in order, one at a time, so that chains run back in time; a month takes about as long as the longest
// of the three on two cores.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

#include "base/file.h"
#include "base/log.h"
#include "reads/store_impl.h"

namespace glasshouse::reads {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kMostLoaders = 4;
constexpr std::string_view kKeptFrom = "/kept_from";

// Lets the days through in order.
class InOrder {
 public:
  template <class Work>
  void pass(std::size_t number, Work work) {
    std::unique_lock waiting(mutex_);
    changed_.wait(waiting, [&] { return next_ == number; });
    waiting.unlock();
    work();
    waiting.lock();
    ++next_;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t next_ = 0;
};

base::Error io_error(const std::string& path, const std::error_code& error) {
  return base::Error(Errc::kIo, "The read store's folder cannot be used: " + path, error.message(),
                     "Check that the folder exists and belongs to the server");
}

}  // namespace

SqliteStore::SqliteStore(StoreOptions options)
    : options_(std::move(options)),
      pictures_(options_.dir + "/pictures"),
      packs_(options_.dir + "/pictures"),
      held_(options_.dir + "/held") {}

SqliteStore::~SqliteStore() {
  std::lock_guard writing(writing_);
  for (auto& [day, kept] : days_) {
    if (kept.file == nullptr || !kept.file->has_writer()) continue;
    kept.file->close_writer();
    std::error_code error;
    fs::remove(mark_path(day), error);
    write_columns(day, kept);
  }
}

std::string SqliteStore::day_path(base::Day day) const {
  return options_.dir + "/days/" + base::format_day(day) + ".db";
}

// There while the day is being written to: a start that finds it looks for pictures without a read.
std::string SqliteStore::mark_path(base::Day day) const {
  return options_.dir + "/days/" + base::format_day(day) + ".open";
}

base::Result<void> SqliteStore::start() {
  for (const char* folder : {"/days", "/pictures"}) {
    std::error_code error;
    fs::create_directories(options_.dir + folder, error);
    if (error) return tl::unexpected(io_error(options_.dir + folder, error));
    fs::permissions(options_.dir + folder, fs::perms::owner_all, error);
  }
  if (auto kept = base::posix_files().read(options_.dir + std::string(kKeptFrom), 64)) {
    if (const auto day = base::parse_day(std::string_view(*kept).substr(0, 10))) first_kept_ = *day;
  }
  finish_drops();
  if (auto loaded = held_.load(); !loaded) return loaded;
  return load_days();
}

// A day whose dropping had begun, and one that retention had already given up, go now.
void SqliteStore::finish_drops() {
  std::error_code error;
  std::vector<fs::path> doomed;
  for (const auto& entry : fs::directory_iterator(options_.dir + "/days", error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(kDropping)) {
      doomed.push_back(entry.path());
      if (const auto day = base::parse_day(std::string_view(name).substr(kDropping.size(), 10))) {
        pictures_.begin_drop(*day);
      }
    } else if (const auto day = base::parse_day(std::string_view(name).substr(0, 10));
               day && *day < first_kept_) {
      doomed.push_back(entry.path());
    }
  }
  for (base::Day day : pictures_.days()) {
    if (day < first_kept_) pictures_.begin_drop(day);
  }
  for (const auto& path : doomed) fs::remove(path, error);
  pictures_.finish_drops();
}

base::Result<void> SqliteStore::load_days() {
  std::error_code error;
  std::vector<base::Day> found;
  std::vector<base::Day> aside;
  std::vector<base::Day> marked;
  for (const auto& entry : fs::directory_iterator(options_.dir + "/days", error)) {
    const std::string name = entry.path().filename().string();
    const auto day = base::parse_day(std::string_view(name).substr(0, 10));
    if (!day) continue;
    const std::string rest = name.substr(10);
    if (rest.starts_with(".columns.tmp") || rest.starts_with(".fingerprints.tmp"))
      fs::remove(entry.path(), error);  // a stop while it was written
    if (rest == ".db") found.push_back(*day);
    if (rest == ".open") marked.push_back(*day);
    if (rest.starts_with(".damaged-") && rest.ends_with(".db")) aside.push_back(*day);
  }
  if (error) return tl::unexpected(io_error(options_.dir + "/days", error));

  std::sort(found.begin(), found.end());
  std::atomic<std::size_t> next{0};
  InOrder numbering;
  InOrder placing;
  const auto load = [&] {
    LoadingRoom room;
    for (std::size_t i = next++; i < found.size(); i = next++) {
      LoadedDay loaded = load_day(found[i], room);
      numbering.pass(i, [&] {
        if (loaded.columns) number_plates(*loaded.columns, room);
      });
      placing.pass(i, [&] { take_in(found[i], std::move(loaded), room); });
    }
  };
  std::vector<std::thread> loaders;
  for (unsigned i = 1; i < std::min(kMostLoaders, std::max(1u, std::thread::hardware_concurrency())); ++i) {
    loaders.emplace_back(load);
  }
  load();
  for (std::thread& loader : loaders) loader.join();
  for (const Unfinished& unfinished : std::exchange(unfinished_, {})) finish_day(unfinished);
  index_.settle();

  for (base::Day day : aside) {
    Day& kept = days_[day];
    if (kept.file == nullptr) kept.damaged = true;
    kept.problem = "Reads of " + base::format_day(day) + " were damaged; the file stands aside in days/";
  }
  for (base::Day day : marked) clean_after_crash(day);
  return {};
}

SqliteStore::LoadedDay SqliteStore::load_day(base::Day day, LoadingRoom& room) const {
  auto file = std::make_shared<DayFile>(day, day_path(day));
  if (auto columns = read_columns(*file, room)) {
    const auto stamp = stamp_of(file->path());
    const auto rows = static_cast<std::uint32_t>(columns->rows());
    if (const auto ends = file->least_and_most_id(); ends && *ends)
      columns->ids.narrow((*ends)->first, (*ends)->second);
    auto prints = stamp ? Fingerprints::open(fingerprints_path(day), *stamp, rows) : std::nullopt;
    if (prints) return {file, std::move(*columns), std::move(*prints), true};
    return {file, std::move(*columns), file->load_fingerprints().value_or(Fingerprints()), false};
  }
  const bool may_be_new = fs::exists(mark_path(day));
  auto columns = tried_twice([&] { return file->load(may_be_new); });
  auto prints = columns ? file->load_fingerprints().value_or(Fingerprints()) : Fingerprints();
  return {file, std::move(columns), std::move(prints), false};
}

void SqliteStore::take_in(base::Day day, LoadedDay loaded, LoadingRoom& room) {
  Day& kept = days_[day];
  kept.file = std::move(loaded.file);
  if (!loaded.columns) {
    kept.damaged = true;
    kept.problem =
        "Reads of " + base::format_day(day) + " cannot be used: " + loaded.columns.error().message();
    base::log(base::Level::kError, "reads", kept.problem);
    return;
  }
  take_rows(day, *loaded.columns, room);
  kept.ids = std::move(loaded.columns->ids);
  kept.fingerprints = std::move(loaded.fingerprints);
  const bool copies_are_old = !loaded.from_copies && index_.rows_on(day) > 0;
  if (copies_are_old || !loaded.columns->corrections.empty())
    unfinished_.push_back({day, std::move(loaded.columns->corrections), copies_are_old});
  room.columns = std::move(*loaded.columns);
}

void SqliteStore::finish_day(const Unfinished& unfinished) {
  correct_all(unfinished.day, unfinished.corrections);
  if (!unfinished.copies_are_old) return;
  Day& kept = days_[unfinished.day];
  kept.file->fold_log();
  write_columns(unfinished.day, kept);
}

std::size_t SqliteStore::recheck_problems() {
  std::size_t cleared = 0;
  for (const Problem& problem : problems()) {
    std::lock_guard writing(writing_);
    const auto found = days_.find(problem.day);
    if (found == days_.end() || found->second.file == nullptr || has_file_aside(problem.day)) continue;
    Day& kept = found->second;
    // Opened anew: a connection that met the damage keeps its pages when the file that was put back has the
    // old one's change counter. Without a lock on the index: nobody but a writer changes what is looked at.
    auto opened = std::make_shared<DayFile>(problem.day, day_path(problem.day));
    auto columns = opened->load(false);
    if (!columns) continue;
    auto prints = opened->load_fingerprints();
    if (!prints) continue;
    std::unique_lock lock(index_lock_);
    kept.file = std::move(opened);
    kept.fingerprints = std::move(*prints);
    if (kept.damaged) {
      LoadingRoom room;
      number_plates(*columns, room);
      take_rows(problem.day, *columns, room);
      kept.ids = std::move(columns->ids);
      correct_all(problem.day, columns->corrections);
      index_.settle();
    }
    kept.damaged = false;
    kept.problem.clear();
    ++cleared;
    base::log(base::Level::kInfo, "reads",
              "the file of " + base::format_day(problem.day) + " is whole again");
  }
  return cleared;
}

bool SqliteStore::has_file_aside(base::Day day) const {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(options_.dir + "/days", error)) {
    if (entry.path().filename().string().starts_with(base::format_day(day) + ".damaged-")) return true;
  }
  return false;
}

void SqliteStore::number_plates(const DayColumns& columns, LoadingRoom& room) {
  room.plates.resize(columns.plate.size());
  index_.number_plates(columns.plate, room.plates);
  room.plate_capacity = index_.dictionary().capacity();
}

void SqliteStore::take_rows(base::Day day, DayColumns& columns, const LoadingRoom& room) {
  // The file's word numbers to ours, one table a kind; filled when a number is first met.
  constexpr std::uint32_t kUnset = 0xFFFFFFFF;
  struct Table {
    Words& words;
    std::vector<std::uint32_t> codes;
  };
  std::array<Table, 5> tables{{{vocabulary_.cameras, {}},
                               {vocabulary_.regions, {}},
                               {vocabulary_.colors, {}},
                               {vocabulary_.bodies, {}},
                               {vocabulary_.makes, {}}}};
  for (Table& table : tables) table.codes.assign(columns.words.size(), kUnset);
  const auto ours = [&](std::size_t kind, std::uint16_t code) {
    Table& table = tables[kind];
    if (table.codes[code] == kUnset) table.codes[code] = table.words.add(columns.words[code]).value_or(0);
    return static_cast<std::uint16_t>(table.codes[code]);
  };
  std::vector<RowFacts> rows;
  for (std::size_t at = 0; at < columns.rows(); at += rows.size()) {
    rows.resize(std::min(columns.rows() - at, Index::kRowsAtOnce));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i] = {columns.at_ms[at + i],
                 plate::Plate(),  // numbered before
                 ours(0, columns.camera[at + i]),
                 ours(4, columns.make[at + i]),
                 ours(1, columns.region[at + i]),
                 static_cast<std::uint8_t>(ours(2, columns.color[at + i])),
                 static_cast<std::uint8_t>(ours(3, columns.body[at + i]))};
    }
    index_.place_all(day, rows, std::span(room.plates).subspan(at, rows.size()), room.plate_capacity);
  }
}

void SqliteStore::correct_all(base::Day day, const std::vector<StoredCorrection>& corrections) {
  for (const StoredCorrection& correction : corrections) {
    const auto region = vocabulary_.regions.add(correction.region);
    index_.correct(day, correction.row, correction.plate, region.value_or(0));
  }
}

void SqliteStore::clean_after_crash(base::Day day) {
  auto found = days_.find(day);
  if (found != days_.end() && found->second.damaged) return;  // what is stored cannot be known: keep all
  const std::size_t removed = pictures_.remove_orphans(day, [&](std::string_view read_id) {
    const auto id = id_bytes(read_id);
    if (!id || found == days_.end() || !found->second.ids.may_hold(*id)) return false;
    const auto row = found->second.file->row_of(*id);
    return !row || row->has_value();  // in doubt it stays
  });
  if (removed > 0) {
    base::log(base::Level::kInfo, "reads",
              "removed " + std::to_string(removed) + " pictures of reads that were never stored, day " +
                  base::format_day(day));
  }
  // The day's file may be so new that it cannot be asked.
  const bool has_rows = found != days_.end() && (index_.rows_on(day) > 0 || !found->second.problem.empty());
  if (!has_file_aside(day)) {  // whose reads' pictures lie in the same packs
    const auto last = has_rows ? found->second.file->last_picture() : PicturePlace{};
    if (last) packs_.cut_after(day, *last);
  }
  std::error_code error;
  if (found != days_.end() && !has_rows) {
    // The machine stopped while the file was being made. Without the mark it would look like damage next
    // time.
    days_.erase(found);
    for (const char* part : {"-shm", "-wal", ""}) fs::remove(day_path(day) + part, error);
    fs::remove(columns_path(day), error);
    fs::remove(fingerprints_path(day), error);
  }
  fs::remove(mark_path(day), error);
}

}  // namespace glasshouse::reads
