// Permits that were given a moment ago, kept for their short life so that the next page of the same search,
// or the same picture, is answered under the entry that the ledger already holds. Only what was asked in
// exactly the same words by the same session is found again, and the caller lets policy judge it anew.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/time.h"
#include "gate/gate.h"

namespace glasshouse::api {

inline constexpr std::size_t kMostKeptPermits =
    4096;  // some 50 officers paging through 50 pictures, with room

// Thread-safe.
class PermitCache {
 public:
  // Null when there is none or it has run out.
  std::shared_ptr<const gate::Permit> find(const std::string& key, base::Time now);
  std::shared_ptr<const gate::Permit> keep(std::string key, gate::Permit permit);

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const gate::Permit>> permits_;
  std::deque<std::string> order_;  // oldest first
};

std::shared_ptr<PermitCache> make_permit_cache();

}  // namespace glasshouse::api
