// What runs by the clock beside the requests: idle streams, acts of `admin`, retention, old idempotency keys,
// and the word to open consoles when a camera's state changes.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "api/idempotency.h"
#include "api/live.h"
#include "api/route.h"
#include "app/rounds.h"

namespace glasshouse::app {

inline constexpr std::chrono::seconds kSweepPeriod{5};
inline constexpr std::chrono::seconds kCameraPeriod{30};
inline constexpr std::chrono::hours kRetentionPeriod{1};

// Starts its thread; ends it when destroyed.
class Housekeeping {
 public:
  Housekeeping(api::Services& services, std::string data);

 private:
  void round();
  void sweep();
  void watch_cameras();
  void keep_retention();

  api::Services& services_;
  const std::string data_;
  api::Idempotency once_;
  std::map<std::string, std::string> camera_states_;
  std::chrono::steady_clock::time_point cameras_at_ = std::chrono::steady_clock::now(),
                                        retention_at_ = cameras_at_;
  Rounds rounds_;
};

}  // namespace glasshouse::app
