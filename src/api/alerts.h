// The alert queue, the comparison, the decision and the outcome.
#pragma once

#include <mutex>
#include <span>

#include "api/route.h"

namespace glasshouse::api {

std::span<const Route> alerts_routes();

// Held from the check of a step until it is done, by whoever moves an alert on.
std::mutex& decision_turn();

}  // namespace glasshouse::api
