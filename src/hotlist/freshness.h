// Inside hotlist: how old each list is, whether it still alerts, and whom it is for. Asked for every hit and
// every alert.
#pragma once

#include <functional>
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
    std::optional<Origin> origin;
  };
  using Judge = std::function<bool(const Origin&, const Wanted&)>;
  void set(const std::string& list_id, Gate gate);
  void remove(std::string_view list_id);

  // Notes on the hit how old its list is and whose. False: the list has stopped, or is another agency's and
  // may not hit here; the hit does not count.
  bool passes(Hit& hit, const Wanted& wanted, base::Time now) const;
  void judge_peers(Judge judge) { judge_ = std::move(judge); }  // before the first match

  std::vector<std::string> audience_of(std::string_view list_id) const;
  std::vector<std::pair<std::string, Origin>> origins() const;
  std::vector<std::string> hidden_from(std::string_view account_id) const;

 private:
  using Gates = std::map<std::string, Gate, std::less<>>;
  std::shared_ptr<const Gates> gates() const;

  Judge judge_;
  mutable std::mutex mutex_;  // held for a pointer's copy only
  std::shared_ptr<const Gates> gates_ = std::make_shared<Gates>();
};

}  // namespace glasshouse::hotlist
