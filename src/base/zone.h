// What the clocks of a place show: offsets from UTC out of the system's zone files (TZif, RFC 8536).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace glasshouse::base {

// Local time minus UTC at `at` in "America/New_York". Nothing when the system has no such zone.
std::optional<Millis> zone_offset(std::string_view zone, Time at);

// The same from a file's bytes. Beyond the file's last change its last offset stands.
std::optional<Millis> offset_in_tzif(std::string_view tzif, Time at);

}  // namespace glasshouse::base
