// The agency's settings, and figures that name nobody.
#pragma once

#include <span>

#include "api/route.h"

namespace glasshouse::api {

std::span<const Route> settings_routes();

}  // namespace glasshouse::api
