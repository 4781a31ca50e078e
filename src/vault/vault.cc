#include "vault/vault.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/file.h"
#include "base/log.h"
#include "seal/day_keys.h"

namespace glasshouse::vault {
namespace {

using base::Day;
using policy::Action;

constexpr std::string_view kKeyLine = "glasshouse-day-key 1 ";
constexpr std::uint64_t kMostFileBytes = 1024;
constexpr const char* kShreddedName = "shredded-before";
constexpr const char* kAgencyName = "agency.key";
// A camera that was offline seals to the last key it knows; further back than this none is looked for.
constexpr int kDaysLookedBack = 40;

tl::unexpected<base::Error> cannot(const std::string& what) {
  return base::failure(Errc::kIo, what, std::strerror(errno),
                       "Check the disk and the rights of the vault's folder");
}

base::Result<void> sync_dir(const std::string& dir) {
  const int fd = ::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!synced) return cannot("The vault's folder could not be synced");
  return {};
}

// A copy may stay in what the disk keeps besides (a journal, worn flash cells): docs/formats/vault.md says
// so.
base::Result<void> overwrite_and_remove(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) {
    if (errno == ENOENT) return {};
    return cannot("A day's key could not be destroyed");
  }
  struct stat info {};
  bool fine = ::fstat(fd, &info) == 0;
  const std::string noise = crypto::random_bytes(fine ? static_cast<std::size_t>(info.st_size) : 0);
  fine = fine && ::pwrite(fd, noise.data(), noise.size(), 0) == static_cast<ssize_t>(noise.size()) &&
         ::fsync(fd) == 0;
  ::close(fd);
  if (!fine || ::unlink(path.c_str()) != 0) return cannot("A day's key could not be destroyed");
  return {};
}

base::Result<crypto::SigningKey> agency_key_in(const std::string& dir) {
  base::FileSystem& files = base::posix_files();
  const std::string path = dir + "/" + kAgencyName;
  if (!files.exists(path)) {
    auto key = crypto::SigningKey::generate();
    std::string seed = key.seed();
    auto written = files.write_atomic(path, crypto::hex(seed) + "\n");
    crypto::wipe(seed);
    if (!written) return tl::unexpected(written.error());
    ::chmod(path.c_str(), 0600);
    return key;
  }
  auto text = files.read(path, kMostFileBytes);
  if (!text) return tl::unexpected(text.error());
  auto seed = crypto::from_hex(std::string_view(*text).substr(0, text->find('\n')));
  crypto::wipe(*text);
  if (!seed || seed->size() != 32) {
    return base::failure(Errc::kDamaged, "The agency's key cannot be understood",
                         "The file agency.key was changed", "Restore the vault's folder from its own copy");
  }
  auto key = crypto::SigningKey::from_seed(*seed);
  crypto::wipe(*seed);
  return key;
}

}  // namespace

base::Result<std::unique_ptr<Vault>> Vault::open(VaultOptions options) {
  if (auto made = base::posix_files().make_dirs(options.dir + "/days"); !made)
    return tl::unexpected(made.error());
  for (const char* part : {"", "/days"}) ::chmod((options.dir + part).c_str(), 0700);
  auto agency = agency_key_in(options.dir);
  if (!agency) return tl::unexpected(agency.error());
  std::unique_ptr<Vault> vault(new Vault(std::move(options), std::move(*agency)));
  if (auto loaded = vault->load(); !loaded) return tl::unexpected(loaded.error());
  return vault;
}

std::string Vault::path_of(Day day) const {
  return options_.dir + "/days/" + base::format_day(day) + ".key";
}

base::Result<void> Vault::load() {
  base::FileSystem& files = base::posix_files();
  const std::string path = options_.dir + "/" + kShreddedName;
  if (files.exists(path)) {
    const auto text = files.read(path, kMostFileBytes);
    if (!text) return tl::unexpected(text.error());
    const auto day = base::parse_day(std::string_view(*text).substr(0, text->find('\n')));
    if (!day)
      return base::failure(Errc::kDamaged, "The vault cannot be understood", "shredded-before names no day");
    shredded_before_ = *day;
  }
  const auto names = files.list(options_.dir + "/days");
  if (!names) return tl::unexpected(names.error());
  for (const std::string& name : *names) {
    const auto day = base::parse_day(name.substr(0, name.find('.')));
    if (!day || name != base::format_day(*day) + ".key") continue;
    if (*day < shredded_before_) {  // brought back by a copy, or left by a stop in the middle of shredding
      if (auto gone = overwrite_and_remove(path_of(*day)); !gone) return gone;
      continue;
    }
    auto text = files.read(path_of(*day), kMostFileBytes);
    if (!text) return tl::unexpected(text.error());
    const std::string_view line = std::string_view(*text).substr(0, text->find('\n'));
    auto identity = line.starts_with(kKeyLine) ? crypto::AgeIdentity::from_text(line.substr(kKeyLine.size()))
                                               : crypto::AgeIdentity::from_text("");
    crypto::wipe(*text);
    if (!identity) {
      return base::failure(Errc::kDamaged, "The key of " + base::format_day(*day) + " cannot be understood",
                           "Its file was changed",
                           "Restore the vault's folder from its own copy, or remove the file: "
                           "that day's pictures are lost then");
    }
    days_.insert_or_assign(*day, std::move(*identity));
  }
  return {};
}

