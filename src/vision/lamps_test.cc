#include "vision/lamps.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

namespace glasshouse::vision {
namespace {

const cv::Scalar kSilver(190, 192, 190), kRedPaint(45, 40, 170), kRedGlass(40, 35, 190),
    kClearGlass(235, 240, 240);

cv::Mat painted(const cv::Scalar& paint, const cv::Scalar& lamps) {
  cv::Mat bgr(130, 160, CV_8UC3, paint);
  cv::rectangle(bgr, cv::Rect(25, 10, 110, 35), cv::Scalar(45, 42, 40), cv::FILLED);
  for (const int x : {6, 136}) cv::rectangle(bgr, cv::Rect(x, 60, 18, 16), lamps, cv::FILLED);
  return bgr;
}

NamedView seen(const cv::Mat& bgr) {
  return view_of(bgr, {0, 0, bgr.cols, bgr.rows});
}

TEST(Lamps, RedGlassIsARearAndClearGlassAFront) {
  EXPECT_EQ(seen(painted(kSilver, kRedGlass)).name, "rear");
  EXPECT_EQ(seen(painted(kSilver, kClearGlass)).name, "front");
}

TEST(Lamps, NothingIsSaidOfARedVehicleWithoutLampsThatStandOut) {
  EXPECT_EQ(seen(painted(kRedPaint, kRedPaint)).name, "unknown");
}

TEST(Lamps, SurerOfARearThanOfAFrontAndOfNothingOutsideThePicture) {
  EXPECT_GT(seen(painted(kSilver, kRedGlass)).confidence, seen(painted(kSilver, kClearGlass)).confidence);
  EXPECT_EQ(view_of(painted(kSilver, kRedGlass), {500, 500, 20, 20}).name, "unknown");
}

}  // namespace
}  // namespace glasshouse::vision
