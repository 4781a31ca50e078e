#pragma once

#include <span>

#include "api/route.h"

namespace glasshouse::api {

// The order desk. Searching and exporting under an order: POST /api/v1/search and …/export with order_id.
std::span<const Route> orders_routes();

}  // namespace glasshouse::api
