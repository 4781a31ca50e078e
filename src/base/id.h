// Identifiers: 128 bits, the first 48 the creation time in milliseconds, the rest from the kernel's
// random source; written as a short prefix and 26 characters of Crockford base 32 ("cam_01j9…").
// They sort by creation time and never repeat; they are names, not secrets (secrets come from crypto).
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

namespace glasshouse::base {

// prefix: 2..5 lower-case letters, e.g. "case", "cam", "read".
std::string new_id(std::string_view prefix, Time now);

// Whether text is `prefix_` followed by 26 Crockford characters (lower case).
bool is_id(std::string_view text, std::string_view prefix);

}  // namespace glasshouse::base
