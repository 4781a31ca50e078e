#include "backup/archive.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/fd.h"
#include "base/file.h"

namespace glasshouse::backup {
namespace {

using base::Fd;

constexpr std::size_t kPieceBytes = 1 << 20;

tl::unexpected<base::Error> io(const std::string& what) {
  return base::failure(Errc::kIo, what, std::strerror(errno), "Check the disk and the rights of the folder");
}

tl::unexpected<base::Error> bad(const std::string& path, const std::string& why) {
  return base::failure(Errc::kBadArchive, path.substr(path.rfind('/') + 1) + " cannot be restored", why,
                       "Take another backup");
}

base::Result<void> write_out(int fd, std::string_view bytes) {
  if (!base::write_all(fd, bytes)) return io("The backup could not be written");
  return {};
}

base::Result<std::string> read_some(int fd, std::size_t most) {
  std::string bytes(most, '\0');
  for (;;) {
    const ssize_t n = ::read(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io("A file could not be read");
    bytes.resize(static_cast<std::size_t>(n));
    return bytes;
  }
}

// Headers, files and padding out of pieces of any size.
class TarReader {
 public:
  explicit TarReader(const TakePiece& take) : take_(take) {}

  base::Result<void> add(std::string_view piece) {
    while (!piece.empty()) {
      if (left_ > 0) {
        const std::string_view some =
            piece.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, piece.size())));
        piece.remove_prefix(some.size());
        left_ -= some.size();
        if (auto taken = take_(entry_, some); !taken) return taken;
        if (left_ == 0) {
          if (auto ended = take_(entry_, {}); !ended) return ended;
        }
        continue;
      }
      if (padding_ > 0) {
        const std::size_t some = std::min(padding_, piece.size());
        piece.remove_prefix(some);
        padding_ -= some;
        continue;
      }
      const std::size_t some = std::min(kTarBlock - block_.size(), piece.size());
      block_.append(piece.substr(0, some));
      piece.remove_prefix(some);
      if (block_.size() < kTarBlock) continue;
      if (auto begun = begin(std::exchange(block_, {})); !begun) return begun;
    }
    return {};
  }
  bool whole() const { return zeros_ == 2 && left_ == 0 && block_.empty(); }

 private:
  base::Result<void> begin(const std::string& block) {
    if (block.find_first_not_of('\0') == std::string::npos) {
      ++zeros_;
      return {};
    }
    auto entry = zeros_ == 0 ? parse_tar_header(block)
                             : base::failure(Errc::kBadArchive, "Something follows the archive's end");
    if (!entry) return tl::unexpected(entry.error());
    entry_ = std::move(*entry);
    left_ = entry_.bytes;
    padding_ = tar_padding(left_);
    return left_ == 0 ? take_(entry_, {}) : base::Result<void>{};
  }

  const TakePiece& take_;
  TarEntry entry_;
  std::string block_;
  std::uint64_t left_ = 0;
  std::size_t padding_ = 0;
  int zeros_ = 0;
};

}  // namespace

base::Result<SealedArchive> SealedArchive::create(const std::string& path, const std::string& recipient) {
  auto sealer = crypto::AgeSealer::start({recipient});
  if (!sealer) return tl::unexpected(sealer.error());
  SealedArchive archive(path, std::move(*sealer));
  archive.fd_ = ::open((path + ".new").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (archive.fd_ < 0) return io("The backup could not be written to " + path);
  if (auto begun = write_out(archive.fd_, archive.sealer_->header()); !begun)
    return tl::unexpected(begun.error());
  return archive;
}

SealedArchive::SealedArchive(SealedArchive&& other) noexcept
    : path_(std::move(other.path_)), sealer_(std::move(other.sealer_)), fd_(std::exchange(other.fd_, -1)) {}

SealedArchive::~SealedArchive() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink((path_ + ".new").c_str());
}

base::Result<void> SealedArchive::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, kPieceBytes);
    if (auto written = write_out(fd_, sealer_->add(piece)); !written) return written;
    bytes.remove_prefix(piece.size());
  }
  return {};
}

base::Result<void> SealedArchive::add(const std::string& name, std::string_view bytes) {
  if (!is_tar_name(name) || bytes.size() > kMostTarFile)
    return base::failure(Errc::kBadArchive, "This cannot be put into a backup: " + name);
  if (auto headed = write(tar_header({name, bytes.size()})); !headed) return headed;
  if (auto written = write(bytes); !written) return written;
  return write(std::string(tar_padding(bytes.size()), '\0'));
}

