#include "app/installation.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <sstream>

#include "base/file.h"
#include "crypto/crypto.h"

namespace glasshouse::app {
namespace {

constexpr std::uint64_t kMaxBytes = 4096;

const char* word_of(Installation::Kind kind) {
  return kind == Installation::Kind::kDemo ? "demo" : "real";
}

std::map<std::string, std::string> parse(const std::string& text) {
  std::map<std::string, std::string> values;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    const std::size_t equals = line.find('=');
    if (equals != std::string::npos) values[line.substr(0, equals)] = line.substr(equals + 1);
  }
  return values;
}

}  // namespace

base::Result<std::unique_ptr<Installation>> Installation::open(const std::string& dir, Kind kind,
                                                               const base::Clock& clock) {
  std::unique_ptr<Installation> installation(new Installation);
  std::error_code error;
  installation->dir_ = std::filesystem::absolute(dir, error).lexically_normal().string();
  while (installation->dir_.size() > 1 && installation->dir_.back() == '/') installation->dir_.pop_back();
  installation->kind_ = kind;
  const bool existed = std::filesystem::exists(installation->dir_, error);
  if (auto made = base::posix_files().make_dirs(installation->dir_); !made) {
    return base::failure(InstallationErrc::kFolder,
                         "The data folder " + installation->dir_ + " cannot be made.", made.error().message(),
                         "Name another with --data, or give this user the right to it.");
  }
  if (!existed) ::chmod(installation->dir_.c_str(), 0700);
  const std::string lock = installation->path("lock");
  installation->lock_ = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (installation->lock_ < 0) {
    return base::failure(
        InstallationErrc::kFolder, "The data folder " + installation->dir_ + " cannot be written to.",
        std::strerror(errno), "Name another with --data, or give this user the right to it.");
  }
  if (::flock(installation->lock_, LOCK_EX | LOCK_NB) != 0) {
    return base::failure(InstallationErrc::kTaken,
                         "Another Glasshouse has the data folder " + installation->dir_ + " open.", {},
                         "Stop that one first, or name another folder with --data.");
  }
  if (auto read = installation->read_or_make(clock); !read) return tl::unexpected(read.error());
  return installation;
}

Installation::~Installation() {
  if (lock_ >= 0) ::close(lock_);
}

base::Result<void> Installation::read_or_make(const base::Clock& clock) {
  base::FileSystem& files = base::posix_files();
  const std::string file = path("installation");
  if (!files.exists(file)) {
    if (files.exists(path("records.db"))) {
      return base::failure(InstallationErrc::kDamaged,
                           "The data folder " + dir_ + " has lost its file 'installation'.", {},
                           "Restore it from a backup: without it the ledger's name is not known.");
    }
    is_new_ = true;
    origin_ = std::string(kind_ == Kind::kDemo ? "demo.glasshouse.invalid/" : "glasshouse.local/") +
              crypto::hex(crypto::random_bytes(6));
    return files.write_atomic(file, std::string("kind=") + word_of(kind_) + "\norigin=" + origin_ +
                                        "\nmade_at=" + base::format_rfc3339(clock.now()) + "\n");
  }
  const auto text = files.read(file, kMaxBytes);
  if (!text) return tl::unexpected(text.error());
  auto values = parse(*text);
  origin_ = values["origin"];
  if (origin_.empty() || (values["kind"] != "real" && values["kind"] != "demo")) {
    return base::failure(InstallationErrc::kDamaged,
                         "The file 'installation' in " + dir_ + " cannot be understood.", {},
                         "Restore it from a backup.");
  }
  if (values["kind"] != word_of(kind_)) {
    return kind_ == Kind::kDemo
               ? base::failure(InstallationErrc::kOtherKind,
                               "The data folder " + dir_ + " belongs to a real installation.",
                               "A demo would mix invented reads into it.",
                               "Start it without --demo, or name another folder.")
               : base::failure(
                     InstallationErrc::kOtherKind, "The data folder " + dir_ + " belongs to the demo.",
                     "Its people, plates and reads are invented.",
                     "Start with --demo, or name another folder with --data for a real installation.");
  }
  return {};
}

}  // namespace glasshouse::app
