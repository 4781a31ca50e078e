#include "vault/vault.h"

#include <sys/stat.h>

#include <algorithm>

#include "base/file.h"
#include "base/id.h"
#include "base/log.h"
#include "seal/day_keys.h"
#include "vault/key_files.h"
#include "vault/local_vault.h"

namespace glasshouse::vault {
namespace {

using base::Day;

constexpr const char* kShreddedName = "shredded-before";
constexpr const char* kEndedName = "ended-holds";
constexpr std::uint64_t kMostSmallBytes = 1024;
constexpr std::uint64_t kMostEndedBytes = 16 << 20;  // some 400,000 holds
constexpr std::string_view kKeySuffix = ".key";
constexpr std::string_view kHits = "hits-";

}  // namespace

bool is_hold_name(std::string_view name) {
  return day_of_hits(name) || base::is_id(name, "hold");
}

std::string hits_of(Day day) {
  return std::string(kHits) + base::format_day(day);
}

std::optional<Day> day_of_hits(std::string_view name) {
  if (!name.starts_with(kHits)) return std::nullopt;
  return base::parse_day(name.substr(kHits.size()));
}

base::Result<std::unique_ptr<Vault>> Vault::open(VaultOptions options) {
  return LocalVault::open_folder(std::move(options));
}

base::Result<std::unique_ptr<LocalVault>> LocalVault::open_folder(VaultOptions options) {
  for (const char* part : {"/days", "/holds"}) {
    if (auto made = base::posix_files().make_dirs(options.dir + part); !made)
      return tl::unexpected(made.error());
  }
  for (const char* part : {"", "/days", "/holds"}) ::chmod((options.dir + part).c_str(), 0700);
  auto agency = agency_key_in(options.dir);
  if (!agency) return tl::unexpected(agency.error());
  auto vault = std::make_unique<LocalVault>(std::move(options), std::move(*agency));
  if (auto loaded = vault->load(); !loaded) return tl::unexpected(loaded.error());
  return vault;
}

std::string LocalVault::path_of(Day day) const {
  return options_.dir + "/days/" + base::format_day(day) + std::string(kKeySuffix);
}

std::string LocalVault::path_of_hold(const std::string& name) const {
  return options_.dir + "/holds/" + name + std::string(kKeySuffix);
}

base::Result<void> LocalVault::load() {
  std::lock_guard lock(mutex_);
  if (auto loaded = load_days(); !loaded) return loaded;
  return load_holds();
}

base::Result<void> LocalVault::load_days() {
  base::FileSystem& files = base::posix_files();
  const std::string path = options_.dir + "/" + kShreddedName;
  if (files.exists(path)) {
    const auto text = files.read(path, kMostSmallBytes);
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
    if (!day || name != base::format_day(*day) + std::string(kKeySuffix)) continue;
    if (*day < shredded_before_) {  // brought back by a copy, or left by a stop in the middle of shredding
      if (auto gone = destroy_key(path_of(*day)); !gone) return gone;
      continue;
    }
    auto identity = read_key(path_of(*day), kDayKeyLine);
    if (!identity) return tl::unexpected(identity.error());
    days_.insert_or_assign(*day, std::move(*identity));
  }
  return {};
}

base::Result<void> LocalVault::load_holds() {
  base::FileSystem& files = base::posix_files();
  if (const std::string path = options_.dir + "/" + kEndedName; files.exists(path)) {
    const auto text = files.read(path, kMostEndedBytes);
    if (!text) return tl::unexpected(text.error());
    std::string_view rest = *text;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      if (is_hold_name(rest.substr(0, end))) ended_holds_.emplace(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  const auto names = files.list(options_.dir + "/holds");
  if (!names) return tl::unexpected(names.error());
  for (const std::string& file : *names) {
    if (!file.ends_with(kKeySuffix)) continue;
    const std::string name = file.substr(0, file.size() - kKeySuffix.size());
    if (!is_hold_name(name)) continue;
    if (ended_holds_.contains(name)) {
      if (auto gone = destroy_key(path_of_hold(name)); !gone) return gone;
      continue;
    }
    auto identity = read_key(path_of_hold(name), kHoldKeyLine);
    if (!identity) return tl::unexpected(identity.error());
    holds_.insert_or_assign(name, std::move(*identity));
  }
  return {};
}

std::map<Day, std::string> LocalVault::draft(Day first) {
  std::lock_guard lock(mutex_);
  const std::int32_t last = base::day_of(options_.clock->now()).since_epoch + kDaysAhead;
  first = std::max({first, shredded_before_, Day{last - static_cast<std::int32_t>(seal::kMostDayKeys) + 1}});
  std::map<Day, std::string> missing;
  for (Day day = first; day.since_epoch <= last; ++day.since_epoch) {
    if (days_.contains(day)) continue;
    auto made = drafts_.find(day);
    if (made == drafts_.end()) made = drafts_.emplace(day, crypto::AgeIdentity::generate()).first;
    missing.emplace(day, made->second.recipient());
  }
  return missing;
}

base::Result<void> LocalVault::keep_draft(Day day) {
  const auto made = drafts_.find(day);
  if (auto written = write_key(path_of(day), kDayKeyLine, made->second); !written) return written;
  days_.insert_or_assign(day, std::move(made->second));
  drafts_.erase(made);
  return {};
}

base::Result<void> LocalVault::keep(Day day, const std::string& recipient) {
  std::lock_guard lock(mutex_);
  if (const auto kept = days_.find(day); kept != days_.end() && kept->second.recipient() == recipient)
    return {};
  const auto made = drafts_.find(day);
  if (days_.contains(day) || day < shredded_before_ || made == drafts_.end() ||
      made->second.recipient() != recipient)
    return base::failure(Errc::kBadName, "This key was not kept", "It is no draft of that day");
  return keep_draft(day);
}

// A draft that was not told of is made anew: what was told and not kept names a key that nobody ever used.
base::Result<std::vector<Day>> LocalVault::prepare(Day first, const BeforeUse& tell) {
  std::vector<Day> made;
  for (const auto& [day, recipient] : draft(first)) {
    if (tell) {
      if (auto told = tell(day, recipient); !told) {
        std::lock_guard lock(mutex_);
        drafts_.clear();
        return tl::unexpected(told.error());
      }
    }
    if (auto kept = keep(day, recipient); !kept) return tl::unexpected(kept.error());
    made.push_back(day);
  }
  return made;
}

std::string LocalVault::public_keys(Day first) const {
  std::lock_guard lock(mutex_);
  std::map<Day, std::string> keys;
  for (auto it = days_.lower_bound(first); it != days_.end() && keys.size() < seal::kMostDayKeys; ++it)
    keys[it->first] = it->second.recipient();
  return seal::write_day_keys(keys, agency_);
}

base::Result<std::string> LocalVault::make_hold_key(const std::string& name) {
  if (!is_hold_name(name)) return base::failure(Errc::kBadName, "This is no name of a hold", name);
  std::lock_guard lock(mutex_);
  if (ended_holds_.contains(name))
    return base::failure(Errc::kShredded, "This hold has ended", "Its key was destroyed", "Place a new one");
  if (const auto made = holds_.find(name); made != holds_.end()) return made->second.recipient();
  auto identity = crypto::AgeIdentity::generate();
  if (auto written = write_key(path_of_hold(name), kHoldKeyLine, identity); !written)
    return tl::unexpected(written.error());
  return holds_.emplace(name, std::move(identity)).first->second.recipient();
}

base::Result<void> LocalVault::shred_hold(const std::string& name) {
  if (!is_hold_name(name)) return base::failure(Errc::kBadName, "This is no name of a hold", name);
  std::lock_guard lock(mutex_);
  if (!ended_holds_.contains(name)) {
    std::string text = name + "\n";
    for (const std::string& ended : ended_holds_) text += ended + "\n";
    // First, so that a stop in the middle is finished at the next start.
    auto noted = base::posix_files().write_atomic(options_.dir + "/" + kEndedName, text);
    if (!noted) return noted;
    ended_holds_.insert(name);
  }
  if (auto gone = destroy_key(path_of_hold(name)); !gone) return gone;
  holds_.erase(name);
  return sync_key_folder(options_.dir + "/holds");
}

std::vector<std::string> LocalVault::living_holds() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, identity] : holds_) names.push_back(name);
  return names;
}

