// Storing reads. Callers that come at the same time are stored together: one sync for all of them.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/log.h"
#include "reads/store_impl.h"

namespace glasshouse::reads {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostPictureBytes = 6 << 20;
constexpr std::size_t kMostPreviewBytes = 30'000;
constexpr base::Millis kLeastBetweenColumnFiles{10 * 60 *
                                                1000};  // of one day to which late reads keep coming

// Words are lower-case codes (docs/formats/read.md), so that a question finds what a camera wrote.
bool is_word(std::string_view word, std::size_t most) {
  return word.size() <= most && std::all_of(word.begin(), word.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == ' ';
         });
}

bool has_good_words(const Read& read) {
  const Looks& looks = read.looks;
  return is_word(looks.body, 30) && is_word(looks.color, 30) && is_word(looks.make, 30) &&
         is_word(looks.vehicle_class, 30) && is_word(looks.view, 30) &&
         looks.features.size() <= kMostFeatures &&
         std::all_of(looks.features.begin(), looks.features.end(),
                     [](const std::string& word) { return !word.empty() && is_word(word, 30); }) &&
         (!read.plate || is_word(read.plate->region, 20));
}

}  // namespace

base::Result<IngestResult> SqliteStore::ingest(std::vector<Incoming> batch) {
  Waiting mine;
  mine.batch = &batch;
  const bool taken = together_.run(mine, batch.size(), [this](const auto& group) { store_group(group); });
  if (!taken) {
    return base::failure(Errc::kFull, "Too many uploads wait to be stored", "The disk does not keep up",
                         "Send the reads again in a moment");
  }
  if (mine.error) return tl::unexpected(std::move(*mine.error));
  return std::move(mine.result);
}

std::string SqliteStore::reason_to_refuse(const Incoming& incoming, base::Time now) const {
  const Read& read = incoming.read;
  if (!id_bytes(read.id)) return "the id is not read_ and 26 characters";
  if (read.camera_id.empty() || read.camera_id.size() > 64) return "the camera is not named";
  if (read.captured_at > now + kMostAhead) return "the time lies in the future: check the camera's clock";
  if (base::to_ms(read.captured_at) < 0 || base::day_of(read.captured_at) < first_kept_) {
    return "its day is no longer kept";
  }
  if (read.plate && read.plate->plate.empty()) return "the plate has no text";
  if (read.fingerprint && !is_direction(*read.fingerprint)) return "the fingerprint is not of length 127";
  if (!has_good_words(read)) return "a word of its description is not a code";
  if (incoming.picture_jpeg.size() > kMostPictureBytes) return "the picture is larger than 6 MB";
  if (incoming.picture_sealed.size() > kMostSealedBytes) return "the picture is larger than 6 MB";
  if (incoming.picture_sealed.empty() != incoming.manifest.empty() ||
      incoming.manifest.size() > kMostManifestBytes) {
    return "a sealed picture goes with its manifest";
  }
  if (!incoming.picture_sealed.empty() && !incoming.picture_jpeg.empty()) return "the picture came twice";
  if (incoming.preview_jpeg.size() > kMostPreviewBytes) return "the preview is larger than 30 kB";
  return {};
}

base::Result<bool> SqliteStore::is_known(const IdBytes& id, base::Day day) {
  const auto in_day = [&](Day& kept) -> base::Result<bool> {
    if (kept.damaged || !kept.ids.may_hold(id)) return false;
    auto row = tried_twice([&] { return kept.file->row_of(id); });
    if (!row) return tl::unexpected(row.error());
    return row->has_value();
  };
  if (const auto own = days_.find(day); own != days_.end()) {
    auto known = in_day(own->second);
    if (!known || *known) return known;
  }
  for (auto& [other, kept] : days_) {
    if (other == day) continue;
    auto known = in_day(kept);
    if (!known && known.error().is(Errc::kCorrupt)) continue;  // another day's damage does not stop this one
    if (!known || *known) return known;
  }
  return false;
}

// Only who writes adds words, and that is the caller: a word that is known needs no lock.
std::optional<std::uint16_t> SqliteStore::number_of(Words& words, std::string_view word) {
  if (word.empty()) return std::uint16_t{0};
  if (const auto known = words.find(word)) return known;
  const std::unique_lock lock(index_lock_);
  return words.add(word);
}

