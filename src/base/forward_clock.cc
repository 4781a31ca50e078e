#include "base/forward_clock.h"

namespace glasshouse::base {

ForwardClock::ForwardClock()
    : ForwardClock(
          [] { return to_ms(SystemClock().now()); },
          [] {
            return std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now().time_since_epoch())
                .count();
          }) {}

Time ForwardClock::now() const {
  const std::int64_t steady = steady_(), lead = wall_() - steady;
  std::int64_t most = lead_.load();
  while (lead > most && !lead_.compare_exchange_weak(most, lead)) {
  }
  return from_ms(steady + std::max(lead, most));
}

Millis ForwardClock::behind() const {
  const Time mine = now();
  return std::max(Millis{0}, mine - from_ms(wall_()));
}

}  // namespace glasshouse::base
