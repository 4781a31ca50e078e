#include "accounts/throttle.h"

namespace glasshouse::accounts {

void AddressThrottle::drop_old(std::deque<base::Time>& failures, base::Time now) {
  while (!failures.empty() && failures.front() + kAddressWindow <= now) failures.pop_front();
}

bool AddressThrottle::is_open(std::string_view address, base::Time now) {
  std::lock_guard lock(mutex_);
  const auto found = failures_.find(std::string(address));
  if (found == failures_.end()) return true;
  drop_old(found->second, now);
  if (!found->second.empty()) return found->second.size() < kMaxAddressFailures;
  failures_.erase(found);
  return true;
}

void AddressThrottle::note_failure(std::string_view address, base::Time now) {
  std::lock_guard lock(mutex_);
  if (failures_.size() >= kMaxAddresses) {
    for (auto it = failures_.begin(); it != failures_.end();) {
      drop_old(it->second, now);
      it = it->second.empty() ? failures_.erase(it) : std::next(it);
    }
    if (failures_.size() >= kMaxAddresses) failures_.clear();
  }
  auto& failures = failures_[std::string(address)];
  if (failures.size() < kMaxAddressFailures) failures.push_back(now);
}

}  // namespace glasshouse::accounts
