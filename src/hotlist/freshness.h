// Inside hotlist: how old each list is, whether it still alerts, and whom it is for. Asked for every hit and
// every alert.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/time.h"
#include "hotlist/hotlist.h"

namespace glasshouse::hotlist {

// As of when the list is, and its limits; the state at `now`.
Freshness freshness_of(const Source& source, base::Time as_of, base::Time now);

// Thread-safe.
class ListGates {
 public:
  struct Gate {
    Source source;
    base::Time as_of;
  };
  void set(const std::string& list_id, Gate gate);
  void remove(std::string_view list_id);

  // Notes on the hit how old its list is. False: the list has stopped, and the hit does not count.
  bool passes(Hit& hit, base::Time now) const;

  std::vector<std::string> audience_of(std::string_view list_id) const;
  std::vector<std::string> hidden_from(std::string_view account_id) const;

 private:
  using Gates = std::map<std::string, Gate, std::less<>>;
  std::shared_ptr<const Gates> gates() const;

  mutable std::mutex mutex_;  // held for a pointer's copy only
  std::shared_ptr<const Gates> gates_ = std::make_shared<Gates>();
};

}  // namespace glasshouse::hotlist