bool SqliteStore::number_words(const Read& read, RowFacts& facts) {
  const auto camera = number_of(vocabulary_.cameras, read.camera_id);
  const auto make = number_of(vocabulary_.makes, read.looks.make);
  const auto region =
      number_of(vocabulary_.regions, read.plate ? std::string_view(read.plate->region) : std::string_view());
  const auto color = number_of(vocabulary_.colors, read.looks.color);
  const auto body = number_of(vocabulary_.bodies, read.looks.body);
  if (!camera || !make || !region || !color || !body) return false;
  facts.camera = *camera;
  facts.make = *make;
  facts.region = *region;
  facts.color = static_cast<std::uint8_t>(*color);
  facts.body = static_cast<std::uint8_t>(*body);
  return true;
}

void SqliteStore::store_group(const std::vector<Waiting*>& group) {
  std::lock_guard writing(writing_);
  const base::Time now = options_.clock->now();
  std::map<base::Day, std::vector<Accepted>> accepted;
  std::set<IdBytes> seen;
  for (Waiting* waiting : group) {
    for (std::size_t i = 0; i < waiting->batch->size(); ++i) {
      Incoming& incoming = (*waiting->batch)[i];
      Read& read = incoming.read;
      if (std::string reason = reason_to_refuse(incoming, now); !reason.empty()) {
        waiting->result.refused.emplace_back(read.id, std::move(reason));
        continue;
      }
      Accepted take{waiting, i, *id_bytes(read.id), base::day_of(read.captured_at), {}};
      auto known = is_known(take.id, take.day);
      if (!known) {
        mark_damaged(take.day, known.error());
        if (!known.error().is(Errc::kCorrupt)) {
          waiting->error = known.error();
          continue;
        }
        set_aside(take.day);
        known = false;
      }
      if (*known || !seen.insert(take.id).second) {
        ++waiting->result.already_known;
        continue;
      }
      read.has_picture = !incoming.picture_jpeg.empty() || !incoming.picture_sealed.empty();
      take.facts.at_ms =
          static_cast<std::uint32_t>(base::to_ms(read.captured_at) - base::to_ms(base::start_of(take.day)));
      take.facts.plate = read.plate ? read.plate->plate : plate::Plate{};
      if (!number_words(read, take.facts)) {
        waiting->result.refused.emplace_back(read.id, "too many different words of description are in use");
        continue;
      }
      accepted[take.day].push_back(take);
    }
  }
  for (const auto& [day, reads] : accepted) {
    if (auto stored = store_day(day, reads); !stored) {
      base::log(base::Level::kError, "reads", "reads could not be stored: " + stored.error().message());
      for (const Accepted& read : reads) read.of->error = stored.error();
      continue;
    }
    publish(day, reads);
    for (const Accepted& read : reads) {
      ++read.of->result.stored;
      read.of->result.stored_indexes.push_back(read.index);
    }
  }
  if (!accepted.empty()) close_idle_writers(accepted.rbegin()->first);
}

// Pictures first, then the rows in one transaction, both synced.
base::Result<void> SqliteStore::store_day(base::Day day, const std::vector<Accepted>& reads) {
  auto file = file_for_writing(day);
  if (!file) return tl::unexpected(file.error());
  std::vector<NewPicture> pictures;
  std::vector<PackedPicture> sealed;
  std::vector<NewRow> rows;
  for (const Accepted& read : reads) {
    const Incoming& incoming = (*read.of->batch)[read.index];
    const auto add = [&](const std::string& bytes, PictureFile kind) {
      if (!bytes.empty()) pictures.push_back({incoming.read.id, bytes, kind});
    };
    if (!incoming.picture_sealed.empty())
      sealed.push_back({read.id, incoming.manifest, incoming.picture_sealed});
    add(incoming.picture_jpeg, PictureFile::kOpen);
    add(incoming.preview_jpeg, PictureFile::kPreview);
    rows.push_back({&incoming.read, read.id});
  }
  if (auto written = pictures_.write(day, pictures); !written) return written;
  if (!sealed.empty()) {
    if (auto made = pictures_.make_folder(day); !made) return made;
    const auto places = packs_.append(day, sealed);
    if (!places) return tl::unexpected(places.error());
    for (std::size_t i = 0, place = 0; i < reads.size(); ++i) {
      if (!(*reads[i].of->batch)[reads[i].index].picture_sealed.empty()) rows[i].picture = (*places)[place++];
    }
  }
  const std::uint32_t first_row = index_.rows_on(day) + 1;
  auto inserted = tried_twice([&] { return (*file)->insert(rows, first_row); });
  if (inserted) return inserted;
  // Only then is it sure that no row speaks of them.
  if (inserted.error().is(Errc::kFull) && !sealed.empty()) packs_.undo(day);
  if (!inserted.error().is(Errc::kCorrupt)) return inserted;
  mark_damaged(day, inserted.error());
  set_aside(day);
  file = file_for_writing(day);
  if (!file) return tl::unexpected(file.error());
  return (*file)->insert(rows, 1);
}

