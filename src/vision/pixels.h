// Inside vision only: what a Frame holds.
#pragma once

#include <opencv2/core.hpp>

#include "vision/picture.h"

namespace glasshouse::vision {

struct Frame::Pixels {
  cv::Mat bgr;  // CV_8UC3
};

Frame frame_from_mat(cv::Mat bgr, std::int64_t offset_ms = 0);

inline cv::Rect to_rect(const Box& box) {
  return {box.x, box.y, box.w, box.h};
}
inline Box to_box(const cv::Rect& rect) {
  return {rect.x, rect.y, rect.width, rect.height};
}

// Intersection over union.
double overlap(const cv::Rect& a, const cv::Rect& b);

}  // namespace glasshouse::vision
