// What the keys do: a header for one recipient, a header for a hold, a look at a header.
#include "base/file.h"
#include "vault/key_files.h"
#include "vault/local_vault.h"

namespace glasshouse::vault {
namespace {

using base::Day;
using policy::Action;

// A camera that was offline seals to the last key it knows; further back than this none is looked for.
constexpr int kDaysLookedBack = 40;
constexpr const char* kBackupName = "/backup.key";

tl::unexpected<base::Error> day_is_gone() {
  return base::failure(Errc::kShredded, "The picture cannot be opened any more",
                       "The key of its day was destroyed when its time was over");
}

tl::unexpected<base::Error> no_key_fits() {
  return base::failure(Errc::kCannotOpen, "The picture cannot be opened",
                       "It is sealed to a key that this agency does not have, or has destroyed");
}

tl::unexpected<base::Error> no_such_key(const std::string& name) {
  return base::failure(Errc::kShredded, "There is no key " + name,
                       "It was destroyed when its time was over, or this is another agency's vault");
}

}  // namespace

base::Result<crypto::AgeFileKey> LocalVault::file_key(const SealedRead& read) const {
  if (!read.hold.empty()) {
    const auto hold = holds_.find(read.hold);
    if (hold == holds_.end()) {
      return base::failure(Errc::kShredded, "The picture cannot be opened any more",
                           "Its hold has ended, and the key was destroyed with it");
    }
    return crypto::age_file_key(read.file, hold->second);
  }
  const Day captured = base::day_of(read.captured_at);
  if (captured < shredded_before_) return day_is_gone();
  // The day's own key first; a camera that was offline used one before it.
  for (auto it = days_.upper_bound(captured); it != days_.begin();) {
    --it;
    if (it->first.since_epoch < captured.since_epoch - kDaysLookedBack) break;
    auto key = crypto::age_file_key(read.file, it->second);
    if (key || !key.error().is(crypto::AgeErrc::kNoKey)) return key;
  }
  return no_key_fits();
}

base::Result<std::string> LocalVault::under_header_for(const SealedRead& read,
                                                       const std::string& recipient) const {
  const auto old_header = crypto::age_header_bytes(read.file);
  if (!old_header) return tl::unexpected(old_header.error());
  const auto key = file_key(read);
  if (!key) return tl::unexpected(key.error());
  auto header = crypto::age_header(*key, {recipient});
  if (!header) return header;
  return header->append(read.file.substr(*old_header));
}

base::Result<void> check_permit(const gate::Permit& permit, const SealedRead& read, base::Time now) {
  const bool shows_pictures =
      permit.allows(Action::kViewPicture, now) || permit.allows(Action::kViewAlerts, now) ||
      (permit.allows(Action::kLiveReads, now) && read.captured_at >= permit.granted_at());
  if (!shows_pictures || !permit.covers_read(std::string(read.read_id)) ||
      !permit.covers_camera(std::string(read.camera_id)) || !permit.covers_time(read.captured_at)) {
    return base::failure(Errc::kOutsidePermit, "The picture is not opened", "The permit is not for it");
  }
  return {};
}

base::Result<std::string> LocalVault::open_for(const SealedRead& read, const std::string& recipient) const {
  std::lock_guard lock(mutex_);
  return under_header_for(read, recipient);
}

base::Result<std::string> LocalVault::release(const gate::Permit& permit, const SealedRead& read,
                                              const std::string& recipient) const {
  if (auto covered = check_permit(permit, read, options_.clock->now()); !covered)
    return tl::unexpected(covered.error());
  return open_for(read, recipient);
}

base::Result<void> LocalVault::check_sealed(std::string_view file, Day day) const {
  std::lock_guard lock(mutex_);
  if (day < shredded_before_) return day_is_gone();
  const auto found = days_.find(day);
  if (found == days_.end()) return no_key_fits();
  const auto key = crypto::age_file_key(file, found->second);
  if (!key && key.error().is(crypto::AgeErrc::kNoKey)) return no_key_fits();
  if (!key) return tl::unexpected(key.error());
  return {};
}

base::Result<std::string> LocalVault::rehead_for_hold(const SealedRead& read, const std::string& name) const {
  std::lock_guard lock(mutex_);
  const auto hold = holds_.find(name);
  if (hold == holds_.end())
    return base::failure(Errc::kCannotOpen, "The picture cannot be held", "The hold has no living key");
  return under_header_for(read, hold->second.recipient());
}

base::Result<const crypto::AgeIdentity*> LocalVault::named(const std::string& name, bool may_make) const {
  if (name == kBackupKey) {
    if (backup_) return &*backup_;
    const std::string path = options_.dir + kBackupName;
    if (base::posix_files().exists(path)) {
      auto identity = read_key(path, kBackupKeyLine);
      if (!identity) return tl::unexpected(identity.error());
      backup_ = std::move(*identity);
      return &*backup_;
    }
    if (!may_make) return no_such_key(name);
    auto identity = crypto::AgeIdentity::generate();
    if (auto written = write_key(path, kBackupKeyLine, identity); !written)
      return tl::unexpected(written.error());
    backup_ = std::move(identity);
    return &*backup_;
  }
  if (const auto day = base::parse_day(name)) {
    if (const auto found = days_.find(*day); found != days_.end()) return &found->second;
  } else if (const auto found = holds_.find(name); found != holds_.end()) {
    return &found->second;
  }
  return no_such_key(name);
}

base::Result<std::string> LocalVault::recipient_of(const std::string& name) const {
  std::lock_guard lock(mutex_);
  const auto identity = named(name, true);
  if (!identity) return tl::unexpected(identity.error());
  return (*identity)->recipient();
}

base::Result<crypto::AgeFileKey> LocalVault::part_key(const std::string& name,
                                                      std::string_view header) const {
  std::lock_guard lock(mutex_);
  const auto identity = named(name, false);
  if (!identity) return tl::unexpected(identity.error());
  return crypto::age_file_key(header, **identity);
}

}  // namespace glasshouse::vault