base::Result<std::shared_ptr<DayFile>> SqliteStore::file_for_writing(base::Day day) {
  if (const auto found = days_.find(day); found != days_.end() && found->second.damaged) set_aside(day);
  std::shared_ptr<DayFile> file;
  {
    std::unique_lock lock(index_lock_);
    Day& kept = days_[day];
    if (kept.file == nullptr) kept.file = std::make_shared<DayFile>(day, day_path(day));
    file = kept.file;
  }
  if (file->has_writer()) return file;
  const int mark = ::open(mark_path(day).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (mark >= 0) ::close(mark);
  if (auto synced = sync_folder(options_.dir + "/days"); !synced) return tl::unexpected(synced.error());
  return file;
}

// A damaged file is kept under another name for whoever can repair it, and the day goes on in a new one.
void SqliteStore::set_aside(base::Day day) {
  const auto found = days_.find(day);
  if (found == days_.end()) return;
  if (found->second.file != nullptr) found->second.file->close_writer();
  std::error_code error;
  for (int number = 1; number < 100; ++number) {
    const std::string aside =
        options_.dir + "/days/" + base::format_day(day) + ".damaged-" + std::to_string(number) + ".db";
    if (fs::exists(aside, error)) continue;
    for (const char* part : {"", "-wal", "-shm"}) {
      fs::rename(day_path(day) + part, aside + part, error);
    }
    break;
  }
  fs::remove(columns_path(day), error);
  fs::remove(fingerprints_path(day), error);
  (void)sync_folder(options_.dir + "/days");
  std::unique_lock lock(index_lock_);
  index_.begin_drop(day);
  while (index_.drop_step(SIZE_MAX)) {
  }
  Day fresh;
  fresh.problem = found->second.problem;
  if (fresh.problem.empty()) {
    fresh.problem = "Reads of " + base::format_day(day) + " were damaged; the file stands aside in days/";
  }
  found->second = std::move(fresh);
  base::log(base::Level::kError, "reads", "set a damaged day file aside, day " + base::format_day(day));
}

void SqliteStore::publish(base::Day day, const std::vector<Accepted>& reads) {
  std::vector<RowFacts> rows;
  rows.reserve(reads.size());
  for (const Accepted& read : reads) rows.push_back(read.facts);
  std::unique_lock lock(index_lock_);
  Day& kept = days_[day];
  index_.append_all(day, rows);
  index_.settle_when_many();
  for (const Accepted& read : reads) {
    kept.ids.add(read.id);
    kept.fingerprints.append((*read.of->batch)[read.index].read.fingerprint);
  }
}

// Cameras that catch up touch old days; only the newest two stay open for writing.
void SqliteStore::close_idle_writers(base::Day newest) {
  for (auto& [day, kept] : days_) {
    if (day.since_epoch + 1 >= newest.since_epoch || kept.file == nullptr || !kept.file->has_writer())
      continue;
    kept.file->close_writer();
    packs_.close(day);
    std::error_code error;
    fs::remove(mark_path(day), error);
    const base::Time now = options_.clock->now();
    if (!kept.columns_written || now - *kept.columns_written >= kLeastBetweenColumnFiles)
      write_columns(day, kept);
  }
}

}  // namespace glasshouse::reads
