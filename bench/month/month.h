// A month of a town's traffic, made up: the same numbers always give the same month. Its shape is that of the
// workload the read store is measured with: about eight reads a plate string (half of them six or fewer, one
// in ten above eighteen, at most 3,214), vehicles that keep near their home, a busy noon, one read in twenty
// without a plate, and some vehicles that travel together.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reads/store.h"

namespace glasshouse::bench {

struct MonthOptions {
  std::size_t reads = 1'000'000, cameras = 300, days = 30;
  std::int64_t until_ms = 1'795'305'600'000;  // midnight, 2026-11-22
};

struct Vehicle {
  std::uint64_t plate = 0;  // packed
  std::uint8_t color = 0, body = 0, make = 0;
};

struct Passing {
  std::int64_t at_ms = 0;
  std::uint32_t vehicle = 0;  // 0: its plate was not read
  std::uint16_t camera = 0;
};

struct Month {
  MonthOptions options;
  std::int64_t start_ms = 0;
  std::vector<Vehicle> vehicles;       // number 0 stands for "no plate"
  std::vector<Passing> passings;       // in order of time
  std::vector<std::uint32_t> leaders;  // vehicles that others follow

  std::int64_t end_ms() const { return start_ms + static_cast<std::int64_t>(options.days) * 86'400'000; }
};

Month make_month(const MonthOptions& options);

Vehicle looks_of(const Month& month, const Passing& passing);
plate::Plate plate_of(const Month& month, const Passing& passing);
// As its camera would have measured it: near to the same vehicle's others, seen from one of its two sides.
reads::Fingerprint fingerprint_of(const Passing& passing);
reads::Incoming incoming_of(const Month& month, const Passing& passing);

std::string camera_name(std::size_t camera);
const char* color_name(std::size_t color);
const char* body_name(std::size_t body);
const char* make_name(std::size_t make);

// The same numbers on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }
  std::uint64_t below(std::uint64_t n) { return next() % n; }
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }  // [0, 1)

 private:
  std::uint64_t state_;
};

}  // namespace glasshouse::bench
