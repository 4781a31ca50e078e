#include "vision/paint.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>
#include <set>
#include <string>
#include <utility>

#include "vision/reader.h"

namespace glasshouse::vision {
namespace {

constexpr int kPlateLeft = 134, kPlateTop = 160, kPlateAcross = 52, kPlateDown = 14;

const Quad kPlateCorners{cv::Point2f(kPlateLeft, kPlateTop),
                         cv::Point2f(kPlateLeft + kPlateAcross, kPlateTop),
                         cv::Point2f(kPlateLeft + kPlateAcross, kPlateTop + kPlateDown),
                         cv::Point2f(kPlateLeft, kPlateTop + kPlateDown)};

// From behind on a gray road under a light sky: body, window, tyres, lamps, plate.
cv::Mat on_the_road(const cv::Scalar& paint) {
  cv::Mat bgr(260, 320, CV_8UC3, cv::Scalar(120, 122, 121));
  const auto part = [&](int x, int y, int w, int h, const cv::Scalar& color) {
    cv::rectangle(bgr, cv::Rect(x, y, w, h), color, cv::FILLED);
  };
  part(0, 0, 320, 90, {235, 228, 220});
  part(70, 210, 180, 14, {25, 25, 25});
  part(66, 60, 188, 150, paint);
  part(86, 72, 148, 46, {50, 46, 44});
  part(68, 124, 30, 26, {40, 35, 150});
  part(222, 124, 30, 26, {40, 35, 150});
  part(kPlateLeft, kPlateTop, kPlateAcross, kPlateDown, {225, 228, 228});
  cv::GaussianBlur(bgr, bgr, {0, 0}, 1);
  return bgr;
}

constexpr int kBoxX = 66, kBoxY = 60, kBoxWidth = 188, kBoxHeight = 164;

const cv::Rect kVehicle(kBoxX, kBoxY, kBoxWidth, kBoxHeight);

NamedColor color_of(const cv::Mat& bgr, const cv::Rect& vehicle_px, const Quad* plate_px = nullptr) {
  auto net = PaintNet::open(default_models_dir(), 1);
  EXPECT_TRUE(net) << net.error().message();
  if (!net) return {};
  auto color = (*net)->color_of(bgr, vehicle_px, plate_px);
  EXPECT_TRUE(color);
  return color ? *color : NamedColor{};
}

const std::pair<cv::Scalar, const char*> kPlainPaints[] = {
    {{35, 30, 170}, "red"}, {{150, 70, 30}, "blue"}, {{20, 20, 20}, "black"}, {{40, 200, 235}, "yellow"}};

TEST(PaintNetTest, NamesPlainPaintsWithAConfidence) {
  for (const auto& [paint, name] : kPlainPaints) {
    const NamedColor color = color_of(on_the_road(paint), kVehicle);
    EXPECT_EQ(color.name, name);
    EXPECT_GT(color.confidence, 1.0f / 11);
    EXPECT_LE(color.confidence, 1.0001f);
  }
}

TEST(PaintNetTest, WhereThePlateIsKnownTheLightMakesNoOtherColor) {
  const cv::Scalar lights[] = {
      {1, 1, 1}, {0.7, 0.6, 0.5}, {0.5, 0.4, 0.33}, {0.6, 0.7, 0.95}, {0.45, 0.52, 0.7}};
  for (const auto& [tone, name] : {std::pair{110.0, "silver"}, {60.0, "gray"}}) {
    std::set<std::string> by_plate, without;
    for (const cv::Scalar& light : lights) {
      cv::Mat picture;
      cv::multiply(on_the_road(cv::Scalar::all(tone)), light, picture);
      by_plate.insert(color_of(picture, kVehicle, &kPlateCorners).name);
      without.insert(color_of(picture, kVehicle).name);
    }
    EXPECT_EQ(by_plate, std::set<std::string>{name});
    EXPECT_GT(without.size(), 1u) << "the plate is not needed for " << name;
  }
}

TEST(PaintNetTest, APlateOutsideThePictureIsNoError) {
  const cv::Mat red = on_the_road({35, 30, 170});
  Quad outside = kPlateCorners;
  for (cv::Point2f& corner : outside) corner += cv::Point2f(5000, -900);
  EXPECT_NE(color_of(red, kVehicle, &outside).name, "unknown");
}

TEST(PaintNetTest, ABoxThatLeavesThePictureEndsAtItsEdge) {
  const cv::Mat red = on_the_road({35, 30, 170});
  const NamedColor cut = color_of(red(cv::Rect(0, 0, 200, 260)), kVehicle);
  EXPECT_EQ(cut.name, "red");
  EXPECT_EQ(cut.confidence,
            color_of(red(cv::Rect(0, 0, 200, 260)), {kBoxX, kBoxY, 200 - kBoxX, kBoxHeight}).confidence);
  EXPECT_EQ(color_of(red, {2000, 2000, 90, 90}).name, "unknown");
}

TEST(PaintNetTest, AtNightInInfraredAndUnderLampsNoColorIsTold) {
  for (const auto& [paint, name] : kPlainPaints) {
    cv::Mat picture = on_the_road(paint);
    picture.rowRange(224, 260).setTo(cv::Scalar(110, 140, 95));  // grass: the frame is not black-and-white
    EXPECT_FALSE(tells_no_color(picture)) << name;
    EXPECT_TRUE(tells_no_color(picture * 0.08)) << name;
    cv::Mat lamp_light, infrared;
    cv::multiply(picture, cv::Scalar(0.9, 0.45, 1.0), lamp_light);
    EXPECT_TRUE(tells_no_color(lamp_light)) << name;
    cv::cvtColor(picture, infrared, cv::COLOR_BGR2GRAY);
    cv::cvtColor(infrared, infrared, cv::COLOR_GRAY2BGR);
    EXPECT_TRUE(tells_no_color(infrared)) << name;
  }
}

}  // namespace
}  // namespace glasshouse::vision
