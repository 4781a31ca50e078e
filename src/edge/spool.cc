#include "edge/spool.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "base/id.h"
#include "base/log.h"
#include "crypto/crypto.h"

namespace glasshouse::edge {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "glasshouse-spool 1 ";
constexpr std::size_t kHashChars = 64;
constexpr std::string_view kSuffix = ".json";
constexpr std::size_t kMaxSetAside = 1000;

std::string hash_of(std::string_view id, std::string_view text) {
  return crypto::sha256_hex(std::string(id) + "\n" + std::string(text));
}

std::optional<std::string> id_of_name(const std::string& name) {
  if (!name.ends_with(kSuffix)) return std::nullopt;
  std::string id = name.substr(0, name.size() - kSuffix.size());
  if (!base::is_id(id, "read")) return std::nullopt;
  return id;
}

}  // namespace

std::string pack_spooled(std::string_view id, std::string_view text) {
  return std::string(kMagic) + hash_of(id, text) + "\n" + std::string(text);
}

base::Result<std::string> unpack_spooled(std::string_view id, std::string_view bytes) {
  const std::size_t head = kMagic.size() + kHashChars + 1;
  if (bytes.size() <= head || !bytes.starts_with(kMagic) || bytes[head - 1] != '\n') {
    return base::failure(Errc::kSpoolDamaged, "The file is no spooled read");
  }
  const std::string_view text = bytes.substr(head);
  if (bytes.substr(kMagic.size(), kHashChars) != hash_of(id, text)) {
    return base::failure(Errc::kSpoolDamaged, "The spooled read does not fit its checksum");
  }
  return std::string(text);
}

base::Result<std::unique_ptr<Spool>> Spool::open(SpoolOptions options) {
  if (auto made = options.files->make_dirs(options.dir); !made) return tl::unexpected(made.error());
  std::unique_ptr<Spool> spool(new Spool(std::move(options)));
  const std::string lock_path = spool->options_.dir + "/lock";
  spool->lock_fd_ = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (spool->lock_fd_ < 0) {
    return base::failure(Errc::kSpoolIo, "The spool folder cannot be used", "Its lock file cannot be opened",
                         "Choose a folder that this user may write to with --spool.");
  }
  if (::flock(spool->lock_fd_, LOCK_EX | LOCK_NB) != 0) {
    return base::failure(Errc::kSpoolBusy, "The spool folder is in use", "Another camera process has it",
                         "Stop that one, or give this one a folder of its own with --spool.");
  }
  std::error_code ignored;
  for (const auto& file : fs::directory_iterator(spool->options_.dir, ignored)) {
    // What a crash left half-written was never promised to anybody.
    if (file.path().filename().string().find(".json.tmp") != std::string::npos)
      fs::remove(file.path(), ignored);
  }
  spool->rescan();
  return spool;
}

Spool::~Spool() {
  if (lock_fd_ >= 0) ::close(lock_fd_);
}

void Spool::rescan() {
  std::error_code error;
  std::lock_guard lock(mutex_);
  for (const auto& file : fs::directory_iterator(options_.dir, error)) {
    const auto id = id_of_name(file.path().filename().string());
    if (!id || files_.contains(*id)) continue;
    std::error_code gone;
    const auto bytes = file.file_size(gone);
    if (gone) continue;
    files_[*id] = bytes;
    bytes_ += bytes;
  }
}

// Under the mutex.
void Spool::make_room(std::uint64_t bytes, std::size_t reads) {
  const std::uint64_t before = dropped_;
  while (!files_.empty() &&
         (bytes_ + bytes > options_.max_bytes || files_.size() + reads > options_.max_reads)) {
    const auto oldest = files_.begin();
    std::error_code ignored;
    fs::remove(path_of(oldest->first), ignored);
    bytes_ -= oldest->second;
    files_.erase(oldest);
    ++dropped_;
  }
  if (dropped_ != before) {
    base::log(
        base::Level::kError, "edge",
        "the spool is full: " + std::to_string(dropped_) + " oldest reads were given up since the start");
  }
}

