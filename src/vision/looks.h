// Inside vision only: what a vehicle looks like.
#pragma once

#include <opencv2/core.hpp>
#include <optional>

#include "vision/reader.h"
#include "vision/vehicle_finder.h"

namespace glasshouse::vision {

VehicleLooks describe(const cv::Mat& bgr, const FoundVehicle& vehicle,
                      const std::optional<cv::Rect>& plate_px);

}  // namespace glasshouse::vision
