// A plain drawing of a vehicle with its plate, marked DEMO: what simulated reads have for a picture.
#pragma once

#include <string>

#include "vision/picture.h"

namespace glasshouse::app {

struct DemoPicture {
  vision::Frame frame;
  vision::Box plate_px, vehicle_px;
};

// body and color as in reads; dark: at night.
DemoPicture draw_vehicle(const std::string& plate, const std::string& body, const std::string& color,
                         bool from_behind, bool dark, const std::string& caption);

}  // namespace glasshouse::app
