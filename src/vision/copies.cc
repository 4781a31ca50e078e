#include "vision/copies.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "vision/resample.h"

namespace glasshouse::vision {
namespace {

constexpr int kVehicleSide = 200;      // px, of the longer side
constexpr float kReducedFirst = 0.7f;  // below this scale a piece is reduced by area, so that nothing aliases

cv::Mat within(const cv::Mat& bgr, int longer_side_px) {
  const double ratio = std::min(1.0, longer_side_px / static_cast<double>(std::max(bgr.cols, bgr.rows)));
  return reduced(bgr, {std::max(1, cvRound(bgr.cols * ratio)), std::max(1, cvRound(bgr.rows * ratio))});
}

}  // namespace

cv::Mat reduced(const cv::Mat& bgr, cv::Size size_px) {
  cv::Mat left = bgr;
  while (left.cols >= 2 * size_px.width && left.rows >= 2 * size_px.height) {
    const cv::Size half(left.cols / 2, left.rows / 2);
    cv::Mat halved;
    cv::resize(left(cv::Rect({0, 0}, half * 2)), halved, half, 0, 0, cv::INTER_AREA);
    left = halved;
  }
  if (left.size() == size_px) return left;
  return resized_by_area(left, size_px);
}

cv::Mat shown_copy(const cv::Mat& bgr) {
  return within(bgr, kShownSide);
}

cv::Mat piece_of(const cv::Mat& bgr, cv::Point2f top_left, float scale, cv::Size size_px) {
  const cv::Rect inside = cv::Rect(cvFloor(top_left.x), cvFloor(top_left.y), cvCeil(size_px.width / scale),
                                   cvCeil(size_px.height / scale)) &
                          cv::Rect(0, 0, bgr.cols, bgr.rows);
  if (inside.area() == 0) return {};
  if (scale < kReducedFirst) {
    const cv::Mat small = resized_by_area(bgr(inside), {std::max(1, cvRound(inside.width * scale)),
                                                        std::max(1, cvRound(inside.height * scale))});
    return scaled_and_moved(small, 1, (cv::Point2f(inside.tl()) - top_left) * scale, size_px);
  }
  return scaled_and_moved(bgr, scale, -top_left * scale, size_px);
}

cv::Mat vehicle_copy(const cv::Mat& bgr, const cv::Rect& box_px) {
  const cv::Rect inside = box_px & cv::Rect(0, 0, bgr.cols, bgr.rows);
  return inside.area() == 0 ? cv::Mat() : within(bgr(inside), kVehicleSide);
}

}  // namespace glasshouse::vision
