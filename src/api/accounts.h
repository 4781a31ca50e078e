// The agency's accounts, for its administrators.
#pragma once

#include <span>

#include "api/route.h"

namespace glasshouse::api {

std::span<const Route> accounts_routes();

}  // namespace glasshouse::api
