#include "base/time.h"

#include <cstdio>

namespace glasshouse::base {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

// Reads exactly `count` digits at `at`; -1 where there are fewer.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

std::optional<sys_days> parse_date(std::string_view text) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const int y = digits(text, 0, 4), m = digits(text, 5, 2), d = digits(text, 8, 2);
  if (y < 1970 || m < 1 || d < 1) return std::nullopt;
  const year_month_day date{std::chrono::year(y), std::chrono::month(static_cast<unsigned>(m)),
                            std::chrono::day(static_cast<unsigned>(d))};
  if (!date.ok()) return std::nullopt;
  return sys_days(date);
}

}  // namespace

Day day_of(Time t) {
  return Day{static_cast<std::int32_t>(std::chrono::floor<days>(t).time_since_epoch().count())};
}

Time start_of(Day day) {
  return Time(days(day.since_epoch));
}

std::string format_day(Day day) {
  const year_month_day date{sys_days(days(day.since_epoch))};
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

std::optional<Day> parse_day(std::string_view text) {
  if (text.size() != 10) return std::nullopt;
  const auto date = parse_date(text);
  if (!date) return std::nullopt;
  return Day{static_cast<std::int32_t>(date->time_since_epoch().count())};
}

std::string format_rfc3339(Time t) {
  const Day day = day_of(t);
  const long long ms = (t - start_of(day)).count();
  char text[32];
  std::snprintf(text, sizeof text, "T%02lld:%02lld:%02lld.%03lldZ", ms / 3600000, ms / 60000 % 60,
                ms / 1000 % 60, ms % 1000);
  return format_day(day) + text;
}

std::optional<Time> parse_rfc3339(std::string_view text) {
  const auto date = parse_date(text);
  if (!date || text.size() < 20) return std::nullopt;
  if (text[10] != 'T' && text[10] != 't' && text[10] != ' ') return std::nullopt;
  const int h = digits(text, 11, 2), m = digits(text, 14, 2), s = digits(text, 17, 2);
  if (text[13] != ':' || text[16] != ':' || h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 60) {
    return std::nullopt;
  }
  std::size_t at = 19;
  int ms = 0;
  if (text[at] == '.') {
    std::size_t n = 0;
    int scale = 100;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++n) {
      ms += scale * (text[at] - '0');
      scale /= 10;
    }
    if (n == 0 || n > 9) return std::nullopt;
  }
  if (at >= text.size()) return std::nullopt;
  int offset_min = 0;
  if (text[at] == 'Z' || text[at] == 'z') {
    if (at + 1 != text.size()) return std::nullopt;
  } else if (text[at] == '+' || text[at] == '-') {
    const int oh = digits(text, at + 1, 2), om = digits(text, at + 4, 2);
    if (at + 6 != text.size() || text[at + 3] != ':' || oh < 0 || oh > 23 || om < 0 || om > 59) {
      return std::nullopt;
    }
    offset_min = (text[at] == '-' ? -1 : 1) * (oh * 60 + om);
  } else {
    return std::nullopt;
  }
  const auto total = std::chrono::hours(h) + std::chrono::minutes(m - offset_min) + std::chrono::seconds(s);
  return Time(std::chrono::duration_cast<Millis>(date->time_since_epoch() + total)) + Millis(ms);
}

Time SystemClock::now() const {
  return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
}

}  // namespace glasshouse::base
