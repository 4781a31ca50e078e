#include "reads/picture_packs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <optional>

#include "reads/pictures.h"
#include "reads/store.h"

namespace glasshouse::reads {
namespace {

static_assert(std::endian::native == std::endian::little, "packs are written as they lie in memory");

constexpr std::string_view kPackStart = "GXpictr1", kRecordStart = "GXpr";
constexpr std::string_view kPackPrefix = "sealed-", kPackSuffix = ".pack";
constexpr std::size_t kPackDigits = 6;
constexpr std::uint32_t kMostPacks = 999'999;  // of one day
constexpr std::size_t kRecordHeadBytes = 28;
constexpr std::size_t kPiecesAtOnce = 900;  // of one writev; the system takes 1,024

// "GXpr", the read's id, the manifest's length, the sealed picture's.
struct Head {
  IdBytes id{};
  std::uint32_t manifest_bytes = 0, sealed_bytes = 0;
  std::uint64_t record_bytes() const {
    return kRecordHeadBytes + std::uint64_t{manifest_bytes} + sealed_bytes;
  }
};

void put_head(const Head& head, char* to) {
  std::memcpy(to, kRecordStart.data(), 4);
  std::memcpy(to + 4, head.id.data(), 16);
  std::memcpy(to + 20, &head.manifest_bytes, 4);
  std::memcpy(to + 24, &head.sealed_bytes, 4);
}

std::optional<Head> head_at(int fd, std::uint64_t at) {
  std::array<char, kRecordHeadBytes> bytes{};
  if (!base::read_at(fd, at, bytes.data(), bytes.size())) return std::nullopt;
  if (std::string_view(bytes.data(), 4) != kRecordStart) return std::nullopt;
  Head head;
  std::memcpy(head.id.data(), bytes.data() + 4, 16);
  std::memcpy(&head.manifest_bytes, bytes.data() + 20, 4);
  std::memcpy(&head.sealed_bytes, bytes.data() + 24, 4);
  if (head.manifest_bytes > kMostManifestBytes || head.sealed_bytes > kMostSealedBytes) return std::nullopt;
  return head;
}

bool write_pieces(int fd, std::vector<iovec> pieces) {
  for (std::size_t first = 0; first < pieces.size();) {
    const int count = static_cast<int>(std::min(kPiecesAtOnce, pieces.size() - first));
    const ssize_t n = ::writev(fd, &pieces[first], count);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    auto left = static_cast<std::size_t>(n);
    while (first < pieces.size() && left >= pieces[first].iov_len) left -= pieces[first++].iov_len;
    if (left == 0) continue;
    pieces[first].iov_base = static_cast<char*>(pieces[first].iov_base) + left;
    pieces[first].iov_len -= left;
  }
  return true;
}

base::Error pack_error(const char* what) {
  const int code = errno;
  return base::Error(code == ENOSPC || code == EDQUOT ? Errc::kFull : Errc::kIo, what, std::strerror(code),
                     "Check the disk and the permissions of the data folder");
}

}  // namespace

bool is_pack_name(std::string_view name) {
  if (name.size() != kPackPrefix.size() + kPackDigits + kPackSuffix.size()) return false;
  const std::string_view digits = name.substr(kPackPrefix.size(), kPackDigits);
  return name.starts_with(kPackPrefix) && name.ends_with(kPackSuffix) &&
         std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::uint64_t pictures_in_pack(const std::string& path) {
  const base::Fd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  struct stat info {};
  if (fd.get() < 0 || ::fstat(fd.get(), &info) != 0) return 0;
  const auto end = static_cast<std::uint64_t>(info.st_size);
  std::uint64_t pictures = 0;
  for (std::uint64_t at = kPackStart.size();;) {
    const auto head = head_at(fd.get(), at);
    if (!head || at + head->record_bytes() > end) return pictures;
    at += head->record_bytes();
    ++pictures;
  }
}

std::string PicturePacks::path(base::Day day, std::uint32_t number) const {
  const std::string digits = std::to_string(number);
  return dir_ + "/" + base::format_day(day) + "/" + std::string(kPackPrefix) +
         std::string(kPackDigits - std::min(kPackDigits, digits.size()), '0') + digits +
         std::string(kPackSuffix);
}

// A pack is appended to by the process that made it alone: what a stop tore off lies at a pack's end.
base::Result<PicturePacks::Open*> PicturePacks::open_pack(base::Day day) {
  std::uint32_t number = 1;
  if (const auto found = open_.find(day); found != open_.end()) {
    if (found->second.bytes < most_pack_bytes_) return &found->second;
    number = found->second.number + 1;
    open_.erase(found);
  }
  for (; number <= kMostPacks; ++number) {
    base::Fd fd(::open(path(day, number).c_str(),
                       O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (fd.get() < 0 && errno == EEXIST) continue;
    if (fd.get() < 0 || !base::write_all(fd.get(), kPackStart) ||
        !base::sync_folder(dir_ + "/" + base::format_day(day))) {
      const base::Error error = pack_error("A file for pictures could not be made");
      if (fd.get() >= 0) ::unlink(path(day, number).c_str());  // or a full disk collects empty ones
      return tl::unexpected(error);
    }
    const auto [made, fresh] =
        open_.emplace(day, Open{std::move(fd), number, kPackStart.size(), kPackStart.size()});
    return &made->second;
  }
  return base::failure(Errc::kFull, "The day has too many files of pictures");
}

base::Result<std::vector<PicturePlace>> PicturePacks::append(base::Day day,
                                                             const std::vector<PackedPicture>& pictures) {
  auto opened = open_pack(day);
  if (!opened) return tl::unexpected(opened.error());
  Open& pack = **opened;
  std::vector<std::array<char, kRecordHeadBytes>> heads(pictures.size());
  std::vector<iovec> pieces;
  pieces.reserve(pictures.size() * 3);
  const auto add = [&](const char* bytes, std::size_t count) {
    if (count > 0) pieces.push_back({const_cast<char*>(bytes), count});
  };
  std::vector<PicturePlace> places;
  places.reserve(pictures.size());
  std::uint64_t end = pack.bytes;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const PackedPicture& picture = pictures[i];
    const Head head{picture.id, static_cast<std::uint32_t>(picture.manifest.size()),
                    static_cast<std::uint32_t>(picture.sealed.size())};
    put_head(head, heads[i].data());
    add(heads[i].data(), kRecordHeadBytes);
    add(picture.manifest.data(), picture.manifest.size());
    add(picture.sealed.data(), picture.sealed.size());
    places.push_back({pack.number, end});
    end += head.record_bytes();
  }
  const bool written = write_pieces(pack.fd.get(), std::move(pieces));
  if (!written || ::fdatasync(pack.fd.get()) != 0) {
    const base::Error error = pack_error("Pictures could not be written");
    // After a sync that failed nobody knows what is on the disk: the next ones go into a new pack.
    if (::ftruncate(pack.fd.get(), static_cast<off_t>(pack.bytes)) != 0 || written) open_.erase(day);
    return tl::unexpected(error);
  }
  pack.bytes_before = std::exchange(pack.bytes, end);
  return places;
}

void PicturePacks::undo(base::Day day) {
  const auto found = open_.find(day);
  if (found == open_.end()) return;
  Open& pack = found->second;
  if (::ftruncate(pack.fd.get(), static_cast<off_t>(pack.bytes_before)) == 0) {
    pack.bytes = pack.bytes_before;
  } else {
    open_.erase(found);
  }
}

void PicturePacks::close(base::Day day) {
  open_.erase(day);
}

base::Result<std::pair<std::string, std::string>> PicturePacks::read(base::Day day, PicturePlace place,
                                                                     const IdBytes& id) const {
  const base::Fd fd(::open(path(day, place.pack).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  constexpr const char* kUnread = "A picture could not be read";
  // Only what is gone or is not a picture counts as not there: a case would else hold its read without it.
  if (fd.get() < 0 && errno != ENOENT) return tl::unexpected(pack_error(kUnread));
  errno = 0;
  const auto head = fd.get() < 0 ? std::nullopt : head_at(fd.get(), place.at);
  std::pair<std::string, std::string> found;
  if (head && head->id == id) {
    found.first.resize(head->sealed_bytes);
    found.second.resize(head->manifest_bytes);
    const std::uint64_t manifest_at = place.at + kRecordHeadBytes;
    if (base::read_at(fd.get(), manifest_at, found.second.data(), found.second.size()) &&
        base::read_at(fd.get(), manifest_at + head->manifest_bytes, found.first.data(), found.first.size()))
      return found;
  }
  if (errno != 0) return tl::unexpected(pack_error(kUnread));
  return base::failure(Errc::kNotFound, "The picture of this read is not where its day says",
                       "The day's pictures were damaged or are no longer kept");
}

void PicturePacks::cut_after(base::Day day, PicturePlace last) const {
  if (last.pack > 0) {
    const base::Fd fd(::open(path(day, last.pack).c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
    const auto head = fd.get() < 0 ? std::nullopt : head_at(fd.get(), last.at);
    if (!head) return;  // damaged: everything stays
    (void)!::ftruncate(fd.get(), static_cast<off_t>(last.at + head->record_bytes()));
  }
  for (std::uint32_t number = last.pack + 1; ::unlink(path(day, number).c_str()) == 0;) ++number;
}

}  // namespace glasshouse::reads
