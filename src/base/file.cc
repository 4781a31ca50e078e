#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/fd.h"

namespace glasshouse::base {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> io_failure(const std::string& doing, const std::string& path) {
  const int code = errno;
  const FileErrc errc = code == ENOENT   ? FileErrc::kNotFound
                        : code == ENOSPC ? FileErrc::kNoSpace
                                         : FileErrc::kIo;
  const char* next = code == ENOSPC   ? "Free disk space, then try again."
                     : code == ENOENT ? "Check the path."
                     : code == EACCES || code == EPERM || code == EROFS
                         ? "Give this user the right to it, or name another place."
                         : "";
  return failure(errc, "Could not " + doing + " " + path, std::strerror(code), next);
}

class PosixFiles final : public FileSystem {
 public:
  Result<std::string> read(const std::string& path, std::uint64_t limit_bytes) override {
    std::string bytes;
    if (auto done = read_file_into(path, limit_bytes, bytes); !done) return tl::unexpected(done.error());
    return bytes;
  }

  Result<void> write_atomic(const std::string& path, std::string_view bytes) override {
    const std::string dir = fs::path(path).parent_path().string();
    if (auto made = make_dirs(dir); !made) return made;
    static std::atomic<unsigned> serial{0};
    const std::string temp = path + ".tmp" + std::to_string(::getpid()) + "-" + std::to_string(serial++);
    Fd fd(::open(temp.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (fd.get() < 0) return io_failure("create", temp);
    if (!write_all(fd.get(), bytes) || ::fsync(fd.get()) != 0 || !fd.close()) {
      auto failed = io_failure("write", temp);
      ::unlink(temp.c_str());
      return failed;
    }
    if (::rename(temp.c_str(), path.c_str()) != 0) {
      auto failed = io_failure("rename", temp);
      ::unlink(temp.c_str());
      return failed;
    }
    if (!sync_folder(dir)) return io_failure("sync the folder of", path);
    return {};
  }

  Result<void> make_dirs(const std::string& path) override {
    if (path.empty()) return {};
    std::error_code code;
    if (fs::is_directory(path, code)) return {};
    const std::string parent = fs::path(path).parent_path().string();
    if (parent != path) {
      if (auto made = make_dirs(parent); !made) return made;
    }
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return io_failure("create the folder", path);
    if (!sync_folder(parent)) return io_failure("sync the folder of", path);
    return {};
  }

  bool exists(const std::string& path) override {
    std::error_code code;
    return fs::exists(path, code);
  }

  Result<void> remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return io_failure("remove", path);
    if (!sync_folder(fs::path(path).parent_path().string()) && errno != ENOENT) {
      return io_failure("sync the folder of", path);
    }
    return {};
  }

  Result<std::vector<std::string>> list(const std::string& dir) override {
    std::vector<std::string> names;
    std::error_code code;
    for (fs::directory_iterator it(dir, code), end; !code && it != end; it.increment(code)) {
      names.push_back(it->path().filename().string());
    }
    if (code) {
      return failure(code == std::errc::no_such_file_or_directory ? FileErrc::kNotFound : FileErrc::kIo,
                     "Could not list " + dir, code.message());
    }
    std::sort(names.begin(), names.end());
    return names;
  }
};

}  // namespace

FileSystem& posix_files() {
  static PosixFiles files;
  return files;
}

Result<void> read_file_into(const std::string& path, std::uint64_t limit_bytes, std::string& bytes) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return io_failure("open", path);
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return io_failure("look at", path);
  if (static_cast<std::uint64_t>(info.st_size) > limit_bytes) {
    return failure(
        FileErrc::kTooLarge, path + " is too large",
        std::to_string(info.st_size) + " bytes; at most " + std::to_string(limit_bytes) + " are read");
  }
  bytes.clear();
  bytes.reserve(static_cast<std::size_t>(std::max<off_t>(info.st_size, 0)));  // at most the limit
  char block[65536];
  for (;;) {
    const ssize_t n = ::read(fd.get(), block, sizeof block);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io_failure("read", path);
    if (n == 0) return {};
    bytes.append(block, static_cast<std::size_t>(n));
    if (bytes.size() > limit_bytes)
      return failure(FileErrc::kTooLarge, path + " grew too large while it was read");
  }
}

}  // namespace glasshouse::base
