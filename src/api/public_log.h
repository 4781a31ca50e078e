// The log as strangers see it, without signing in: the static files that any verifier understands, what
// entries have released so far, offline proofs, and how far the witnesses are.
#pragma once

#include <span>

#include "api/route.h"

namespace glasshouse::api {

std::span<const Route> public_log_routes();

}  // namespace glasshouse::api
