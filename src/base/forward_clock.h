// The machine's clock, but one that never goes back while the program runs: when the machine's clock is set
// back, it goes on from where it was, by the time that passes. Sessions, permits and the days of reads then
// keep their ends.
#pragma once

#include <atomic>
#include <functional>

#include "base/time.h"

namespace glasshouse::base {

// Thread-safe.
class ForwardClock final : public Clock {
 public:
  using Source = std::function<std::int64_t()>;  // ms
  ForwardClock();                                // the machine's
  ForwardClock(Source wall, Source since_start) : wall_(std::move(wall)), steady_(std::move(since_start)) {}

  Time now() const override;
  // How far the machine's clock stands behind this one: nothing unless it was set back.
  Millis behind() const;

 private:
  Source wall_, steady_;
  mutable std::atomic<std::int64_t> lead_{INT64_MIN};  // the most that wall was ahead of steady
};

}  // namespace glasshouse::base
