// Other agencies and the grants between us; what takes two people; promises about who reaches our cameras.
#pragma once

#include <span>

#include "api/route.h"

namespace glasshouse::api {

std::span<const Route> sharing_routes();
std::span<const Route> sharing_acts_routes();  // two people, promises, the region-wide list
std::span<const Route> access_routes();        // who reaches what, signed in and for everybody

}  // namespace glasshouse::api
