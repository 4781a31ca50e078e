// Column files: read at a start instead of the day file, written when a day's file is closed.
#include <filesystem>
#include <thread>

#include "base/file.h"
#include "base/log.h"
#include "reads/store_impl.h"

namespace glasshouse::reads {
namespace {

// A file's time moves in steps of a few milliseconds. When its columns are stamped only after this pause,
// every later change of the day file carries a later time and is seen.
constexpr std::chrono::milliseconds kTimeStep{20};

bool has_log(const std::string& day_path) {
  const auto log = stamp_of(day_path + "-wal");
  return log && log->bytes > 0;
}

}  // namespace

std::string SqliteStore::columns_path(base::Day day) const {
  return options_.dir + "/days/" + base::format_day(day) + ".columns";
}

// Nothing when the column file is missing, damaged, or not of the day file as it lies there now: then the day
// file itself is read.
std::optional<DayColumns> SqliteStore::read_columns(DayFile& file, LoadingRoom& room) const {
  const auto stamp = stamp_of(file.path());
  if (!stamp || has_log(file.path())) return std::nullopt;
  if (!base::read_file_into(columns_path(file.day()), kMostColumnBytes, room.bytes)) return std::nullopt;
  auto decoded = decode_columns(room.bytes, std::move(room.columns));
  if (!decoded) {
    base::log(base::Level::kWarn, "reads",
              "a column file is damaged and is made again, day " + base::format_day(file.day()));
    return std::nullopt;
  }
  if (decoded->day_file != *stamp) return std::nullopt;
  const auto copy = file.is_copy(decoded->columns);
  if (!copy || !*copy) return std::nullopt;
  return std::move(decoded->columns);
}

// Never a reason to fail: without the file the next start takes longer. Called when nobody writes to the day.
void SqliteStore::write_columns(base::Day day, Day& kept) {
  std::this_thread::sleep_for(kTimeStep);
  const auto stamp = stamp_of(kept.file->path());
  if (kept.damaged || !stamp || has_log(kept.file->path())) return;
  auto columns = columns_of(day, kept);
  if (!columns) return;
  auto written = base::posix_files().write_atomic(columns_path(day), encode_columns(*columns, *stamp));
  if (!written) {
    base::log(base::Level::kWarn, "reads",
              "a column file could not be written: " + written.error().message());
    return;
  }
  kept.columns_written = options_.clock->now();
  write_fingerprints(day, kept, *stamp);
}

std::string SqliteStore::fingerprints_path(base::Day day) const {
  return options_.dir + "/days/" + base::format_day(day) + ".fingerprints";
}

// What was in memory lies in the file then. As with the columns, never a reason to fail.
void SqliteStore::write_fingerprints(base::Day day, Day& kept, const FileStamp& stamp) {
  const std::uint32_t rows = index_.rows_on(day);
  if (kept.fingerprints.rows() != rows) return;
  const std::string path = fingerprints_path(day);
  const auto bytes = kept.fingerprints.encode(stamp);
  if (!bytes) return;
  if (auto written = base::posix_files().write_atomic(path, *bytes); !written) {
    base::log(base::Level::kWarn, "reads",
              "a file of fingerprints could not be written: " + written.error().message());
    return;
  }
  auto opened = Fingerprints::open(path, stamp, rows);
  if (!opened) return;
  std::unique_lock lock(index_lock_);
  kept.fingerprints = std::move(*opened);
}

base::Result<DayColumns> SqliteStore::columns_of(base::Day day, Day& kept) {
  DayColumns columns;
  const std::uint32_t rows = index_.rows_on(day);
  if (rows == 0) return columns;
  auto first = kept.file->id_of(1);
  if (!first) return tl::unexpected(first.error());
  auto last = kept.file->id_of(rows);
  if (!last) return tl::unexpected(last.error());
  if (!*first || !*last) return base::failure(Errc::kCorrupt, "A day file has fewer reads than it should");
  columns.first_id = **first;
  columns.last_id = **last;

  std::size_t word_offset = 0;
  const auto add_words = [&](const Words& words) {
    const std::size_t start = word_offset;
    for (std::size_t code = 0; code < words.size(); ++code) {
      columns.words.push_back(words.text(static_cast<std::uint16_t>(code)));
    }
    word_offset += words.size();
    return static_cast<std::uint16_t>(start);
  };
  const std::uint16_t cameras = add_words(vocabulary_.cameras);
  const std::uint16_t regions = add_words(vocabulary_.regions);
  const std::uint16_t colors = add_words(vocabulary_.colors);
  const std::uint16_t bodies = add_words(vocabulary_.bodies);
  const std::uint16_t makes = add_words(vocabulary_.makes);
  const auto word = [](std::uint16_t start, std::uint16_t code) {
    return static_cast<std::uint16_t>(start + code);
  };
  columns.reserve(rows);
  for (std::uint32_t row = 1; row <= rows; ++row) {
    const RowFacts facts = index_.facts(day, row);
    columns.at_ms.push_back(facts.at_ms);
    columns.plate.push_back(facts.plate.packed());
    columns.camera.push_back(word(cameras, facts.camera));
    columns.region.push_back(word(regions, facts.region));
    columns.color.push_back(word(colors, facts.color));
    columns.body.push_back(word(bodies, facts.body));
    columns.make.push_back(word(makes, facts.make));
  }
  for (const auto& corrected : index_.corrections_on(day)) {
    const std::string region = corrected.region == 0 ? "" : vocabulary_.regions.text(corrected.region);
    columns.corrections.push_back({corrected.row, corrected.plate, region});
  }
  columns.ids = kept.ids;
  return columns;
}

}  // namespace glasshouse::reads
