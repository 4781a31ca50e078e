#pragma once

#include <span>

#include "api/route.h"

namespace glasshouse::api {

// The answer to a question as a file: CSV, a printable report, or a package that others can check.
std::span<const Route> export_routes();

}  // namespace glasshouse::api
