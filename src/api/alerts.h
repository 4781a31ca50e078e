// The alert queue, the comparison, the decision and the outcome.
#pragma once

#include <span>

#include "api/route.h"

namespace glasshouse::api {

std::span<const Route> alerts_routes();

}  // namespace glasshouse::api
