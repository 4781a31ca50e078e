// Signing in by passkey, confirming by it, and one's own passkeys.
#pragma once

#include <span>

#include "api/route.h"

namespace glasshouse::api {

std::span<const Route> passkeys_routes();

}  // namespace glasshouse::api
