// POST /api/v1/search: a question under a case.
#pragma once

#include <span>

#include "api/route.h"

namespace glasshouse::api {

std::span<const Route> search_routes();

}  // namespace glasshouse::api
