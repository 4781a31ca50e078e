// Inside vision only: the smaller copies of a picture that several steps look at, each made once.
#pragma once

#include <opencv2/core.hpp>

namespace glasshouse::vision {

// As cv::resize by area, to within a level or two: halved as long as more than twice as large, since halving
// costs a tenth of what other ratios do.
cv::Mat reduced(const cv::Mat& bgr, cv::Size size_px);

// The frame as plates and vehicles are looked for in it: its longer side is kShownSide at most.
inline constexpr int kShownSide = 640;  // px
cv::Mat shown_copy(const cv::Mat& bgr);

// `size_px` of what the picture shows from top_left on, `scale` times as large; its edge is repeated. Empty
// when that lies outside the picture.
cv::Mat piece_of(const cv::Mat& bgr, cv::Point2f top_left, float scale, cv::Size size_px);

// What a vehicle's box shows, its longer side 200 px at most: its lamps and its fingerprint are judged on
// this. Empty when the box lies outside the picture.
cv::Mat vehicle_copy(const cv::Mat& bgr, const cv::Rect& box_px);

}  // namespace glasshouse::vision