base::Result<void> Spool::put(const std::string& id, std::string_view text) {
  const std::string bytes = pack_spooled(id, text);
  if (!base::is_id(id, "read") || bytes.size() > kMaxSpoolFile) {
    return base::failure(Errc::kSpoolIo, "The read cannot be spooled", "It has no proper id or is too large");
  }
  {
    std::lock_guard lock(mutex_);
    make_room(bytes.size(), 1);
  }
  auto written = options_.files->write_atomic(path_of(id), bytes);
  if (!written && written.error().is(base::FileErrc::kNoSpace)) {
    std::lock_guard lock(mutex_);
    const std::uint64_t most = options_.max_bytes;
    options_.max_bytes = bytes_;  // the oldest make room for this one, and no more
    make_room(bytes.size(), 1);
    options_.max_bytes = most;
    written = options_.files->write_atomic(path_of(id), bytes);
  }
  if (!written) return written;
  {
    std::lock_guard lock(mutex_);
    std::uint64_t& known = files_[id];
    bytes_ += bytes.size() - known;
    known = bytes.size();
  }
  changed_.notify_all();
  return {};
}

std::vector<Spooled> Spool::oldest(std::size_t most, std::uint64_t max_bytes) {
  std::vector<std::string> ids;
  {
    std::lock_guard lock(mutex_);
    std::uint64_t sum = 0;
    for (const auto& [id, bytes] : files_) {
      if (ids.size() >= most || (!ids.empty() && sum + bytes > max_bytes)) break;
      sum += bytes;
      ids.push_back(id);
    }
  }
  std::vector<Spooled> reads;
  for (const std::string& id : ids) {
    auto bytes = options_.files->read(path_of(id), kMaxSpoolFile);
    auto text = bytes ? unpack_spooled(id, *bytes) : base::Result<std::string>(tl::unexpected(bytes.error()));
    if (text) {
      reads.push_back({id, std::move(*text)});
    } else if (text.error().is(base::FileErrc::kNotFound)) {
      remove({id});
    } else {
      base::log(base::Level::kError, "edge", "spooled read " + id + " was set aside: " + text.error().what());
      move_to("damaged", id);
    }
  }
  return reads;
}

void Spool::remove(const std::vector<std::string>& ids) {
  std::lock_guard lock(mutex_);
  for (const std::string& id : ids) {
    const auto found = files_.find(id);
    if (found == files_.end()) continue;
    // Not synced: a read that comes back after a crash is sent again, and the server knows it.
    std::error_code ignored;
    fs::remove(path_of(id), ignored);
    bytes_ -= found->second;
    files_.erase(found);
  }
}

void Spool::move_to(const std::string& folder, const std::string& id) {
  std::lock_guard lock(mutex_);
  const auto found = files_.find(id);
  if (found == files_.end()) return;
  std::error_code error;
  const fs::path dir = fs::path(options_.dir) / folder;
  fs::create_directories(dir, error);
  if (set_aside_ < kMaxSetAside) fs::rename(path_of(id), dir / (id + std::string(kSuffix)), error);
  if (set_aside_ >= kMaxSetAside || error) fs::remove(path_of(id), error);
  ++set_aside_;
  bytes_ -= found->second;
  files_.erase(found);
}

void Spool::set_aside_refused(const std::string& id) {
  move_to("refused", id);
}

void Spool::wait(base::Millis most) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, most, [&] { return woken_ || !files_.empty(); });
  woken_ = false;
}

void Spool::wake() {
  {
    std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

std::size_t Spool::size() const {
  std::lock_guard lock(mutex_);
  return files_.size();
}
std::uint64_t Spool::dropped() const {
  std::lock_guard lock(mutex_);
  return dropped_;
}
std::uint64_t Spool::set_aside() const {
  std::lock_guard lock(mutex_);
  return set_aside_;
}

}  // namespace glasshouse::edge
