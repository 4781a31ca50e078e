// Inside vision only: what a vehicle looks like.
#pragma once

#include <opencv2/core.hpp>
#include <optional>

#include "vision/reader.h"
#include "vision/vehicle_finder.h"

namespace glasshouse::vision {

struct NamedColor {
  std::string name = "unknown";
  float confidence = 0;
};

// The paint's color from the body below the windows, without the plate. `unknown` at night, in infrared and
// where no color holds a clear share.
NamedColor paint_color(const cv::Mat& bgr, const cv::Rect& vehicle_px,
                       const std::optional<cv::Rect>& plate_px);

VehicleLooks describe(const cv::Mat& bgr, const FoundVehicle& vehicle,
                      const std::optional<cv::Rect>& plate_px);

}  // namespace glasshouse::vision
