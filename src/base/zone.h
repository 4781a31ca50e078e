// What the clocks of a place show: offsets from UTC out of the system's zone files (TZif, RFC 8536).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace glasshouse::base {

// Local time minus UTC at `at` in "America/New_York". Nothing when the system has no such zone.
std::optional<Millis> zone_offset(std::string_view zone, Time at);

// The same from a file's bytes. Beyond the file's last change its last offset stands.
std::optional<Millis> offset_in_tzif(std::string_view tzif, Time at);

// What clocks on a wall show: those of a zone, which are set forward and back, or a fixed offset from UTC.
class LocalClock {
 public:
  LocalClock(Millis offset = Millis(0)) : offset_(offset) {}  // the same all year
  // `otherwise`: the offset where the system has no such zone.
  static LocalClock of_zone(std::string_view zone, Millis otherwise);

  Millis offset_at(Time utc) const;
  Time local(Time utc) const { return utc + offset_at(utc); }  // to be written as if it were UTC
  // What is shown twice, when clocks go back, is the first; what is never shown is as far behind the change.
  Time utc(Time local) const;

 private:
  Millis offset_;
  std::shared_ptr<const std::string> tzif_;
};

}  // namespace glasshouse::base
