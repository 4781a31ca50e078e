// Inside vision only: what a vehicle looks like.
#pragma once

#include <opencv2/core.hpp>
#include <optional>
#include <string_view>

#include "vision/paint.h"
#include "vision/reader.h"
#include "vision/vehicle_finder.h"

namespace glasshouse::vision {

// copy: vehicle_copy() of it. region: where its plate is from, as read, or else the country that the reader
// was told. color: "unknown" at night and in infrared, where neither paint nor lamps tell anything.
VehicleLooks describe(const cv::Mat& copy, const FoundVehicle& vehicle,
                      const std::optional<cv::Rect>& plate_px, std::string_view region,
                      const NamedColor& color);

}  // namespace glasshouse::vision
