// Inside vision only: the color that a vehicle is painted in.
#pragma once

#include <opencv2/core.hpp>
#include <optional>
#include <string>

namespace glasshouse::vision {

struct NamedColor {
  std::string name = "unknown";
  float confidence = 0;  // share of the panels' surface that has it
};

// From smooth surfaces of the body below the windows, without the plate, against the brightest that the
// vehicle shows. `unknown` at night, in infrared and under colored lamps.
NamedColor paint_color(const cv::Mat& bgr, const cv::Rect& vehicle_px,
                       const std::optional<cv::Rect>& plate_px);

}  // namespace glasshouse::vision
