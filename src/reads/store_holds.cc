// Reads that outlive their day under a hold (held.h).
#include <algorithm>

#include "reads/store_impl.h"

namespace glasshouse::reads {
namespace {

// Rows of a folder are few: a hold's one read, or what hit on one day.
base::Result<std::optional<Read>> read_in(HeldFolder& folder, const IdBytes& id) {
  const auto row = folder.file.row_of(id);
  if (!row) return tl::unexpected(row.error());
  if (!*row) return std::nullopt;
  auto reads = folder.file.fetch({**row});
  if (!reads) return tl::unexpected(reads.error());
  if (reads->empty()) return std::nullopt;
  return std::move(reads->front());
}

}  // namespace

base::Result<SqliteStore::Place> SqliteStore::held_place(std::string_view read_id,
                                                         const std::string& case_id) const {
  const auto id = id_bytes(read_id);
  for (const auto& folder : id ? held_.find(*id) : std::vector<std::shared_ptr<HeldFolder>>{}) {
    if (!folder->case_id.empty() && folder->case_id != case_id) continue;
    auto read = read_in(*folder, *id);
    if (!read) return tl::unexpected(read.error());
    if (*read) return Place{std::move(**read), 0, nullptr, folder};
  }
  return no_such_read();
}

base::Result<StoredPicture> SqliteStore::stored_picture(const Place& place) const {
  if (place.held != nullptr) return place.held->pictures.read(place.held->day, place.read.id);
  const auto packed = place.file->picture_of(place.row);
  if (!packed) return tl::unexpected(packed.error());
  const auto id = id_bytes(place.read.id);
  if (!*packed || !id) return pictures_.read(place.file->day(), place.read.id);
  auto found = packs_.read(place.file->day(), **packed, *id);
  if (!found) return tl::unexpected(found.error());
  return StoredPicture{std::move(found->first), true, std::move(found->second)};
}

base::Result<base::Day> SqliteStore::day_of(std::string_view read_id) {
  const auto located = locate(read_id);
  if (!located) return tl::unexpected(located.error());
  return located->file->day();
}

base::Result<MaskedRead> SqliteStore::hold(const Hold& hold, std::string_view read_id, const Rehead& rehead) {
  std::lock_guard writing(writing_);
  auto place = place_of(read_id);
  if (!place && place.error().is(Errc::kNotFound)) place = held_place(read_id, hold.case_id);
  if (!place) return tl::unexpected(place.error());
  const Read& read = place->read;
  if (place->held != nullptr && place->held->name == hold.name) return mask(read);
  std::optional<StoredPicture> picture;
  if (read.has_picture) {
    auto stored = stored_picture(*place);
    if (!stored && !stored.error().is(Errc::kNotFound)) return tl::unexpected(stored.error());
    if (stored) picture = std::move(*stored);
  }
  if (picture && picture->is_sealed) {
    auto headed = rehead(Picture{*picture, read.id, read.camera_id, read.captured_at,
                                 place->held != nullptr ? place->held->name : std::string()});
    if (!headed) return tl::unexpected(headed.error());
    picture->bytes = std::move(*headed);
  }
  auto folder = held_.folder_for(hold, base::day_of(read.captured_at));
  if (!folder) return tl::unexpected(folder.error());
  if (auto added = held_.add(**folder, read, picture ? &*picture : nullptr); !added)
    return tl::unexpected(added.error());
  return mask(read);
}

base::Result<void> SqliteStore::end_hold(const std::string& name) {
  std::lock_guard writing(writing_);
  return held_.end(name);
}

std::vector<std::string> SqliteStore::holds() {
  return held_.names();
}

base::Result<std::map<base::Day, std::uint64_t>> SqliteStore::settle_holds(base::Day first_kept) {
  std::lock_guard writing(writing_);
  std::map<base::Day, std::uint64_t> held;
  for (const auto& [folder, read_id] : held_.before(first_kept)) {
    const auto place = place_of(read_id);
    if (!place && place.error().is(Errc::kNotFound)) continue;  // its day is gone already
    if (!place) return tl::unexpected(place.error());
    if (auto added = held_.add(*folder, place->read, nullptr); !added) return tl::unexpected(added.error());
    ++held[folder->day];
  }
  return held;
}

}  // namespace glasshouse::reads
