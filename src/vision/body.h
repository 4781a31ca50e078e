// Inside vision only: the body of a vehicle, from its size.
//
// A plate is as wide as its country makes them, so the box around the vehicle can be told in metres: a pickup
// stands higher than a sedan, a hatchback's plate lies lower. That, what the finder takes the vehicle for,
// and which bodies are common where the plate is from, make a probability for each body. Nothing is learnt
// from pictures here, and without a plate of a known region nothing is said.
#pragma once

#include <opencv2/core.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "vision/vehicle_finder.h"

namespace glasshouse::vision {

struct NamedBody {
  std::string name = "unknown";
  float confidence = 0;  // 0..1
};

// What the vehicle finder is sure of; nothing where two classes are near one another.
std::optional<VehicleClass> sure_class(const FoundVehicle& vehicle);

// How wide plates are there, in metres. region: as for body_of.
std::optional<double> plate_width_m(std::string_view region);

// region: as in PlateReading::region, or a country of ReaderOptions. On fronts the plate is on the bumper,
// whatever the body: then only the height tells.
NamedBody body_of(const FoundVehicle& vehicle, const cv::Rect& plate_px, std::string_view region,
                  bool from_front);

}  // namespace glasshouse::vision
