#include "api/permit_cache.h"

#include <utility>

namespace glasshouse::api {

std::shared_ptr<const gate::Permit> PermitCache::find(const std::string& key, base::Time now) {
  std::lock_guard lock(mutex_);
  const auto found = permits_.find(key);
  if (found == permits_.end()) return nullptr;
  return now < found->second->expires_at() ? found->second : nullptr;
}

std::shared_ptr<const gate::Permit> PermitCache::keep(std::string key, gate::Permit permit) {
  auto kept = std::make_shared<const gate::Permit>(std::move(permit));
  std::lock_guard lock(mutex_);
  if (!permits_.contains(key)) order_.push_back(key);
  permits_[std::move(key)] = kept;
  while (order_.size() > kMostKeptPermits) {
    permits_.erase(order_.front());
    order_.pop_front();
  }
  return kept;
}

std::shared_ptr<PermitCache> make_permit_cache() {
  return std::make_shared<PermitCache>();
}

}  // namespace glasshouse::api
