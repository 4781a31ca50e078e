// A round of work again and again, on a thread of its own, which ends when this is destroyed. What a round
// throws is logged, and the next one comes all the same.
//
//   class Sweeper { …; void sweep(); Rounds rounds_; };
//   rounds_({.name = "sweeper", .pause = [] { return kSweepPeriod; }}, [this] { sweep(); })
//
// It is its owner's last member: it begins when all else is there, and ends first.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

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
  void stop();  // no further round begins; the destructor waits for the one that runs
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

// Rounds for each of several that come to be known, on a thread for each: a slow one holds up nobody else.
// Call from one thread.
class RoundsOfEach {
 public:
  using MakeRound = std::function<std::function<void()>(const std::string& name)>;
  RoundsOfEach(Rounds::Plan plan, MakeRound make) : plan_(std::move(plan)), make_(std::move(make)) {}
  ~RoundsOfEach();
  RoundsOfEach(const RoundsOfEach&) = delete;
  RoundsOfEach& operator=(const RoundsOfEach&) = delete;

  void know(const std::vector<std::string>& names);  // begins those of whom it did not know

 private:
  const Rounds::Plan plan_;
  const MakeRound make_;
  std::map<std::string, std::unique_ptr<Rounds>> each_;
};

}  // namespace glasshouse::app