base::Result<void> SealedArchive::add_file(const std::string& name, const std::string& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  struct stat info {};
  if (fd.get() < 0 || ::fstat(fd.get(), &info) != 0) return io("A file could not be read: " + path);
  const auto size = static_cast<std::uint64_t>(info.st_size);
  if (!is_tar_name(name) || size > kMostTarFile)
    return base::failure(Errc::kBadArchive, "This cannot be put into a backup: " + path);
  if (auto headed = write(tar_header({name, size})); !headed) return headed;
  for (std::uint64_t left = size; left > 0;) {
    auto piece = read_some(fd.get(), static_cast<std::size_t>(std::min<std::uint64_t>(left, kPieceBytes)));
    if (!piece) return tl::unexpected(piece.error());
    if (piece->empty()) return base::failure(Errc::kIo, "A file shrank while it was backed up: " + path);
    left -= piece->size();
    if (auto written = write(*piece); !written) return written;
  }
  return write(std::string(tar_padding(size), '\0'));
}

base::Result<void> SealedArchive::finish() {
  if (auto ended = write(tar_end()); !ended) return ended;
  if (auto written = write_out(fd_, sealer_->finish()); !written) return written;
  if (::fsync(fd_) != 0) return io("The backup could not be synced");
  const std::string beside = path_ + ".new";
  if (::rename(beside.c_str(), path_.c_str()) != 0) return io("The backup could not be renamed");
  ::close(std::exchange(fd_, -1));
  const std::size_t slash = path_.rfind('/');
  if (!base::sync_folder(slash == std::string::npos ? "" : path_.substr(0, slash)))
    return io("The backup's folder could not be synced");
  return {};
}

base::Result<void> read_sealed_archive(
    const std::string& path,
    const std::function<base::Result<crypto::AgeFileKey>(std::string_view header)>& key_of,
    const TakePiece& take) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (fd.get() < 0) return io("A part of the backup could not be read: " + path);
  auto start = read_some(fd.get(), kPieceBytes);
  if (!start) return tl::unexpected(start.error());
  const auto header = crypto::age_header_bytes(*start);
  if (!header) return bad(path, "It is no age file");
  const auto key = key_of(std::string_view(*start).substr(0, *header));
  if (!key) return tl::unexpected(key.error());
  crypto::AgeOpener opener(*key);
  TarReader tar(take);
  std::string piece = start->substr(*header);
  for (;;) {
    auto plain = opener.add(piece);
    if (!plain) return bad(path, plain.error().message());
    if (auto taken = tar.add(*plain); !taken) return taken;
    auto more = read_some(fd.get(), kPieceBytes);
    if (!more) return tl::unexpected(more.error());
    if (more->empty()) break;
    piece = std::move(*more);
  }
  auto last = opener.finish();
  if (!last) return bad(path, last.error().message());
  if (auto taken = tar.add(*last); !taken) return taken;
  if (!tar.whole()) return bad(path, "Its archive is not whole");
  return {};
}

base::Result<std::uint64_t> unpack_sealed_archive(
    const std::string& path,
    const std::function<base::Result<crypto::AgeFileKey>(std::string_view header)>& key_of,
    const std::string& into, std::map<std::string, std::string>* in_memory) {
  std::uint64_t files = 0;
  std::optional<Fd> fd;
  const auto done = read_sealed_archive(
      path, key_of, [&](const TarEntry& entry, std::string_view piece) -> base::Result<void> {
        if (in_memory != nullptr) {
          if (const auto kept = in_memory->find(entry.name); kept != in_memory->end()) {
            kept->second.append(piece);
            files += piece.empty() ? 1 : 0;
            return {};
          }
        }
        if (!fd) {
          const std::string target = into + "/" + entry.name;
          if (auto made = base::posix_files().make_dirs(target.substr(0, target.rfind('/'))); !made)
            return made;
          fd.emplace(::open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
          if (fd->get() < 0) return io("A file could not be restored: " + target);
        }
        if (!piece.empty()) return write_out(fd->get(), piece);
        if (::fsync(fd->get()) != 0) return io("A restored file could not be synced");
        fd.reset();
        ++files;
        return {};
      });
  if (!done) return tl::unexpected(done.error());
  return files;
}

}  // namespace glasshouse::backup
