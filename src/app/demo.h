// Fills an empty demo installation from the invented town.
#pragma once

#include <string>

#include "api/route.h"
#include "base/result.h"

namespace glasshouse::app {

enum class DemoErrc { kBadTown = 1 };

// Makes people, cameras, cases and hotlists, DIR/map.geojson, DIR/tokens/CAMERA.token (a device token for
// each) and DIR/links.json (a one-time sign-in link by role). Prints the links. DIR/demo-made is written
// last: without it a town was made by half, and the folder is of no use.
base::Result<void> make_demo(api::Services& services, const std::string& town_path, const std::string& dir);

}  // namespace glasshouse::app
