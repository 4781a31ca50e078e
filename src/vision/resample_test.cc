// Our ways of making pictures smaller, cutting them out, naming their colors and handing them to nets,
// against OpenCV's and plain arithmetic.
#include "vision/resample.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "vision/lab.h"
#include "vision/net.h"

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

// Vectors are read from the last pixels of a picture, too; in memory that ends there, the sanitizer sees how
// far.
TEST(Resample, NothingIsReadBehindAPicture) {
  cv::RNG rng(4);
  for (const int width : {1, 2, 3, 16, 17, 31}) {
    const cv::Mat bgr = noise(rng, {width, 9});
    std::vector<uchar> bytes(bgr.datastart, bgr.dataend);
    const cv::Mat exact(bgr.size(), CV_8UC3, bytes.data());
    const auto same = [](const cv::Mat& a, const cv::Mat& b) { return cv::norm(a, b, cv::NORM_INF) == 0; };
    EXPECT_TRUE(same(resized_by_area(bgr, {1, 7}), resized_by_area(exact, {1, 7})));
    EXPECT_TRUE(same(resized_by_area(bgr, {width, 3}), resized_by_area(exact, {width, 3})));
    EXPECT_TRUE(same(scaled_and_moved(bgr, 1.3f, {0.4f, 0.3f}, {50, 13}),
                     scaled_and_moved(exact, 1.3f, {0.4f, 0.3f}, {50, 13})));
    EXPECT_TRUE(same(lab_of(bgr), lab_of(exact)));
    constexpr float kScale[3] = {1, 1, 1}, kOffset[3] = {0, 0, 0};
    std::vector<float> planes(3 * bgr.total());
    to_planes(exact, planes.data(), exact.size(), kScale, kOffset, false);
    EXPECT_EQ(planes.back(), bgr.at<cv::Vec3b>(8, width - 1)[2]);
  }
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

TEST(Planes, AreEveryChannelScaledWithNothingAroundThem) {
  constexpr float kScale[3] = {1 / 127.5f, 0.5f, 2}, kOffset[3] = {-1, 3, 0};
  cv::RNG rng(8);
  for (const bool rgb : {false, true})
    for (const cv::Size picture : {cv::Size(37, 5), {3, 2}, {48, 7}}) {
      const cv::Mat bgr = noise(rng, picture);
      const cv::Size size(48, 7);
      std::vector<float> out(std::size_t{3} * size.area(), 99);
      to_planes(bgr, out.data(), size, kScale, kOffset, rgb);
      for (int c = 0; c < 3; ++c)
        for (int y = 0; y < size.height; ++y)
          for (int x = 0; x < size.width; ++x) {
            const bool inside = x < picture.width && y < picture.height;
            const float value =
                inside ? static_cast<float>(bgr.at<cv::Vec3b>(y, x)[rgb ? 2 - c : c]) * kScale[c] + kOffset[c]
                       : 0;
            ASSERT_NEAR(out[(c * size.height + y) * size.width + x], value, 1e-6)
                << c << " " << x << " " << y;
          }
    }
}

TEST(Lab, IsOpenCvsToTheBit) {
  constexpr int kStep = 3, kSteps = 256 / kStep + 1;  // 0, 3, … 255 of each channel
  cv::Mat bgr(kSteps * kSteps, kSteps, CV_8UC3), lab;
  for (int row = 0; row < bgr.rows; ++row)
    for (int column = 0; column < kSteps; ++column)
      bgr.at<cv::Vec3b>(row, column) =
          cv::Vec3b(static_cast<uchar>(column * kStep), static_cast<uchar>(row % kSteps * kStep),
                    static_cast<uchar>(row / kSteps * kStep));
  cv::cvtColor(bgr, lab, cv::COLOR_BGR2Lab);
  EXPECT_EQ(cv::norm(lab, lab_of(bgr), cv::NORM_INF), 0);
}

}  // namespace
}  // namespace glasshouse::vision
