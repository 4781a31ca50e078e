#include "vision/looks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace glasshouse::vision {
namespace {

enum Paint {
  kBlack,
  kGray,
  kSilver,
  kWhite,
  kRed,
  kOrange,
  kBrown,
  kYellow,
  kBeige,
  kGreen,
  kBlue,
  kPurple,
  kPaints
};
constexpr std::array<const char*, kPaints> kNames = {"black", "gray",   "silver", "white", "red",  "orange",
                                                     "brown", "yellow", "beige",  "green", "blue", "purple"};

constexpr int kSampleSide = 96;    // the body is judged on a reduced copy
constexpr double kDarkScene = 38;  // mean brightness (0..255) below which paint cannot be told
constexpr double kColorless =
    9;  // mean saturation of a whole frame below which it is infrared or black-and-white
constexpr float kClearShare = 0.34f;  // of the weighted pixels, for a color to be named

// OpenCV's HSV: hue 0..179, saturation and value 0..255.
Paint paint_of(int hue, int saturation, int value) {
  if (value < 48) return kBlack;
  const int colorful = value < 90 ? 78 : 55;  // dark pixels are noisier
  if (saturation < colorful) {
    if (saturation >= 34 && value > 110 && hue >= 10 && hue <= 32) return kBeige;
    if (value > 196) return kWhite;
    if (value > 128) return kSilver;
    return value < 66 ? kBlack : kGray;
  }
  if (hue < 8 || hue >= 168) return kRed;
  if (hue < 19) return value < 140 ? kBrown : kOrange;
  if (hue < 36) return saturation < 110 ? kBeige : kYellow;
  if (hue < 88) return kGreen;
  if (hue < 130) return kBlue;
  return kPurple;
}

bool is_colorless(const cv::Mat& bgr) {
  cv::Mat small, hsv;
  cv::resize(bgr, small, {64, 36}, 0, 0, cv::INTER_AREA);
  cv::cvtColor(small, hsv, cv::COLOR_BGR2HSV);
  return cv::mean(hsv)[1] < kColorless;
}

}  // namespace

NamedColor paint_color(const cv::Mat& bgr, const cv::Rect& vehicle_px,
                       const std::optional<cv::Rect>& plate_px) {
  const cv::Rect all(0, 0, bgr.cols, bgr.rows);
  // Below the windows, above the shadow under the bumper, without the background at both sides.
  const cv::Rect body =
      cv::Rect(vehicle_px.x + vehicle_px.width * 12 / 100, vehicle_px.y + vehicle_px.height * 40 / 100,
               vehicle_px.width * 76 / 100, vehicle_px.height * 42 / 100) &
      all;
  if (body.width < 12 || body.height < 8 || is_colorless(bgr)) return {};
  cv::Mat small, hsv;
  const double ratio = std::min(1.0, kSampleSide / static_cast<double>(body.width));
  cv::resize(bgr(body), small,
             {std::max(8, cvRound(body.width * ratio)), std::max(6, cvRound(body.height * ratio))}, 0, 0,
             cv::INTER_AREA);
  cv::cvtColor(small, hsv, cv::COLOR_BGR2HSV);
  std::array<float, kPaints> votes{};
  float all_votes = 0;
  double brightness = 0;
  for (int y = 0; y < hsv.rows; ++y) {
    const cv::Vec3b* row = hsv.ptr<cv::Vec3b>(y);
    for (int x = 0; x < hsv.cols; ++x) {
      brightness += row[x][2];
      const cv::Point at(body.x + cvRound(x / ratio), body.y + cvRound(y / ratio));
      if (plate_px && plate_px->contains(at)) continue;
      const Paint paint = paint_of(row[x][0], row[x][1], row[x][2]);
      // Tyres, grilles and shadows are dark on every vehicle: black counts less than paint that is seen.
      const float weight = paint == kBlack ? 0.6f : paint >= kRed ? 1.5f : 1.0f;
      votes[paint] += weight;
      all_votes += weight;
    }
  }
  if (all_votes <= 0 || brightness / (hsv.rows * hsv.cols) < kDarkScene) return {};
  const std::size_t best = std::max_element(votes.begin(), votes.end()) - votes.begin();
  const float share = votes[best] / all_votes;
  if (share < kClearShare) return {};
  return {kNames[best], std::min(1.0f, share)};
}

VehicleLooks describe(const cv::Mat& bgr, const FoundVehicle& vehicle,
                      const std::optional<cv::Rect>& plate_px) {
  static constexpr std::array<const char*, 4> kClasses = {"car", "motorcycle", "bus", "truck"};
  VehicleLooks looks;
  looks.box_px = {vehicle.box_px.x, vehicle.box_px.y, vehicle.box_px.width, vehicle.box_px.height};
  constexpr float kSureClass = 0.4f, kClearlyAhead = 0.15f;
  const int kind = static_cast<int>(vehicle.kind);
  float second = 0;
  for (int c = 0; c < 4; ++c)
    if (c != kind) second = std::max(second, vehicle.class_scores[c]);
  if (vehicle.confidence >= kSureClass && vehicle.confidence - second >= kClearlyAhead) {
    looks.vehicle_class = kClasses[kind];
    looks.class_confidence = vehicle.confidence;
    // The class is the body, except for cars: COCO does not tell a sedan from a wagon, and neither do we.
    if (vehicle.kind != VehicleClass::kCar) {
      looks.body = looks.vehicle_class;
      looks.body_confidence = vehicle.confidence;
    }
  }
  const NamedColor color = paint_color(bgr, vehicle.box_px, plate_px);
  looks.color = color.name;
  looks.color_confidence = color.confidence;
  return looks;
}

}  // namespace glasshouse::vision
