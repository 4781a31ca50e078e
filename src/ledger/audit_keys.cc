#include "ledger/audit_keys.h"

#include "crypto/crypto.h"
#include "ledger/ledger.h"

namespace glasshouse::ledger {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kFileBytes = 2 * kKeyBytes + 1;  // hex and a line end
constexpr std::size_t kMaxKept = 64;

}  // namespace

std::string AuditKeys::path_of(base::Day day) const {
  return dir_ + "/" + base::format_day(day) + ".key";
}

bool AuditKeys::exists(base::Day day) const {
  return files_.exists(path_of(day));
}

base::Result<std::optional<std::string>> AuditKeys::find(base::Day day) const {
  const std::lock_guard lock(mutex_);
  if (const auto kept = kept_.find(day); kept != kept_.end()) return kept->second;
  auto text = files_.read(path_of(day), kFileBytes);
  if (!text) {
    if (text.error().is(base::FileErrc::kNotFound)) return std::nullopt;
    return base::failure(Errc::kIo, "The ledger's audit key of " + base::format_day(day) + " cannot be read",
                         text.error().why(), text.error().next());
  }
  auto key = crypto::from_hex(std::string_view(*text).substr(0, 2 * kKeyBytes));
  if (!key || text->size() != kFileBytes) {
    return base::failure(Errc::kCorrupt, "The ledger's audit key of " + base::format_day(day) + " is damaged",
                         "its file is not 64 hexadecimal digits and a line end", "Restore it from a backup.");
  }
  crypto::wipe(*text);
  if (kept_.size() >= kMaxKept) kept_.erase(kept_.begin());
  kept_[day] = *key;
  return *key;
}

base::Result<std::string> AuditKeys::find_or_make(base::Day day) {
  auto found = find(day);
  if (!found) return tl::unexpected(found.error());
  if (*found) return **found;
  const std::string key = crypto::random_bytes(kKeyBytes);
  if (auto written = files_.write_atomic(path_of(day), crypto::hex(key) + "\n"); !written) {
    return base::failure(Errc::kIo, "The ledger's audit key of the day cannot be kept",
                         written.error().message(), "Check the disk; nothing is answered until then.");
  }
  const std::lock_guard lock(mutex_);
  if (kept_.size() >= kMaxKept) kept_.erase(kept_.begin());
  kept_[day] = key;
  return key;
}

}  // namespace glasshouse::ledger
