#include "vision/badge.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "vision/reader.h"

namespace glasshouse::vision {
namespace {

// A silver tailgate with a European plate 173 px wide: 3 mm a pixel. Badges are painted above its middle.
constexpr int kPlateWidthPx = 173, kMiddleX = 240, kPlateY = 330, kBadgeY = 220;
const cv::Scalar kChrome(235, 235, 232);

cv::Mat tailgate() {
  cv::Mat bgr(400, 480, CV_8UC3, cv::Scalar(120, 116, 112));
  cv::rectangle(bgr, cv::Rect(0, 0, 480, 110), cv::Scalar(42, 40, 38), cv::FILLED);
  cv::rectangle(bgr, cv::Rect(kMiddleX - kPlateWidthPx / 2, kPlateY - 18, kPlateWidthPx, 36),
                cv::Scalar(230, 230, 228), cv::FILLED);
  return bgr;
}

Quad plate() {
  const float left = kMiddleX - kPlateWidthPx / 2.0f, top = kPlateY - 18;
  return {cv::Point2f(left, top),
          {left + kPlateWidthPx, top},
          {left + kPlateWidthPx, top + 36},
          {left, top + 36}};
}

// A ring with three spokes, and four rings side by side.
cv::Mat with_star() {
  cv::Mat bgr = tailgate();
  const cv::Point2d middle(kMiddleX, kBadgeY);
  cv::circle(bgr, middle, 17, kChrome, 2, cv::LINE_AA);
  for (const int degrees : {-90, 30, 150}) {
    const double a = degrees * CV_PI / 180;
    const std::vector<cv::Point> spoke = {middle + 17 * cv::Point2d(std::cos(a), std::sin(a)),
                                          middle + 3 * cv::Point2d(std::cos(a + 1.2), std::sin(a + 1.2)),
                                          middle + 3 * cv::Point2d(std::cos(a - 1.2), std::sin(a - 1.2))};
    cv::fillConvexPoly(bgr, spoke, kChrome, cv::LINE_AA);
  }
  cv::GaussianBlur(bgr, bgr, {0, 0}, 0.7);
  return bgr;
}

cv::Mat with_rings() {
  cv::Mat bgr = tailgate();
  for (int i = 0; i < 4; ++i) cv::circle(bgr, {kMiddleX - 24 + 16 * i, kBadgeY}, 10, kChrome, 2, cv::LINE_AA);
  cv::GaussianBlur(bgr, bgr, {0, 0}, 0.7);
  return bgr;
}

// A bow tie of gold with a bright edge.
cv::Mat with_bow() {
  cv::Mat bgr = tailgate();
  const std::vector<cv::Point2d> shape = {{-22, -2}, {-8, -2}, {-7, -8}, {8, -8}, {7, -2}, {22, -2},
                                          {20, 4},   {6, 4},   {5, 9},   {-9, 9}, {-8, 4}, {-23, 4}};
  std::vector<cv::Point> bow;
  for (const cv::Point2d& at : shape) bow.emplace_back(at + cv::Point2d(kMiddleX, kBadgeY));
  cv::fillPoly(bgr, std::vector{bow}, cv::Scalar(50, 140, 190), cv::LINE_AA);
  cv::polylines(bgr, std::vector{bow}, true, kChrome, 1, cv::LINE_AA);
  cv::GaussianBlur(bgr, bgr, {0, 0}, 0.7);
  return bgr;
}

class BadgeTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = BadgeFinder::open(default_models_dir(), 1);
    ASSERT_TRUE(opened) << opened.error().message();
    finder_ = std::move(*opened);
  }
  NamedMake seen(const cv::Mat& bgr, const Quad& at = plate(), std::string_view region = "eu-de") {
    auto make = finder_->make_of(bgr, at, region);
    EXPECT_TRUE(make) << make.error().message();
    return make ? *make : NamedMake{"error", 0};
  }
  std::unique_ptr<BadgeFinder> finder_;
};

TEST_F(BadgeTest, ABadgeAboveThePlateNamesItsMaker) {
  const NamedMake star = seen(with_star());
  EXPECT_EQ(star.name, "mercedes-benz");
  EXPECT_GT(star.confidence, 0.5f);
  EXPECT_LE(star.confidence, 1.0f);
  EXPECT_EQ(seen(with_rings()).name, "audi");
  EXPECT_EQ(seen(with_bow()).name, "chevrolet");
}

TEST_F(BadgeTest, APanelWithoutABadgeNamesNobody) {
  const NamedMake make = seen(tailgate());
  EXPECT_EQ(make.name, "unknown");
  EXPECT_EQ(make.confidence, 0);
}

TEST_F(BadgeTest, TheScaleIsTakenFromThePlate) {
  // The same twice as large, as a nearer camera shows it.
  cv::Mat near;
  cv::resize(with_star(), near, {}, 2, 2, cv::INTER_LINEAR);
  Quad at = plate();
  for (cv::Point2f& corner : at) corner *= 2;
  EXPECT_EQ(seen(near, at).name, "mercedes-benz");
}

TEST_F(BadgeTest, NothingIsSaidWithoutARegionOfSmallPlatesAndFarFromThePlate) {
  EXPECT_EQ(seen(with_star(), plate(), "").name, "unknown");
  EXPECT_EQ(seen(with_star(), plate(), "unknown").name, "unknown");
  const Quad small = {cv::Point2f(200, 325), {240, 325}, {240, 334}, {200, 334}};
  EXPECT_EQ(seen(with_star(), small).name, "unknown");
  Quad aside = plate();
  for (cv::Point2f& corner : aside) corner.x += 150;
  EXPECT_EQ(seen(with_star(), aside).name, "unknown");
}

TEST_F(BadgeTest, APlateOutsideThePictureIsNoFault) {
  Quad away = plate();
  for (cv::Point2f& corner : away) corner += cv::Point2f(5000, 5000);
  EXPECT_EQ(seen(with_star(), away).name, "unknown");
}

}  // namespace
}  // namespace glasshouse::vision
