#include "reads/pictures.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <span>
#include <thread>
#include <utility>

#include "base/fd.h"
#include "reads/picture_packs.h"
#include "reads/store.h"

namespace glasshouse::reads {
namespace {

namespace fs = std::filesystem;

using base::Fd;

constexpr std::size_t kOpenAtOnce =
    64;  // files of one writer that are written before they are synced together
// Many syncs at once cost a disk little more than one.
constexpr std::size_t kMostWriters = 16, kFilesOfAWriter = 4;
constexpr std::size_t kMostBytes = 8 << 20;
constexpr std::string_view kOpenSuffix = ".jpg", kSealedSuffix = ".age";
constexpr std::string_view kManifestSuffix = ".manifest", kPreviewSuffix = ".preview.jpg";

base::Error io_error(std::string what) {
  const int code = errno;
  return base::Error(code == ENOSPC || code == EDQUOT ? Errc::kFull : Errc::kIo, std::move(what),
                     std::strerror(code), "Check the disk and the permissions of the data folder");
}

std::string_view suffix_of(PictureFile kind) {
  switch (kind) {
    case PictureFile::kOpen:
      return kOpenSuffix;
    case PictureFile::kSealed:
      return kSealedSuffix;
    case PictureFile::kManifest:
      return kManifestSuffix;
    case PictureFile::kPreview:
      break;
  }
  return kPreviewSuffix;
}

std::string file_name(std::string_view read_id, PictureFile kind) {
  return std::string(read_id) + std::string(suffix_of(kind));
}

// Writing files out first and then syncing them lets the file system put all of them into one commit.
base::Result<void> write_files(const std::string& dir, std::span<const NewPicture> pictures) {
  for (std::size_t start = 0; start < pictures.size(); start += kOpenAtOnce) {
    std::vector<Fd> open;
    for (std::size_t i = start; i < std::min(start + kOpenAtOnce, pictures.size()); ++i) {
      const std::string path = dir + "/" + file_name(pictures[i].read_id, pictures[i].kind);
      open.emplace_back(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
      if (open.back().get() < 0) return tl::unexpected(io_error("A picture could not be written"));
      if (!base::write_all(open.back().get(), pictures[i].bytes))
        return tl::unexpected(io_error("A picture could not be written"));
      ::sync_file_range(open.back().get(), 0, 0, SYNC_FILE_RANGE_WRITE);
    }
    for (const Fd& fd : open) {
      if (::fdatasync(fd.get()) != 0) return tl::unexpected(io_error("A picture could not be synced"));
    }
  }
  return {};
}

}  // namespace

base::Result<void> sync_folder(const std::string& dir) {
  if (!base::sync_folder(dir)) return tl::unexpected(io_error("A folder could not be synced"));
  return {};
}

std::string Pictures::folder(base::Day day) const {
  return dir_ + "/" + base::format_day(day);
}

base::Result<void> Pictures::make_folder(base::Day day) const {
  if (::mkdir(folder(day).c_str(), 0700) == 0) return sync_folder(dir_);
  if (errno == EEXIST) return {};
  return tl::unexpected(io_error("The day's picture folder could not be made"));
}

base::Result<void> Pictures::write(base::Day day, const std::vector<NewPicture>& pictures) {
  if (pictures.empty()) return {};
  const std::string dir = folder(day);
  if (auto made = make_folder(day); !made) return made;
  const std::size_t writers = std::clamp<std::size_t>(pictures.size() / kFilesOfAWriter, 1, kMostWriters);
  std::vector<base::Result<void>> done(writers);
  const auto part = [&](std::size_t writer) {
    const std::size_t from = pictures.size() * writer / writers,
                      to = pictures.size() * (writer + 1) / writers;
    done[writer] = write_files(dir, std::span(pictures).subspan(from, to - from));
  };
  {
    std::vector<std::jthread> others;
    for (std::size_t writer = 1; writer < writers; ++writer) others.emplace_back(part, writer);
    part(0);
  }
  for (auto& result : done) {
    if (!result) return std::move(result);
  }
  return sync_folder(dir);
}

base::Result<StoredPicture> Pictures::read(base::Day day, std::string_view read_id) const {
  StoredPicture picture;
  auto sealed = read_file(day, read_id, PictureFile::kSealed);
  if (!sealed && !sealed.error().is(Errc::kNotFound)) return tl::unexpected(sealed.error());
  if (!sealed) {
    auto open = read_file(day, read_id, PictureFile::kOpen);
    if (!open) return tl::unexpected(open.error());
    picture.bytes = std::move(*open);
    return picture;
  }
  auto manifest = read_file(day, read_id, PictureFile::kManifest);
  if (!manifest) return tl::unexpected(manifest.error());
  picture.bytes = std::move(*sealed);
  picture.is_sealed = true;
  picture.manifest = std::move(*manifest);
  return picture;
}

base::Result<std::string> Pictures::preview(base::Day day, std::string_view read_id) const {
  return read_file(day, read_id, PictureFile::kPreview);
}

base::Result<std::string> Pictures::read_file(base::Day day, std::string_view read_id,
                                              PictureFile kind) const {
  const std::string path = folder(day) + "/" + file_name(read_id, kind);
  const Fd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (fd.get() < 0) {
    if (errno == ENOENT) {
      return base::failure(Errc::kNotFound, "There is no picture of this read",
                           "The camera sent none, or its day is no longer kept");
    }
    return tl::unexpected(io_error("A picture could not be read"));
  }
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0 || info.st_size < 0 ||
      static_cast<std::size_t>(info.st_size) > kMostBytes) {
    return tl::unexpected(io_error("A picture could not be read"));
  }
  std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::read(fd.get(), bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return tl::unexpected(io_error("A picture could not be read"));
    done += static_cast<std::size_t>(n);
  }
  return bytes;
}

std::size_t Pictures::remove_orphans(base::Day day,
                                     const std::function<bool(std::string_view read_id)>& is_stored) const {
  std::error_code error;
  std::vector<fs::path> orphans;
  for (const auto& entry : fs::directory_iterator(folder(day), error)) {
    const std::string name = entry.path().filename().string();
    const std::string_view id = std::string_view(name).substr(0, name.find('.'));
    if (!is_pack_name(name) && !is_stored(id)) orphans.push_back(entry.path());
  }
  for (const auto& path : orphans) fs::remove(path, error);
  return orphans.size();
}

std::vector<base::Day> Pictures::days() const {
  std::vector<base::Day> days;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(dir_, error)) {
    if (auto day = base::parse_day(entry.path().filename().string())) days.push_back(*day);
  }
  return days;
}

std::uint64_t Pictures::count(base::Day day) const {
  std::uint64_t pictures = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder(day), error)) {
    const std::string name = entry.path().filename().string();
    const bool is_picture = name.ends_with(kSealedSuffix) || name.ends_with(kOpenSuffix);
    pictures += is_picture && !name.ends_with(kPreviewSuffix) ? 1 : 0;
  }
  return pictures;
}

void Pictures::begin_drop(base::Day day) const {
  std::error_code error;
  fs::rename(folder(day), dir_ + "/" + std::string(kDropping) + base::format_day(day), error);
  if (error) fs::remove_all(folder(day), error);  // an earlier drop of the same day is still being finished
  (void)sync_folder(dir_);
}

void Pictures::finish_drops() const {
  std::error_code error;
  std::vector<fs::path> doomed;
  for (const auto& entry : fs::directory_iterator(dir_, error)) {
    if (entry.path().filename().string().starts_with(kDropping)) doomed.push_back(entry.path());
  }
  for (const auto& path : doomed) fs::remove_all(path, error);
}

}  // namespace glasshouse::reads
