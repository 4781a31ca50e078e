// Inside vision only: a turned line of text becomes an upright strip.
#pragma once

#include <array>
#include <opencv2/core.hpp>

namespace glasshouse::vision {

float distance(cv::Point2f a, cv::Point2f b);

// The quadrilateral (top-left, top-right, bottom-right, bottom-left) of the picture as a strip of height_px,
// its width by the line's own proportions within least_width_px..most_width_px. Pixels outside the picture
// repeat its edge.
cv::Mat straighten(const cv::Mat& bgr, const std::array<cv::Point2f, 4>& corners_px, int height_px,
                   int least_width_px, int most_width_px);

// The same as a picture of exactly that size, whatever the quadrilateral's own proportions.
cv::Mat straighten_to(const cv::Mat& bgr, const std::array<cv::Point2f, 4>& corners_px, cv::Size size_px);

// The quadrilateral moved outwards along its own sides: shares of its width at left and right, of its height
// at top and bottom (negative: inwards).
std::array<cv::Point2f, 4> grown(const std::array<cv::Point2f, 4>& corners_px, float left, float right,
                                 float top, float bottom);

}  // namespace glasshouse::vision
