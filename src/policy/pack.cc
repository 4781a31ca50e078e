// The words of packs: names as the files write them, and as people read them.
#include "policy/pack.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace glasshouse::policy {
namespace {

constexpr std::array<std::string_view, 5> kLevels{"federal", "state", "locality", "agency", "camera"};
constexpr std::array<std::string_view, 4> kDemands{"nothing", "attestation", "order", "never"};
constexpr std::array<std::string_view, 4> kDemandWords{"freely", "with its written declaration",
                                                       "with a warrant or a court order", "never"};
constexpr std::array<std::string_view, 3> kReadStateNames{"unmatched", "hit", "held"};
constexpr std::array<std::string_view, 4> kRecipientKinds{"in-state", "out-of-state", "federal", "private"};
constexpr std::array<std::string_view, 4> kRecipientWords{"agencies of the own state",
                                                          "agencies of other states", "federal agencies",
                                                          "private persons and companies"};
constexpr std::array<std::string_view, 7> kPlaceKinds{
    "court", "food-bank", "health-care", "immigration-facility", "library", "school", "worship"};

constexpr std::array<std::string_view, 14> kHotlistFiles{"amber",
                                                         "canadian",
                                                         "felony",
                                                         "gang-or-terrorist",
                                                         "immigration-violator",
                                                         "missing",
                                                         "protection-order",
                                                         "protective-interest",
                                                         "sex-offender",
                                                         "stolen-plate",
                                                         "stolen-vehicle",
                                                         "supervised-release",
                                                         "violent-person",
                                                         "wanted"};

struct TimeUnit {
  std::int64_t minutes;
  std::string_view one, many;
};
// A month is 30 days and a year 365: the shorter reading.
constexpr std::array kTimeUnits{TimeUnit{365 * kMinutesADay, "year", "years"},
                                TimeUnit{kMinutesADay, "day", "days"}, TimeUnit{60, "hour", "hours"},
                                TimeUnit{1, "minute", "minutes"}};

// The month and day of every year's calendar; February 29 counts as March 1.
base::Day day_in_year(int year, std::string_view month_day) {
  std::string text = std::to_string(year) + "-" + std::string(month_day);
  if (const auto day = base::parse_day(text)) return *day;
  return base::parse_day(std::to_string(year) + "-03-01").value_or(base::Day{});
}

}  // namespace

std::string_view name_of(Level level) {
  return kLevels[static_cast<std::size_t>(level)];
}
std::string_view name_of(Demand demand) {
  return kDemands[static_cast<std::size_t>(demand)];
}
std::string_view sentence_of(Demand demand) {
  return kDemandWords[static_cast<std::size_t>(demand)];
}
std::string_view name_of(ReadState state) {
  return kReadStateNames[static_cast<std::size_t>(state)];
}
std::span<const std::string_view> beneficiary_kinds() {
  return kRecipientKinds;
}
std::span<const std::string_view> place_kinds() {
  return kPlaceKinds;
}

std::span<const std::string_view> hotlist_files() {
  return kHotlistFiles;
}

std::string_view words_of_beneficiaries(std::string_view kind) {
  const auto found = std::find(kRecipientKinds.begin(), kRecipientKinds.end(), kind);
  return found == kRecipientKinds.end()
             ? kind
             : kRecipientWords[static_cast<std::size_t>(found - kRecipientKinds.begin())];
}

std::string words_of_minutes(std::int64_t minutes) {
  for (const TimeUnit& unit : kTimeUnits) {
    if (minutes % unit.minutes != 0) continue;
    const std::int64_t count = minutes / unit.minutes;
    return std::to_string(count) + " " + std::string(count == 1 ? unit.one : unit.many);
  }
  return std::to_string(minutes) + " minutes";
}

std::string words_of_metres(double metres) {
  const auto whole = static_cast<std::int64_t>(std::llround(metres));
  return whole >= 1000 && whole % 1000 == 0 ? std::to_string(whole / 1000) + " km"
                                            : std::to_string(whole) + " m";
}

std::optional<base::Day> next_due(const Duty& duty, base::Day today) {
  const base::Day first = duty.from.value_or(today);
  const base::Day earliest = std::max(first, today);
  if (!duty.due.empty()) {
    int year = 0;
    const std::string text = base::format_day(earliest);
    std::from_chars(text.data(), text.data() + 4, year);
    const base::Day this_year = day_in_year(year, duty.due);
    if (this_year >= earliest) return this_year;
    return day_in_year(year + 1, duty.due);
  }
  if (!duty.from) return std::nullopt;
  const auto step = static_cast<std::int32_t>(duty.every_minutes / kMinutesADay);
  if (first >= today) return first;
  if (step <= 0) return std::nullopt;
  const std::int32_t passed = (today.since_epoch - first.since_epoch + step - 1) / step;
  return base::Day{first.since_epoch + passed * step};
}

}  // namespace glasshouse::policy
