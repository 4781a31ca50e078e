// The ledger over HTTP: entries by their released fields (all of them for the auditor, whose look is itself
// recorded), proofs, the signed head, and under /log the static files that any verifier understands.
#pragma once

#include <span>

#include "api/route.h"

namespace glasshouse::api {

std::span<const Route> ledger_routes();

}  // namespace glasshouse::api
