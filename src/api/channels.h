// Channels that tell others of alerts, their test messages and their delivery log.
#pragma once

#include <span>

#include "api/route.h"

namespace glasshouse::api {

std::span<const Route> channels_routes();

}  // namespace glasshouse::api
