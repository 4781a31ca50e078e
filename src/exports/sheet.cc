#include "exports/sheet.h"

#include <cstdio>
#include <cstdlib>

namespace glasshouse::exports {

std::string picture_suffix(const std::string& picture) {
  if (picture.starts_with("\xFF\xD8")) return "jpg";
  return picture.starts_with("age-encryption.org/v1\n") ? "age" : "bin";
}

std::string local_time_text(base::Time time, base::Millis offset) {
  std::string text = base::format_rfc3339(time + offset).substr(0, 19);
  text[10] = ' ';
  const auto minutes = static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(offset).count());
  char zone[16];
  std::snprintf(zone, sizeof zone, " %c%02d:%02d", minutes < 0 ? '-' : '+', std::abs(minutes) / 60,
                std::abs(minutes) % 60);
  return text + zone;
}

}  // namespace glasshouse::exports
