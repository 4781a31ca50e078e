// Fills an empty demo installation from the invented town.
#pragma once

#include <string>

#include "api/route.h"
#include "base/result.h"

namespace glasshouse::app {

enum class DemoErrc { kBadTown = 1 };

// Makes people, cameras, cases and hotlists, DIR/map.geojson and DIR/tokens/CAMERA.token (a device token for
// each). DIR/demo-made is written last: without it a town was made by half, and the folder is of no use.
base::Result<void> make_demo(api::Services& services, const std::string& town_path, const std::string& dir);

// Prints a fresh one-time sign-in link for each of the town's people, and writes DIR/links.json (the first of
// each role). At every start: a link lives 24 hours, and the demo's people have no passkeys until they
// add one.
base::Result<void> give_demo_links(api::Services& services, const std::string& town_path,
                                   const std::string& dir);

}  // namespace glasshouse::app
