#include "vision/copies.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

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
  cv::Mat copy;
  cv::resize(left, copy, size_px, 0, 0, cv::INTER_AREA);
  return copy;
}

cv::Mat shown_copy(const cv::Mat& bgr) {
  return within(bgr, kShownSide);
}

cv::Mat piece_of(const cv::Mat& bgr, cv::Point2f top_left, float scale, cv::Size size_px) {
  const cv::Rect inside = cv::Rect(cvFloor(top_left.x), cvFloor(top_left.y), cvCeil(size_px.width / scale),
                                   cvCeil(size_px.height / scale)) &
                          cv::Rect(0, 0, bgr.cols, bgr.rows);
  if (inside.area() == 0) return {};
  cv::Mat piece;
  if (scale < kReducedFirst) {
    cv::Mat small;
    cv::resize(bgr(inside), small,
               {std::max(1, cvRound(inside.width * scale)), std::max(1, cvRound(inside.height * scale))}, 0,
               0, cv::INTER_AREA);
    const cv::Matx23f move(1, 0, (inside.x - top_left.x) * scale, 0, 1, (inside.y - top_left.y) * scale);
    cv::warpAffine(small, piece, move, size_px, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  } else {
    const cv::Matx23f move(scale, 0, -top_left.x * scale, 0, scale, -top_left.y * scale);
    cv::warpAffine(bgr, piece, move, size_px, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  }
  return piece;
}

VehicleCopy vehicle_copy(const cv::Mat& bgr, const cv::Rect& box_px) {
  VehicleCopy vehicle{.box_px = box_px & cv::Rect(0, 0, bgr.cols, bgr.rows)};
  if (vehicle.box_px.area() == 0) return vehicle;
  vehicle.ratio = std::min(
      1.0, kVehicleSide / static_cast<double>(std::max(vehicle.box_px.width, vehicle.box_px.height)));
  vehicle.bgr = within(bgr(vehicle.box_px), kVehicleSide);
  return vehicle;
}

}  // namespace glasshouse::vision
