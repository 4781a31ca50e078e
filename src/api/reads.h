// One read, its picture, its preview and its corrections.
#pragma once

#include <span>

#include "api/route.h"

namespace glasshouse::api {

std::span<const Route> reads_routes();

}  // namespace glasshouse::api
