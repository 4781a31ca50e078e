#include "vision/fingerprint.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <opencv2/imgproc.hpp>

namespace glasshouse::vision {
namespace {

// A vehicle as a child paints it, from behind: body, window, lamps, plate.
cv::Mat painted(cv::Scalar paint, double window_share, cv::Size size = {320, 260}) {
  cv::Mat bgr(size, CV_8UC3, cv::Scalar(120, 125, 118));
  const auto part = [&](double x, double y, double w, double h, const cv::Scalar& color) {
    cv::rectangle(bgr, cv::Rect2d(x * size.width, y * size.height, w * size.width, h * size.height), color,
                  cv::FILLED);
  };
  part(0.05, 0.1, 0.9, 0.8, paint);
  part(0.15, 0.14, 0.7, window_share, {40, 38, 35});
  part(0.07, 0.5, 0.12, 0.12, {40, 40, 200});
  part(0.81, 0.5, 0.12, 0.12, {40, 40, 200});
  part(0.36, 0.66, 0.28, 0.09, {230, 230, 230});
  return bgr;
}

std::unique_ptr<Fingerprinter> opened() {
  auto made = Fingerprinter::open(default_models_dir());
  EXPECT_TRUE(made) << made.error().message();
  return made ? std::move(*made) : nullptr;
}

Fingerprint whole(const Fingerprinter& maker, const cv::Mat& bgr) {
  return maker.of(bgr, {0, 0, bgr.cols, bgr.rows});
}

TEST(FingerprintTest, TheSameVehicleSmallerDarkerAndBlurredIsNearerThanAnother) {
  const auto maker = opened();
  ASSERT_TRUE(maker);
  const cv::Mat seen = painted({60, 40, 130}, 0.3);
  cv::Mat worse;
  cv::resize(seen, worse, {110, 90}, 0, 0, cv::INTER_AREA);
  cv::GaussianBlur(worse, worse, {0, 0}, 1.2);
  worse *= 0.7;
  const Fingerprint first = whole(*maker, seen);
  const float same = likeness(first, whole(*maker, worse));
  EXPECT_GT(same, 0.6f);
  EXPECT_GT(same, likeness(first, whole(*maker, painted({60, 40, 130}, 0.15))));
  EXPECT_GT(same, likeness(first, whole(*maker, painted({140, 60, 40}, 0.3))));
}

TEST(FingerprintTest, IsADirectionOfKnownLength) {
  const auto maker = opened();
  ASSERT_TRUE(maker);
  const Fingerprint seen = whole(*maker, painted({200, 200, 200}, 0.3));
  double length = 0;
  for (const std::int8_t value : seen) length += value * value;
  EXPECT_NEAR(std::sqrt(length), 127, 3);
  EXPECT_NEAR(likeness(seen, seen), 1, 0.05);
}

TEST(FingerprintTest, ABoxOverThePicturesEdgeIsCut) {
  const auto maker = opened();
  ASSERT_TRUE(maker);
  const cv::Mat bgr = painted({60, 40, 130}, 0.3);
  EXPECT_EQ(maker->of(bgr, {-40, -40, bgr.cols + 80, bgr.rows + 80}), whole(*maker, bgr));
}

TEST(FingerprintTest, AFileOfAnotherSizeIsRefusedAndNamed) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "fingerprint-models";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "vehicle-fingerprint.bin") << "short";
  const auto refused = Fingerprinter::open(folder.string());
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message().find("vehicle-fingerprint.bin"), std::string::npos);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace glasshouse::vision
