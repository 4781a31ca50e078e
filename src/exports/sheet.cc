#include "exports/sheet.h"

#include <cstdio>
#include <cstdlib>

namespace glasshouse::exports {

std::string part_text(const Sheet& sheet) {
  const std::uint64_t rows = sheet.rows.size(), last = sheet.first_row + rows - 1;
  const std::string of = " of " + std::to_string(sheet.total);
  if (sheet.first_row > 1)
    return "reads " + std::to_string(sheet.first_row) + " to " + std::to_string(last) + of;
  return rows < sheet.total ? "the newest " + std::to_string(rows) + of : "all " + std::to_string(rows);
}

std::string vehicles_text(const Sheet& sheet) {
  const std::uint64_t here = sheet.vehicles.size();
  if (here >= sheet.vehicles_found) return "all " + std::to_string(here);
  return "the first " + std::to_string(here) + " of " + std::to_string(sheet.vehicles_found);
}

std::string picture_suffix(const std::string& picture) {
  if (picture.starts_with("\xFF\xD8")) return "jpg";
  return picture.starts_with("age-encryption.org/v1\n") ? "age" : "bin";
}

std::string local_time_text(base::Time time, const base::LocalClock& clock) {
  const base::Millis offset = clock.offset_at(time);
  std::string text = base::format_rfc3339(time + offset).substr(0, 19);
  text[10] = ' ';
  const auto minutes = static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(offset).count());
  char zone[16];
  std::snprintf(zone, sizeof zone, " %c%02d:%02d", minutes < 0 ? '-' : '+', std::abs(minutes) / 60,
                std::abs(minutes) % 60);
  return text + zone;
}

}  // namespace glasshouse::exports
