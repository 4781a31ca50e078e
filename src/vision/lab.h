// Inside vision only: colors as lightness and two chroma axes.
#pragma once

#include <opencv2/core.hpp>

namespace glasshouse::vision {

// An 8-bit BGR picture as cv::cvtColor's 8-bit Lab, to the bit. OpenCV first builds tables for every such
// conversion that it knows, which takes as long as reading two pictures; this needs a fraction of them.
cv::Mat lab_of(const cv::Mat& bgr);

}  // namespace glasshouse::vision
