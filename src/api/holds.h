// Reads that a case keeps beyond their day: placed, listed and lifted, each recorded.
#pragma once

#include <span>

#include "api/route.h"

namespace glasshouse::api {

std::span<const Route> holds_routes();

}  // namespace glasshouse::api
