// An id that follows from what it names, so that the same thing told twice has one: the time as in any id,
// and ten bytes of a digest where others have randomness.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

namespace glasshouse::base {

// digest: at least ten bytes; more are not looked at.
std::string derived_id(std::string_view prefix, Time at, std::string_view digest);

}  // namespace glasshouse::base