base::Result<std::size_t> LocalVault::shred_before(Day first_kept) {
  std::lock_guard lock(mutex_);
  if (first_kept <= shredded_before_) return 0;
  // First, so that a stop in the middle is finished at the next start and no day is made anew.
  auto noted = base::posix_files().write_atomic(options_.dir + "/" + kShreddedName,
                                                base::format_day(first_kept) + "\n");
  if (!noted) return tl::unexpected(noted.error());
  shredded_before_ = first_kept;
  std::size_t shredded = 0;
  while (!days_.empty() && days_.begin()->first < first_kept) {
    if (auto gone = destroy_key(path_of(days_.begin()->first)); !gone) return tl::unexpected(gone.error());
    days_.erase(days_.begin());
    ++shredded;
  }
  if (shredded > 0) {
    if (auto synced = sync_key_folder(options_.dir + "/days"); !synced) return tl::unexpected(synced.error());
    base::log(
        base::Level::kInfo, "vault",
        "destroyed the keys of " + std::to_string(shredded) + " days before " + base::format_day(first_kept));
  }
  return shredded;
}

Day LocalVault::shredded_before() const {
  std::lock_guard lock(mutex_);
  return shredded_before_;
}

std::size_t LocalVault::living() const {
  std::lock_guard lock(mutex_);
  return days_.size();
}

std::vector<Day> LocalVault::living_before(Day day) const {
  std::lock_guard lock(mutex_);
  std::vector<Day> living;
  for (auto it = days_.begin(); it != days_.end() && it->first < day; ++it) living.push_back(it->first);
  return living;
}

}  // namespace glasshouse::vault
