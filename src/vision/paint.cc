#include "vision/paint.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace glasshouse::vision {
namespace {

// All lightness is OpenCV's 8-bit L (0..255), all chroma the length of its a and b.
constexpr int kFrameWidth = 64, kFrameHeight = 36;  // the frame's light is judged on so small a copy
constexpr double kDarkFrame = 70;                   // four fifths of a frame darker than this: night
constexpr double kColorless = 1.5;  // mean chroma below which a frame is infrared or black-and-white
// Median of a, which runs from green to magenta: grass takes it down, only lamps and bad sensors take it up
// so far.
constexpr double kColoredLight = 14;
constexpr float kEdge = 40;     // gradient at which a pixel counts a third
constexpr float kColored = 14;  // chroma from which a pixel has a hue
constexpr float kColoredShare = 0.3f;
constexpr float kVivid = 20, kBright = 35;  // chroma of red against brown, of yellow against beige
constexpr float kWhite = 0.76f, kSilver = 0.55f, kGray = 0.35f;  // of the brightest
constexpr double kLightShare = 0.6;  // of the surface is darker than the lightness that is named: shadows are
constexpr float kLeastWhite = 120;
constexpr int kLeastPixels = 60;

float quantile(std::vector<float> values, double share) {
  if (values.empty()) return 0;
  const std::size_t at =
      std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return values[at];
}

struct Pixel {
  float lightness, a, b, weight;
  float chroma() const { return std::hypot(a, b); }
};

// A vehicle's box as Lab, small, and the ratio to the picture's pixels.
struct Shown {
  cv::Mat lab;
  double ratio = 1;
  cv::Rect box_px;

