// Hotlists, their entries, and CSV import in two steps.
#pragma once

#include <span>

#include "api/route.h"

namespace glasshouse::api {

std::span<const Route> hotlists_routes();

}  // namespace glasshouse::api
