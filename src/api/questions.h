// Questions as text: what a text means, and the questions that reach further than one list of reads.
#pragma once

#include <span>

#include "api/route.h"

namespace glasshouse::api {

std::span<const Route> questions_routes();

}  // namespace glasshouse::api
