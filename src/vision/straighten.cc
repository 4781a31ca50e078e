#include "vision/straighten.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "vision/resample.h"

namespace glasshouse::vision {

float distance(cv::Point2f a, cv::Point2f b) {
  return std::hypot(a.x - b.x, a.y - b.y);
}

cv::Mat straighten(const cv::Mat& bgr, const std::array<cv::Point2f, 4>& corners_px, int height_px,
                   int least_width_px, int most_width_px) {
  const float across = (distance(corners_px[0], corners_px[1]) + distance(corners_px[3], corners_px[2])) / 2;
  const float down =
      std::max(1.0f, (distance(corners_px[0], corners_px[3]) + distance(corners_px[1], corners_px[2])) / 2);
  const int width_px = std::clamp(cvRound(across * height_px / down), least_width_px, most_width_px);
  return straighten_to(bgr, corners_px, {width_px, height_px});
}

cv::Mat straighten_to(const cv::Mat& bgr, const std::array<cv::Point2f, 4>& corners_px, cv::Size size_px) {
  const float across = (distance(corners_px[0], corners_px[1]) + distance(corners_px[3], corners_px[2])) / 2;
  const float down =
      std::max(1.0f, (distance(corners_px[0], corners_px[3]) + distance(corners_px[1], corners_px[2])) / 2);
  // Sampling a large line directly would alias: reduce its surroundings first.
  std::array<cv::Point2f, 4> corners = corners_px;
  cv::Mat source = bgr;
  const float shrink = 1.5f * std::max(size_px.height / down, size_px.width / std::max(1.0f, across));
  if (shrink < 0.8f) {
    const cv::Rect around = cv::boundingRect(std::vector<cv::Point2f>(corners.begin(), corners.end())) &
                            cv::Rect(0, 0, bgr.cols, bgr.rows);
    if (around.area() > 0) {
      const cv::Size size(std::max(2, cvRound(around.width * shrink)),
                          std::max(2, cvRound(around.height * shrink)));
      source = resized_by_area(bgr(around), size);
      const float to_x = size.width / static_cast<float>(around.width),
                  to_y = size.height / static_cast<float>(around.height);
      for (cv::Point2f& c : corners) c = {(c.x - around.x) * to_x, (c.y - around.y) * to_y};
    }
  }
  const float w = static_cast<float>(size_px.width), h = static_cast<float>(size_px.height);
  const std::array<cv::Point2f, 4> target{cv::Point2f(0, 0), {w, 0}, {w, h}, {0, h}};
  cv::Mat strip;
  cv::warpPerspective(source, strip, cv::getPerspectiveTransform(corners.data(), target.data()), size_px,
                      cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  return strip;
}

std::array<cv::Point2f, 4> grown(const std::array<cv::Point2f, 4>& c, float left, float right, float top,
                                 float bottom) {
  const cv::Point2f top_edge = c[1] - c[0], bottom_edge = c[2] - c[3];
  const cv::Point2f left_edge = c[3] - c[0], right_edge = c[2] - c[1];
  return {c[0] - top_edge * left - left_edge * top, c[1] + top_edge * right - right_edge * top,
          c[2] + bottom_edge * right + right_edge * bottom, c[3] - bottom_edge * left + left_edge * bottom};
}

}  // namespace glasshouse::vision
