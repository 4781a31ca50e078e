// Inside vision only: wall time of the stages.
#pragma once

#include <chrono>

namespace glasshouse::vision {

class Stopwatch {
 public:
  // Milliseconds since the last call, or since it was made.
  double lap() {
    const auto now = std::chrono::steady_clock::now();
    const double ms = std::chrono::duration<double, std::milli>(now - last_).count();
    last_ = now;
    return ms;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace glasshouse::vision
