// Instants are UTC milliseconds. Text is RFC 3339 with milliseconds and offset: 2026-11-22T13:25:54.123Z.
// Code that needs "now" takes a Clock, so that a test can set it.
#pragma once

#include <atomic>
#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace glasshouse::base {

using Millis = std::chrono::milliseconds;
using Time = std::chrono::time_point<std::chrono::system_clock, Millis>;

// A UTC calendar day, counted from 1970-01-01. Read files and retention are by this day.
struct Day {
  std::int32_t since_epoch = 0;
  auto operator<=>(const Day&) const = default;
};
// clang-format off
inline std::int64_t to_ms(Time t) { return t.time_since_epoch().count(); }
inline Time from_ms(std::int64_t ms) { return Time(Millis(ms)); }
// clang-format on
Day day_of(Time t);
Time start_of(Day day);  // midnight UTC

std::string format_rfc3339(Time t);                        // 2026-11-22T13:25:54.123Z
std::optional<Time> parse_rfc3339(std::string_view text);  // any offset; years 1970..9999
std::string format_day(Day day);                           // 2026-11-22
std::optional<Day> parse_day(std::string_view text);

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

// The machine's clock. Thread-safe.
class SystemClock final : public Clock {
 public:
  Time now() const override;
};

// A clock that stands still until told. Thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start) : ms_(to_ms(start)) {}
  Time now() const override { return from_ms(ms_.load()); }
  void set(Time t) { ms_.store(to_ms(t)); }
  void advance(Millis by) { ms_.fetch_add(by.count()); }

 private:
  std::atomic<std::int64_t> ms_;
};

}  // namespace glasshouse::base
