#pragma once

#include <span>

#include "api/route.h"

namespace glasshouse::api {

// Cameras and programs of other makers: who sends, what it sent (POST /api/v1/from/{kind}), and the receipts.
std::span<const Route> sources_routes();

}  // namespace glasshouse::api
