#include "reads/held.h"

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/log.h"
#include "base/words.h"

namespace glasshouse::reads {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".ending-";
constexpr const char* kMeta = "/hold";
constexpr std::string_view kMetaLine = "glasshouse-hold 1 ";
constexpr const char* kNoCase = "-";
constexpr std::size_t kMostMetaBytes = 256;

bool has_correction(const Read& read, const std::string& id) {
  return std::ranges::any_of(read.corrections, [&](const Correction& one) { return one.id == id; });
}

bool is_withdrawn(const Read& read, const std::string& id) {
  return std::ranges::any_of(read.corrections,
                             [&](const Correction& one) { return one.id == id && one.withdrawn; });
}

}  // namespace

base::Result<void> HeldReads::load() {
  base::FileSystem& files = base::posix_files();
  if (auto made = files.make_dirs(dir_); !made) return made;
  const auto names = files.list(dir_);
  if (!names) return tl::unexpected(names.error());
  for (const std::string& name : *names) {
    std::error_code error;
    if (name.starts_with(kEnding)) {
      fs::remove_all(path_of(name), error);
      continue;
    }
    if (auto loaded = load_one(name); !loaded) return loaded;
  }
  return {};
}

base::Result<void> HeldReads::load_one(const std::string& name) {
  // "glasshouse-hold 1 2026-11-22 case_… age1…\n": written last, so that a folder without it was told to
  // nobody.
  const auto text = base::posix_files().read(path_of(name) + kMeta, kMostMetaBytes);
  if (!text) {
    if (!text.error().is(base::FileErrc::kNotFound)) return tl::unexpected(text.error());
    std::error_code error;
    fs::remove_all(path_of(name), error);
    return {};
  }
  std::string_view line = std::string_view(*text).substr(0, text->find('\n'));
  const bool known = line.starts_with(kMetaLine);
  line.remove_prefix(known ? kMetaLine.size() : line.size());
  const auto day = base::parse_day(line.substr(0, line.find(' ')));
  if (!known || !day) {
    return base::failure(Errc::kCorrupt, "The hold " + name + " cannot be understood",
                         "Its file 'hold' was changed", "Put the folder back from a backup");
  }
  std::vector<std::string> words = base::split_words(line);
  words.resize(3);
  auto folder = std::make_shared<HeldFolder>(
      Hold{name, words[1] == kNoCase ? std::string() : words[1], words[2]}, *day, path_of(name));
  const auto last = folder->file.last_row();
  if (!last) return tl::unexpected(last.error());
  std::lock_guard lock(mutex_);
  for (std::uint32_t row = 1; row <= *last; ++row) {
    const auto id = folder->file.id_of(row);
    if (!id) return tl::unexpected(id.error());
    if (*id) by_id_.emplace(**id, name);
  }
  folders_[name] = std::move(folder);
  return {};
}

base::Result<std::shared_ptr<HeldFolder>> HeldReads::folder_for(const Hold& hold, base::Day day) {
  {
    std::lock_guard lock(mutex_);
    if (const auto found = folders_.find(hold.name); found != folders_.end()) {
      if (found->second->day == day && found->second->case_id == hold.case_id) return found->second;
      return base::failure(Errc::kBadRead, "This hold is for another day or another case", hold.name);
    }
  }
  if (auto made = base::posix_files().make_dirs(path_of(hold.name) + "/pictures"); !made)
    return tl::unexpected(made.error());
  auto folder = std::make_shared<HeldFolder>(hold, day, path_of(hold.name));
  std::lock_guard lock(mutex_);
  folders_[hold.name] = folder;
  return folder;
}

base::Result<void> HeldReads::add(HeldFolder& folder, const Read& read, const StoredPicture* picture) {
  const auto id = id_bytes(read.id);
  if (!id) return base::failure(Errc::kBadRead, "This is no id of a read");
  std::optional<std::uint32_t> row;
  if (fs::exists(folder.file.path())) {
    auto found = folder.file.row_of(*id);
    if (!found) return tl::unexpected(found.error());
    row = *found;
  }
  Read held;
  if (row) {
    auto reads = folder.file.fetch({*row});
    if (!reads) return tl::unexpected(reads.error());
    if (!reads->empty()) held = std::move(reads->front());
  } else {
    std::vector<NewPicture> files;
    if (picture != nullptr) {
      if (picture->is_sealed) files.push_back({read.id, picture->manifest, PictureFile::kManifest});
      files.push_back(
          {read.id, picture->bytes, picture->is_sealed ? PictureFile::kSealed : PictureFile::kOpen});
    }
    if (auto written = folder.pictures.write(folder.day, files); !written) return written;
    std::uint32_t last = 0;
    if (fs::exists(folder.file.path())) {
      auto rows = folder.file.last_row();
      if (!rows) return tl::unexpected(rows.error());
      last = *rows;
    }
    row = last + 1;
    if (auto stored = folder.file.insert({{&read, *id}}, *row); !stored) return stored;
    std::lock_guard lock(mutex_);
    by_id_.emplace(*id, folder.name);
  }
  for (const Correction& correction : read.corrections) {
    if (!has_correction(held, correction.id)) {
      if (auto added = folder.file.add_correction(*row, correction); !added) return added;
    }
    if (correction.withdrawn && !is_withdrawn(held, correction.id)) {
      if (auto added = folder.file.add_withdrawal(*row, correction); !added) return added;
    }
  }
  folder.file.close_writer();
  const std::string meta = path_of(folder.name) + kMeta;
  if (base::posix_files().exists(meta)) return {};
  return base::posix_files().write_atomic(meta, std::string(kMetaLine) + base::format_day(folder.day) + " " +
                                                    (folder.case_id.empty() ? kNoCase : folder.case_id) +
                                                    " " + folder.recipient + "\n");
}

base::Result<void> HeldReads::end(const std::string& name) {
  std::shared_ptr<HeldFolder> folder;
  {
    std::lock_guard lock(mutex_);
    const auto found = folders_.find(name);
    if (found == folders_.end()) return {};
    folder = std::move(found->second);
    folders_.erase(found);
    std::erase_if(by_id_, [&](const auto& one) { return one.second == name; });
  }
  folder->file.close_writer();
  folder.reset();
  // The rename is final; what a stop leaves is removed at the next start.
  const std::string ending = dir_ + "/" + std::string(kEnding) + name;
  std::error_code error;
  fs::rename(path_of(name), ending, error);
  if (error) {
    return base::failure(Errc::kIo, "A hold could not be ended", error.message(),
                         "Check the disk and the permissions of the data folder");
  }
  if (auto synced = sync_folder(dir_); !synced) return synced;
  fs::remove_all(ending, error);
  return {};
}

std::vector<std::shared_ptr<HeldFolder>> HeldReads::find(const IdBytes& id) const {
  std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<HeldFolder>> found;
  const auto [first, last] = by_id_.equal_range(id);
  for (auto it = first; it != last; ++it) found.push_back(folders_.at(it->second));
  return found;
}

std::vector<std::string> HeldReads::names() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, folder] : folders_) names.push_back(name);
  return names;
}

std::vector<std::pair<std::shared_ptr<HeldFolder>, std::string>> HeldReads::before(base::Day day) const {
  std::lock_guard lock(mutex_);
  std::vector<std::pair<std::shared_ptr<HeldFolder>, std::string>> found;
  for (const auto& [id, name] : by_id_) {
    const auto& folder = folders_.at(name);
    if (folder->day < day) found.emplace_back(folder, id_text(id));
  }
  return found;
}

}  // namespace glasshouse::reads
