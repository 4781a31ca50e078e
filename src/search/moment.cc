#include "search/moment.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "search/terms.h"

namespace glasshouse::search {
namespace {

constexpr base::Millis kMinute{60'000};
constexpr base::Millis kHour = 60 * kMinute;
constexpr base::Millis kDay = 24 * kHour;
constexpr int kThursday = 4;  // 1970-01-01; Sunday is 0
constexpr int kMostAgo = 10'000;

constexpr std::array<std::string_view, 7> kWeekdays{"sunday",   "monday", "tuesday", "wednesday",
                                                    "thursday", "friday", "saturday"};

std::optional<int> number(std::string_view text, int most) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > most)
    return std::nullopt;
  return value;
}

// "10pm", "10:30pm": since midnight.
std::optional<base::Millis> time_of_half_day(std::string_view text) {
  const bool pm = text.ends_with("pm");
  text.remove_suffix(2);
  const std::size_t colon = text.find(':');
  const auto hour = number(text.substr(0, colon), 12);
  const auto minute = colon == std::string_view::npos ? std::optional<int>(0)
                      : text.size() - colon == 3      ? number(text.substr(colon + 1), 59)
                                                      : std::nullopt;
  if (!hour || *hour == 0 || !minute) return std::nullopt;
  return (*hour % 12 + (pm ? 12 : 0)) * kHour + *minute * kMinute;
}

// "22:00", "7:05:30", "10pm": since midnight.
std::optional<base::Millis> time_of_day(std::string_view text) {
  if (text.ends_with("am") || text.ends_with("pm")) return time_of_half_day(text);
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon > 2) return std::nullopt;
  const auto hour = number(text.substr(0, colon), 23);
  std::string_view rest = text.substr(colon + 1);
  if (rest.size() != 2 && !(rest.size() == 5 && rest[2] == ':')) return std::nullopt;
  const auto minute = number(rest.substr(0, 2), 59);
  const auto second = rest.size() == 5 ? number(rest.substr(3), 59) : std::optional<int>(0);
  if (!hour || !minute || !second) return std::nullopt;
  return *hour * kHour + *minute * kMinute + base::Millis(*second * 1000);
}

// "2h", "90min", "3d".
std::optional<base::Millis> span(std::string_view text) {
  const std::size_t unit_at = text.find_first_not_of("0123456789");
  if (unit_at == 0 || unit_at == std::string_view::npos) return std::nullopt;
  const auto count = number(text.substr(0, unit_at), kMostAgo);
  const std::string_view unit = text.substr(unit_at);
  if (!count) return std::nullopt;
  if (unit == "min" || unit == "m") return *count * kMinute;
  if (unit == "h") return *count * kHour;
  if (unit == "d") return *count * kDay;
  return std::nullopt;
}

// "11/20/2026", "11/20": month, day, year; without one the last such day.
std::optional<base::Time> day_in_numbers(std::string_view name, base::Time today) {
  const std::size_t first = name.find('/');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = name.find('/', first + 1);
  const auto month = number(name.substr(0, first), 12);
  const auto day =
      number(name.substr(first + 1, second == std::string_view::npos ? second : second - first - 1), 31);
  const std::string this_year = base::format_day(base::day_of(today)).substr(0, 4);
  auto year =
      second == std::string_view::npos ? number(this_year, 9999) : number(name.substr(second + 1), 9999);
  if (!month || !day || !year) return std::nullopt;
  if (*year < 100) *year += 2000;
  const auto named = [&](int in) {
    const auto found = base::parse_day(fmt::format("{:04}-{:02}-{:02}", in, *month, *day));
    return found ? std::optional(base::start_of(*found)) : std::nullopt;
  };
  const auto found = named(*year);
  return second == std::string_view::npos && found && *found > today ? named(*year - 1) : found;
}

// The midnight (local) that a day's name means.
std::optional<base::Time> day_named(std::string_view name, base::Time today) {
  if (name == "today") return today;
  if (name == "yesterday") return today - kDay;
  if (const auto day = base::parse_day(name)) return base::start_of(*day);
  if (const auto day = day_in_numbers(name, today)) return day;
  if (name.size() < 3) return std::nullopt;
  for (std::size_t i = 0; i < kWeekdays.size(); ++i) {
    if (!kWeekdays[i].starts_with(name)) continue;
    const int weekday = ((base::day_of(today).since_epoch + kThursday) % 7 + 7) % 7;
    return today - ((weekday - static_cast<int>(i) + 7) % 7) * kDay;
  }
  return std::nullopt;
}

}  // namespace

std::optional<base::Time> moment_of(std::string_view written, const Surroundings& around, bool is_end,
                                    std::optional<base::Time> after) {
  std::string text = lower(written);
  if (text.ends_with(" am") || text.ends_with(" pm")) text.erase(text.size() - 3, 1);
  if (text == "now") return around.now;
  if (const auto ago = span(text)) return around.now - *ago;
  if (const auto exact = base::parse_rfc3339(written)) return exact;
  // From here on all is local.
  const base::Time now = around.clock.local(around.now);
  const base::Time today = base::start_of(base::day_of(now));
  const auto utc = [&](base::Time local) { return around.clock.utc(local); };
  if (const auto of_day = time_of_day(text)) {
    if (is_end && after) {
      const base::Time start = around.clock.local(*after);
      const base::Time same_day = base::start_of(base::day_of(start)) + *of_day;
      return utc(same_day > start ? same_day : same_day + kDay);
    }
    return utc(today + *of_day <= now ? today + *of_day : today + *of_day - kDay);
  }
  const std::size_t space = text.find(' ');
  const auto day = day_named(std::string_view(text).substr(0, space), today);
  if (!day) return std::nullopt;
  if (space == std::string::npos) return utc(is_end ? *day + kDay : *day);
  const auto of_day = time_of_day(std::string_view(text).substr(space + 1));
  if (!of_day) return std::nullopt;
  // A weekday is one that has been: on a Friday morning, Friday 22:00 was a week ago.
  const std::string_view name = std::string_view(text).substr(0, space);
  const bool weekday = name != "today" && name != "yesterday" && name[0] >= 'a' && name[0] <= 'z';
  const bool weekday_to_come = weekday && *day + *of_day > now;
  return utc(*day + *of_day - (weekday_to_come ? 7 * kDay : base::Millis(0)));
}

std::string text_of(base::Time moment, const Surroundings& around) {
  if (base::to_ms(moment) % 1000 != 0) return base::format_rfc3339(moment);
  const std::string local = base::format_rfc3339(around.clock.local(moment));
  const bool seconds = local.substr(17, 2) != "00";
  return local.substr(0, 10) + " " + local.substr(11, seconds ? 8 : 5);
}

}  // namespace glasshouse::search
