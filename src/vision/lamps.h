// Inside vision only: whether a vehicle is seen from the front or from behind, by its red lamps.
#pragma once

#include <opencv2/core.hpp>
#include <string>

namespace glasshouse::vision {

struct NamedView {
  std::string name = "unknown";  // front, rear
  float confidence = 0;          // 0..1
};

// Red glass at the sides, lit or not, is a rear; none at all, on a vehicle that is not red itself, a front.
// Only for pictures that have color: not at night nor in infrared (NamedColor "unknown").
NamedView view_of(const cv::Mat& bgr, const cv::Rect& vehicle_px);

}  // namespace glasshouse::vision
