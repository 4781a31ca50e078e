// Inside alerts: which alert the newest reads of a wanted vehicle belong to, so that one passing is one
// alert.
#pragma once

#include <compare>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "base/time.h"
#include "plate/plate.h"

namespace glasshouse::alerts {

// How far from the first read of a passing another one may be taken: a vehicle waits at a light, or turns.
inline constexpr base::Millis kPassingWindow{2 * 60 * 1000};
inline constexpr std::size_t kMaxPassings = 4096;  // beyond it the oldest are forgotten

// In memory only: read plates must not outlive retention. After a restart a passing begins anew, and an alert
// is raised once more rather than once too little. Not thread-safe.
class RecentPassings {
 public:
  struct Passing {
    std::string camera_id, entry_id;
    plate::Plate plate;           // as read: one entry can be hit by several vehicles
    bool region_differs = false;  // the same text from another state is another vehicle
    auto operator<=>(const Passing&) const = default;
  };

  std::optional<std::string> alert_of(const Passing& passing, base::Time captured_at) const;
  void begin(const Passing& passing, base::Time captured_at, std::string alert_id);

 private:
  struct Begun {
    base::Time first_at;
    std::string alert_id;
  };
  std::map<Passing, Begun> begun_;
  std::deque<Passing> order_;  // as they were first begun
};

}  // namespace glasshouse::alerts
