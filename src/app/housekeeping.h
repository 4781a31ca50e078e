// What runs by the clock beside the requests: idle streams, acts of `admin`, retention, old idempotency keys,
// and the word to open consoles when a camera's state changes.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "api/idempotency.h"
#include "api/live.h"
#include "api/route.h"

namespace glasshouse::app {

inline constexpr std::chrono::seconds kSweepPeriod{5};
inline constexpr std::chrono::seconds kCameraPeriod{30};
inline constexpr std::chrono::hours kRetentionPeriod{1};

// Starts its thread; ends it when destroyed.
class Housekeeping {
 public:
  Housekeeping(api::Services& services, std::string data);
  ~Housekeeping();
  Housekeeping(const Housekeeping&) = delete;
  Housekeeping& operator=(const Housekeeping&) = delete;

 private:
  void run();
  void sweep();
  void watch_cameras();
  void keep_retention();

  api::Services& services_;
  const std::string data_;
  api::Idempotency once_;
  std::map<std::string, std::string> camera_states_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace glasshouse::app
