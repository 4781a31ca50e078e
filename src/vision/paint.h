// Inside vision only: the color that a vehicle is painted in.
#pragma once

#include <opencv2/core.hpp>
#include <optional>
#include <string>

#include "vision/copies.h"

namespace glasshouse::vision {

struct NamedColor {
  std::string name = "unknown";
  float confidence = 0;  // share of the panels' surface that has it
};

// Whether a frame was taken at night, in infrared or under colored lamps: no color is named then. A small
// copy of it is enough.
bool tells_no_color(const cv::Mat& frame_bgr);

// From smooth surfaces of the body below the windows, without the plate, against the brightest that the
// vehicle shows. plate_px: in the picture, as the vehicle's box.
NamedColor paint_color(const VehicleCopy& vehicle, const std::optional<cv::Rect>& plate_px);

}  // namespace glasshouse::vision
