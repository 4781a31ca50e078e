// Inside vision only: 8-bit BGR pictures made smaller, or cut out at another scale, as OpenCV does both, in
// about half its time: its resizing by area goes value by value, its warping looks up every pixel.
#pragma once

#include <opencv2/core.hpp>

namespace glasshouse::vision {

// As cv::resize with INTER_AREA, whatever the sizes.
cv::Mat resized_by_area(const cv::Mat& bgr, cv::Size size_px);

// As cv::warpAffine, linear and with the edge repeated: `size_px` of the picture made `scale` times as large
// and moved by `move_px`.
cv::Mat scaled_and_moved(const cv::Mat& bgr, float scale, cv::Point2f move_px, cv::Size size_px);

}  // namespace glasshouse::vision
