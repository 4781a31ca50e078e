#pragma once

#include <span>

#include "api/route.h"

namespace glasshouse::api {

// What is listened to and fetched outside, by what the machine's owner wrote down: the state of each.
std::span<const Route> outside_routes();

}  // namespace glasshouse::api