  cv::Rect inside(double left, double top, double right, double bottom) const {
    return cv::Rect(cv::Point(cvRound(left), cvRound(top)), cv::Point(cvRound(right), cvRound(bottom))) &
           cv::Rect(0, 0, lab.cols, lab.rows);
  }
};

Shown shown(const VehicleCopy& copy) {
  Shown vehicle{.ratio = copy.ratio, .box_px = copy.box_px};
  cv::cvtColor(copy.bgr, vehicle.lab, cv::COLOR_BGR2Lab);
  return vehicle;
}

cv::Rect plate_in(const Shown& vehicle, const cv::Rect& plate_px) {
  const double dx = 0.1 * plate_px.width, dy = 0.15 * plate_px.height;
  const double x = plate_px.x - vehicle.box_px.x, y = plate_px.y - vehicle.box_px.y, r = vehicle.ratio;
  return vehicle.inside((x - dx) * r, (y - dy) * r, (x + plate_px.width + dx) * r,
                        (y + plate_px.height + dy) * r);
}

// The brightest that the vehicle shows: lamps, chrome, reflections; or the plate, whose ground is light
// nearly everywhere.
float white_of(const Shown& vehicle, const cv::Rect& plate) {
  std::vector<float> all, of_plate;
  for (const cv::Vec3b& p : cv::Mat_<cv::Vec3b>(vehicle.lab)) all.push_back(p[0]);
  if (plate.area() > 0)
    for (const cv::Vec3b& p : cv::Mat_<cv::Vec3b>(vehicle.lab(plate))) of_plate.push_back(p[0]);
  return std::max({quantile(all, 0.95), quantile(of_plate, 0.85), kLeastWhite});
}

// Below the windows, above the shadow under the bumper, without the background at both sides; edges count
// little.
std::vector<Pixel> panels_of(const Shown& vehicle, const cv::Rect& plate, float white) {
  cv::Mat lightness, smooth, across, down;
  cv::extractChannel(vehicle.lab, lightness, 0);
  cv::GaussianBlur(lightness, smooth, {0, 0}, 1);
  cv::Sobel(smooth, across, CV_32F, 1, 0);
  cv::Sobel(smooth, down, CV_32F, 0, 1);
  const double w = vehicle.lab.cols, h = vehicle.lab.rows;
  const cv::Rect body = vehicle.inside(0.12 * w, 0.38 * h, 0.88 * w, 0.82 * h);
  std::vector<Pixel> panels;
  for (int y = body.y; y < body.y + body.height; ++y)
    for (int x = body.x; x < body.x + body.width; ++x) {
      if (plate.contains({x, y})) continue;
      const auto& p = vehicle.lab.at<cv::Vec3b>(y, x);
      const float edge = std::hypot(across.at<float>(y, x), down.at<float>(y, x));
      panels.push_back({p[0] / white, p[1] - 128.0f, p[2] - 128.0f, std::exp(-edge / kEdge) + 1e-6f});
    }
  return panels;
}

const char* shade_of(float lightness) {
  return lightness > kWhite ? "white" : lightness > kSilver ? "silver" : lightness > kGray ? "gray" : "black";
}

// Hues are angles in the plane of a and b: 0 magenta-red, 90 yellow, 180 green, 270 blue.
const char* hue_name(double degrees, float chroma, float lightness) {
  constexpr double kRedEnds = 45, kRedBegins = 330, kOrangeEnds = 70, kYellowEnds = 110, kGreenEnds = 200;
  constexpr float kLight = 0.5f;
  if (degrees < kRedEnds || degrees > kRedBegins) return chroma > kVivid ? "red" : "brown";
  if (degrees < kOrangeEnds) return lightness < kLight ? "brown" : chroma > kBright ? "orange" : "beige";
  if (degrees < kYellowEnds) return lightness < kLight ? "brown" : chroma > kBright ? "yellow" : "beige";
  return degrees < kGreenEnds ? "green" : "blue";
}

NamedColor hue_of(const std::vector<Pixel>& panels, float share) {
  float a = 0, b = 0, lightness = 0, chroma = 0, all = 0;
  for (const Pixel& p : panels) {
    if (p.chroma() <= kColored) continue;
    const float weight = p.weight * p.chroma();
    a += weight * p.a;
    b += weight * p.b;
    lightness += weight * p.lightness;
    chroma += weight * p.chroma();
    all += weight;
  }
  double degrees = std::atan2(b, a) * 180 / std::numbers::pi;
  if (degrees < 0) degrees += 360;
  return {hue_name(degrees, chroma / all, lightness / all), share};
}

NamedColor shade(std::vector<Pixel> panels, float all) {
  std::sort(panels.begin(), panels.end(), [](auto& x, auto& y) { return x.lightness < y.lightness; });
  float so_far = 0, lightness = panels.back().lightness;
  for (const Pixel& p : panels) {
    so_far += p.weight;
    if (so_far >= kLightShare * all) {
      lightness = p.lightness;
      break;
    }
  }
  const std::string name = shade_of(lightness);
  float same = 0;
  for (const Pixel& p : panels)
    if (shade_of(p.lightness) == name) same += p.weight;
  return {name, same / all};
}

}  // namespace

bool tells_no_color(const cv::Mat& frame_bgr) {
  cv::Mat small, lab;
  cv::resize(frame_bgr, small, {kFrameWidth, kFrameHeight}, 0, 0, cv::INTER_AREA);
  cv::cvtColor(small, lab, cv::COLOR_BGR2Lab);
  std::vector<float> lightness, a;
  double chroma = 0;
  for (const cv::Vec3b& p : cv::Mat_<cv::Vec3b>(lab)) {
    lightness.push_back(p[0]);
    a.push_back(p[1] - 128.0f);
    chroma += std::hypot(p[1] - 128.0, p[2] - 128.0);
  }
  return quantile(lightness, 0.8) < kDarkFrame || chroma / static_cast<double>(a.size()) < kColorless ||
         quantile(a, 0.5) >= kColoredLight;
}

NamedColor paint_color(const VehicleCopy& copy, const std::optional<cv::Rect>& plate_px) {
  if (copy.bgr.empty()) return {};
  const Shown vehicle = shown(copy);
  const cv::Rect plate = plate_px ? plate_in(vehicle, *plate_px) : cv::Rect();
  const std::vector<Pixel> panels = panels_of(vehicle, plate, white_of(vehicle, plate));
  if (panels.size() < kLeastPixels) return {};
  float all = 0, colored = 0;
  for (const Pixel& p : panels) {
    all += p.weight;
    if (p.chroma() > kColored) colored += p.weight;
  }
  return colored > kColoredShare * all ? hue_of(panels, colored / all) : shade(panels, all);
}

}  // namespace glasshouse::vision
