// Dropping days: a rename makes it final, then files and memory are freed.
#include <filesystem>

#include "base/file.h"
#include "base/log.h"
#include "reads/store_impl.h"

namespace glasshouse::reads {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPlatesAStep = 5000;  // questions run between steps

}  // namespace

base::Result<std::vector<Store::Dropped>> SqliteStore::drop_days_before(base::Day first_kept,
                                                                        const BeforeDrop& before) {
  std::lock_guard writing(writing_);
  std::vector<Dropped> dropped;
  for (const auto& [day, kept] : days_) {
    if (day < first_kept) {
      const std::uint64_t packed = kept.file != nullptr ? kept.file->pictures() : 0;
      dropped.push_back({day, reads_on(day), packed + pictures_.count(day)});
    }
  }
  if (before && !dropped.empty()) {
    if (auto told = before(dropped); !told) return tl::unexpected(told.error());
  }
  if (first_kept > first_kept_) {
    // First, so that a stop in the middle is finished at the next start, and no late read brings a day back.
    auto kept =
        base::posix_files().write_atomic(options_.dir + "/kept_from", base::format_day(first_kept) + "\n");
    if (!kept) return tl::unexpected(kept.error());
    first_kept_ = first_kept;
  }
  for (const Dropped& gone : dropped) {
    if (auto done = drop_day(gone.day); !done) return tl::unexpected(done.error());
    base::log(base::Level::kInfo, "reads",
              "dropped day " + base::format_day(gone.day) + " reads=" + std::to_string(gone.reads) +
                  " pictures=" + std::to_string(gone.pictures));
  }
  // Pictures of a day whose file had gone missing.
  for (base::Day day : pictures_.days()) {
    if (day < first_kept) pictures_.begin_drop(day);
  }
  pictures_.finish_drops();
  return dropped;
}

base::Result<void> SqliteStore::drop_day(base::Day day) {
  std::shared_ptr<DayFile> file;
  {
    std::unique_lock lock(index_lock_);
    file = std::move(days_[day].file);
    index_.begin_drop(day);
    days_.erase(day);
  }
  if (file != nullptr) file->close_writer();
  packs_.close(day);
  file.reset();
  const std::string name = base::format_day(day);
  const std::string days = options_.dir + "/days/";
  std::error_code error;
  std::vector<fs::path> parts;
  for (const auto& entry : fs::directory_iterator(days, error)) {
    if (entry.path().filename().string().starts_with(name)) parts.push_back(entry.path());
  }
  std::vector<fs::path> renamed;
  for (const auto& part : parts) {
    renamed.emplace_back(days + std::string(kDropping) + part.filename().string());
    fs::rename(part, renamed.back(), error);
  }
  if (auto synced = sync_folder(days); !synced) return synced;
  pictures_.begin_drop(day);
  for (const auto& part : renamed) fs::remove(part, error);
  pictures_.finish_drops();
  for (bool more = true; more;) {
    std::unique_lock lock(index_lock_);
    more = index_.drop_step(kPlatesAStep);
  }
  return {};
}

base::Day SqliteStore::first_kept() {
  std::lock_guard writing(writing_);
  return first_kept_;
}

}  // namespace glasshouse::reads
