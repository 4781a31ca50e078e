// A round of work again and again, on a thread of its own, which ends when this is destroyed. What a round
// throws is logged, and the next one comes all the same.
//
//   class Sweeper { …; void sweep(); Rounds rounds_; };     // last: it starts when all else is there, and
//   ends first rounds_({.name = "sweeper", .pause = [] { return kSweepPeriod; }}, [this] { sweep(); })
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/time.h"

namespace glasshouse::app {

class Rounds {
 public:
  struct Plan {
    const char* name;                     // in the log
    std::function<base::Millis()> pause;  // before the next round; asked anew each time
    bool at_once = false;                 // the first round comes without one
  };
  Rounds(Plan plan, std::function<void()> round);
  ~Rounds();
  Rounds(const Rounds&) = delete;
  Rounds& operator=(const Rounds&) = delete;

 private:
  void run();

  const Plan plan_;
  const std::function<void()> round_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace glasshouse::app
