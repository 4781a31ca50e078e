// Our ways of making pictures smaller, cutting them out and naming their colors, against OpenCV's.
#include "vision/resample.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "vision/lab.h"

namespace glasshouse::vision {
namespace {

constexpr double kMostOff = 1;  // levels; on the machines that this was written on, none

cv::Mat noise(cv::RNG& rng, cv::Size size) {
  cv::Mat bgr(size, CV_8UC3);
  rng.fill(bgr, cv::RNG::UNIFORM, 0, 256);
  return bgr;
}

double most_off(const cv::Mat& bgr, cv::Size size) {
  cv::Mat expected;
  cv::resize(bgr, expected, size, 0, 0, cv::INTER_AREA);
  return cv::norm(expected, resized_by_area(bgr, size), cv::NORM_INF);
}

TEST(Resample, AreasAreOpenCvsOfAnySize) {
  cv::RNG rng(5);
  for (int i = 0; i < 60; ++i) {
    const cv::Size from(rng.uniform(1, 130), rng.uniform(1, 90));
    const cv::Size to(rng.uniform(1, from.width + 1), rng.uniform(1, from.height + 1));
    EXPECT_LE(most_off(noise(rng, from), to), kMostOff) << from << " to " << to;
  }
  // Whole blocks, halves, one side as it is, and larger.
  for (const auto& [from, to] : {std::pair{cv::Size(64, 36), cv::Size(6, 4)},
                                 {{70, 40}, {7, 4}},
                                 {{64, 36}, {32, 18}},
                                 {{64, 36}, {64, 12}},
                                 {{3, 600}, {3, 2}},
                                 {{20, 30}, {41, 35}},
                                 {{20, 30}, {10, 35}}})
    EXPECT_LE(most_off(noise(rng, from), to), kMostOff) << from << " to " << to;
}

TEST(Resample, PartsOfAPictureAreReadWithoutWhatLiesBesideThem) {
  cv::RNG rng(6);
  const cv::Mat bgr = noise(rng, {90, 70});
  for (const cv::Rect part : {cv::Rect(0, 0, 31, 23), {59, 47, 31, 23}, {20, 10, 50, 50}})
    EXPECT_EQ(cv::norm(resized_by_area(bgr(part), {13, 11}), resized_by_area(bgr(part).clone(), {13, 11}),
                       cv::NORM_INF),
              0);
}

TEST(Resample, PiecesAreOpenCvsInsideAndOverTheEdge) {
  cv::RNG rng(7);
  for (int i = 0; i < 60; ++i) {
    const cv::Size from(rng.uniform(1, 130), rng.uniform(1, 90)),
        to(rng.uniform(1, 120), rng.uniform(1, 120));
    const float scale = i % 5 == 0 ? 1 : std::exp(rng.uniform(-1.0f, 2.0f));
    const cv::Point2f move(rng.uniform(-150.0f, 60.0f), rng.uniform(-150.0f, 60.0f));
    const cv::Mat bgr = noise(rng, from);
    cv::Mat expected;
    cv::warpAffine(bgr, expected, cv::Matx23f(scale, 0, move.x, 0, scale, move.y), to, cv::INTER_LINEAR,
                   cv::BORDER_REPLICATE);
    EXPECT_LE(cv::norm(expected, scaled_and_moved(bgr, scale, move, to), cv::NORM_INF), kMostOff)
        << from << " to " << to << " by " << scale << " and " << move;
  }
}

TEST(Lab, IsOpenCvsToTheBit) {
  constexpr int kStep = 3, kSteps = 256 / kStep + 1;  // 0, 3, … 255 of each channel
  cv::Mat bgr(kSteps * kSteps, kSteps, CV_8UC3), lab, lightness;
  for (int row = 0; row < bgr.rows; ++row)
    for (int column = 0; column < kSteps; ++column)
      bgr.at<cv::Vec3b>(row, column) =
          cv::Vec3b(static_cast<uchar>(column * kStep), static_cast<uchar>(row % kSteps * kStep),
                    static_cast<uchar>(row / kSteps * kStep));
  cv::cvtColor(bgr, lab, cv::COLOR_BGR2Lab);
  EXPECT_EQ(cv::norm(lab, lab_of(bgr), cv::NORM_INF), 0);
  cv::extractChannel(lab, lightness, 0);
  EXPECT_EQ(cv::norm(lightness, lightness_plane(bgr), cv::NORM_INF), 0);
}

}  // namespace
}  // namespace glasshouse::vision