base::Result<void> Vault::make(Day day, const BeforeUse& tell) {
  auto identity = crypto::AgeIdentity::generate();
  if (tell) {
    if (auto told = tell(day, identity.recipient()); !told) return told;
  }
  std::string text = std::string(kKeyLine) + identity.text() + "\n";
  auto written = base::posix_files().write_atomic(path_of(day), text);
  crypto::wipe(text);
  if (!written) return written;
  ::chmod(path_of(day).c_str(), 0600);
  days_.insert_or_assign(day, std::move(identity));
  return {};
}

base::Result<std::vector<Day>> Vault::prepare(Day first, const BeforeUse& tell) {
  std::lock_guard lock(mutex_);
  std::vector<Day> made;
  const std::int32_t last = base::day_of(options_.clock->now()).since_epoch + kDaysAhead;
  first = std::max({first, shredded_before_, Day{last - static_cast<std::int32_t>(seal::kMostDayKeys) + 1}});
  for (Day day = first; day.since_epoch <= last; ++day.since_epoch) {
    if (days_.contains(day)) continue;
    if (auto done = make(day, tell); !done) return tl::unexpected(done.error());
    made.push_back(day);
  }
  return made;
}

std::string Vault::public_keys(Day first) const {
  std::lock_guard lock(mutex_);
  std::map<Day, std::string> keys;
  for (auto it = days_.lower_bound(first); it != days_.end() && keys.size() < seal::kMostDayKeys; ++it)
    keys[it->first] = it->second.recipient();
  return seal::write_day_keys(keys, agency_);
}

// Under the mutex.
base::Result<crypto::AgeFileKey> Vault::file_key(const SealedRead& read) const {
  const Day captured = base::day_of(read.captured_at);
  if (captured < shredded_before_) {
    return base::failure(Errc::kShredded, "The picture cannot be opened any more",
                         "The key of its day was destroyed when its time was over");
  }
  // The day's own key first; a camera that was offline used one before it.
  for (auto it = days_.upper_bound(captured); it != days_.begin();) {
    --it;
    if (it->first.since_epoch < captured.since_epoch - kDaysLookedBack) break;
    auto key = crypto::age_file_key(read.file, it->second);
    if (key || !key.error().is(crypto::AgeErrc::kNoKey)) return key;
  }
  return base::failure(Errc::kCannotOpen, "The picture cannot be opened",
                       "It is sealed to a key that this agency does not have, or has destroyed");
}

base::Result<std::string> Vault::under_header_for(const SealedRead& read,
                                                  const std::string& recipient) const {
  const auto old_header = crypto::age_header_bytes(read.file);
  if (!old_header) return tl::unexpected(old_header.error());
  std::lock_guard lock(mutex_);
  const auto key = file_key(read);
  if (!key) return tl::unexpected(key.error());
  auto header = crypto::age_header(*key, {recipient});
  if (!header) return header;
  return header->append(read.file.substr(*old_header));
}

base::Result<std::string> Vault::release(const gate::Permit& permit, const SealedRead& read,
                                         const std::string& recipient) const {
  const base::Time now = options_.clock->now();
  const bool shows_pictures =
      permit.allows(Action::kViewPicture, now) || permit.allows(Action::kViewAlerts, now) ||
      (permit.allows(Action::kLiveReads, now) && read.captured_at >= permit.granted_at());
  if (!shows_pictures || !permit.covers_read(std::string(read.read_id)) ||
      !permit.covers_camera(std::string(read.camera_id)) || !permit.covers_time(read.captured_at)) {
    return base::failure(Errc::kOutsidePermit, "The picture is not opened", "The permit is not for it");
  }
  return under_header_for(read, recipient);
}

base::Result<std::string> Vault::rehead_for_hold(const SealedRead& read,
                                                 const std::string& case_recipient) const {
  return under_header_for(read, case_recipient);
}

base::Result<std::size_t> Vault::shred_before(Day first_kept) {
  std::lock_guard lock(mutex_);
  if (first_kept <= shredded_before_) return 0;
  // First, so that a stop in the middle is finished at the next start and no day is made anew.
  auto noted = base::posix_files().write_atomic(options_.dir + "/" + kShreddedName,
                                                base::format_day(first_kept) + "\n");
  if (!noted) return tl::unexpected(noted.error());
  shredded_before_ = first_kept;
  std::size_t shredded = 0;
  while (!days_.empty() && days_.begin()->first < first_kept) {
    if (auto gone = overwrite_and_remove(path_of(days_.begin()->first)); !gone)
      return tl::unexpected(gone.error());
    days_.erase(days_.begin());
    ++shredded;
  }
  if (shredded > 0) {
    if (auto synced = sync_dir(options_.dir + "/days"); !synced) return tl::unexpected(synced.error());
    base::log(
        base::Level::kInfo, "vault",
        "destroyed the keys of " + std::to_string(shredded) + " days before " + base::format_day(first_kept));
  }
  return shredded;
}

std::size_t Vault::living() const {
  std::lock_guard lock(mutex_);
  return days_.size();
}

std::vector<Day> Vault::living_before(Day day) const {
  std::lock_guard lock(mutex_);
  std::vector<Day> days;
  for (auto it = days_.begin(); it != days_.end() && it->first < day; ++it) days.push_back(it->first);
  return days;
}

}  // namespace glasshouse::vault
