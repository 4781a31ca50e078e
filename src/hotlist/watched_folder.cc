#include "hotlist/watched_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>

#include "base/file.h"

namespace glasshouse::hotlist {
namespace {

constexpr std::array<std::string_view, 4> kUnfinished{".part", ".tmp", ".filepart", ".partial"};

tl::unexpected<base::Error> unreadable(std::string what) {
  return base::failure(FolderErrc::kUnreadable, std::move(what), std::strerror(errno),
                       "See that the server may read and write the folder.");
}

bool is_unfinished_name(std::string_view name) {
  return name.starts_with('.') || std::any_of(kUnfinished.begin(), kUnfinished.end(),
                                              [&](std::string_view end) { return name.ends_with(end); });
}

FoundFile found(std::string name, const struct stat& status) {
  const std::int64_t ms = std::int64_t{status.st_mtim.tv_sec} * 1000 + status.st_mtim.tv_nsec / 1'000'000;
  return {std::move(name), static_cast<std::uint64_t>(status.st_size), base::from_ms(ms)};
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

std::optional<FoundFile> look_at(int fd, const std::string& name) {
  struct stat status {};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return found(name, status);
}

}  // namespace

base::Result<std::vector<FoundFile>> WatchedFolder::whole_files(base::Time now) {
  if (auto made = base::posix_files().make_dirs(dir_); !made) return tl::unexpected(made.error());
  const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(dir_.c_str()), ::closedir);
  if (!dir) return unreadable("The watched folder cannot be read");
  std::map<std::string, Seen> seen;
  std::vector<FoundFile> whole;
  while (const dirent* entry = ::readdir(dir.get())) {
    const std::string name = entry->d_name;
    struct stat status {};
    if (is_unfinished_name(name) || seen.size() >= kMaxWatchedFiles ||
        ::fstatat(::dirfd(dir.get()), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(status.st_mode))
      continue;
    const FoundFile file = found(name, status);
    const auto before = seen_.find(name);
    const bool still = before != seen_.end() && before->second.file == file;
    const base::Time since = still ? before->second.since : now;
    if (now - since >= kSettleTime) whole.push_back(file);
    seen.emplace(name, Seen{file, since});
  }
  seen_ = std::move(seen);
  std::sort(whole.begin(), whole.end(), [](const FoundFile& a, const FoundFile& b) {
    return std::pair(a.modified_at, a.name) < std::pair(b.modified_at, b.name);
  });
  return whole;
}

base::Result<std::string> WatchedFolder::read(const FoundFile& file, std::uint64_t limit_bytes) const {
  if (file.bytes > limit_bytes) {
    return base::failure(FolderErrc::kTooLarge,
                         "The file is larger than " + std::to_string(limit_bytes >> 20) + " MB");
  }
  // O_NONBLOCK: a pipe that took the file's place must not stop the server.
  const Descriptor opened(
      ::open((dir_ + "/" + file.name).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (opened.get() < 0) return unreadable("The file cannot be opened");
  const auto changed = [] {
    return base::failure(FolderErrc::kChanged, "The file changed while it was read", "",
                         "It is read again when it has stood still.");
  };
  if (look_at(opened.get(), file.name) != file) return changed();
  std::string text(file.bytes, '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const ssize_t count = ::read(opened.get(), text.data() + have, text.size() - have);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return unreadable("The file cannot be read");
    if (count == 0) return changed();
    have += static_cast<std::size_t>(count);
  }
  if (look_at(opened.get(), file.name) != file) return changed();
  return text;
}

base::Result<void> WatchedFolder::remove(const FoundFile& file) const {
  if (::unlink((dir_ + "/" + file.name).c_str()) == 0 || errno == ENOENT) return {};
  return unreadable("The file cannot be deleted");
}

}  // namespace glasshouse::hotlist
