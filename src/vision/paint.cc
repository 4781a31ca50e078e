#include "vision/paint.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "vision/lab.h"
#include "vision/resample.h"

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

// How many pixels have each level of a channel.
class Levels {
 public:
  void add(int level) { ++counts_[static_cast<std::size_t>(level)], ++all_; }

  // The level of which this share of all pixels is below; 0 of none.
  float quantile(double share) const {
    const int at = std::min(all_ - 1, static_cast<int>(share * all_));
    int level = 0;
    for (int seen = counts_[0]; level < kMost && seen <= at; seen += counts_[level]) ++level;
    return all_ == 0 ? 0 : static_cast<float>(level);
  }

 private:
  static constexpr int kMost = 255;
  std::array<int, kMost + 1> counts_{};
  int all_ = 0;
};

Levels levels_of(const cv::Mat& channel) {
  Levels levels;
  for (const std::uint8_t level : cv::Mat_<std::uint8_t>(channel)) levels.add(level);
  return levels;
}

struct Pixel {
  std::uint8_t level;  // of lightness
  float a, b, weight;
  float chroma() const { return std::sqrt(a * a + b * b); }
};

// A vehicle's box, small, and the ratio to the picture's pixels.
struct Shown {
  cv::Mat bgr, lightness;
  double ratio = 1;
  cv::Rect box_px;

  cv::Rect inside(double left, double top, double right, double bottom) const {
    return cv::Rect(cv::Point(cvRound(left), cvRound(top)), cv::Point(cvRound(right), cvRound(bottom))) &
           cv::Rect(0, 0, bgr.cols, bgr.rows);
  }
};

cv::Rect plate_in(const Shown& vehicle, const cv::Rect& plate_px) {
  const double dx = 0.1 * plate_px.width, dy = 0.15 * plate_px.height;
  const double x = plate_px.x - vehicle.box_px.x, y = plate_px.y - vehicle.box_px.y, r = vehicle.ratio;
  return vehicle.inside((x - dx) * r, (y - dy) * r, (x + plate_px.width + dx) * r,
                        (y + plate_px.height + dy) * r);
}

// The brightest that the vehicle shows: lamps, chrome, reflections; or the plate, whose ground is light
// nearly everywhere.
float white_of(const Shown& vehicle, const cv::Rect& plate) {
  const float of_plate = levels_of(vehicle.lightness(plate)).quantile(0.85);
  return std::max({levels_of(vehicle.lightness).quantile(0.95), of_plate, kLeastWhite});
}

// Below the windows, above the shadow under the bumper, without the background at both sides; edges count
// little.
std::vector<Pixel> panels_of(const Shown& vehicle, const cv::Rect& plate) {
  constexpr int kReach = 4;  // px, of the blur and the gradient after it
  const double w = vehicle.bgr.cols, h = vehicle.bgr.rows;
  const cv::Rect body = vehicle.inside(0.12 * w, 0.38 * h, 0.88 * w, 0.82 * h);
  std::vector<Pixel> panels;
  if (body.area() == 0) return panels;
  const cv::Rect reached =
      vehicle.inside(body.x - kReach, body.y - kReach, body.br().x + kReach, body.br().y + kReach);
  cv::Mat smooth, across, down;
  cv::GaussianBlur(vehicle.lightness(reached).clone(), smooth, {0, 0}, 1);
  cv::Sobel(smooth, across, CV_32F, 1, 0);
  cv::Sobel(smooth, down, CV_32F, 0, 1);
  const cv::Mat lab = lab_of(vehicle.bgr(body));
  panels.reserve(static_cast<std::size_t>(body.area()));
  for (int y = 0; y < body.height; ++y)
    for (int x = 0; x < body.width; ++x) {
      if (plate.contains(body.tl() + cv::Point(x, y))) continue;
      const auto& p = lab.at<cv::Vec3b>(y, x);
      const cv::Point at = body.tl() - reached.tl() + cv::Point(x, y);
      const float dx = across.at<float>(at), dy = down.at<float>(at);
      panels.push_back(
          {p[0], p[1] - 128.0f, p[2] - 128.0f, std::exp(-std::sqrt(dx * dx + dy * dy) / kEdge) + 1e-6f});
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

NamedColor hue_of(const std::vector<Pixel>& panels, float white, float share) {
  float a = 0, b = 0, lightness = 0, chroma = 0, all = 0;
  for (const Pixel& p : panels) {
    const float of_pixel = p.chroma();
    if (of_pixel <= kColored) continue;
    const float weight = p.weight * of_pixel;
    a += weight * p.a;
    b += weight * p.b;
    lightness += weight * (p.level / white);
    chroma += weight * of_pixel;
    all += weight;
  }
  double degrees = std::atan2(b, a) * 180 / std::numbers::pi;
  if (degrees < 0) degrees += 360;
  return {hue_name(degrees, chroma / all, lightness / all), share};
}

NamedColor shade(const std::vector<Pixel>& panels, float white, float all) {
  std::array<double, 256> weights{};  // of each level
  for (const Pixel& p : panels) weights[p.level] += p.weight;
  double so_far = 0;
  int level = -1;
  while (level < 255 && so_far < kLightShare * all) so_far += weights[static_cast<std::size_t>(++level)];
  const std::string name = shade_of(level / white);
  double same = 0;
  for (int i = 0; i < 256; ++i)
    if (shade_of(i / white) == name) same += weights[static_cast<std::size_t>(i)];
  return {name, static_cast<float>(same / all)};
}

}  // namespace

bool tells_no_color(const cv::Mat& frame_bgr) {
  const cv::Mat small = resized_by_area(frame_bgr, {kFrameWidth, kFrameHeight});
  Levels lightness, a;
  double chroma = 0;
  for (const cv::Vec3b& p : cv::Mat_<cv::Vec3b>(lab_of(small))) {
    lightness.add(p[0]);
    a.add(p[1]);
    chroma += std::sqrt((p[1] - 128.0) * (p[1] - 128.0) + (p[2] - 128.0) * (p[2] - 128.0));
  }
  return lightness.quantile(0.8) < kDarkFrame || chroma / static_cast<double>(small.total()) < kColorless ||
         a.quantile(0.5) - 128 >= kColoredLight;
}

NamedColor paint_color(const VehicleCopy& copy, const std::optional<cv::Rect>& plate_px) {
  if (copy.bgr.empty()) return {};
  const Shown vehicle{copy.bgr, lightness_plane(copy.bgr), copy.ratio, copy.box_px};
  const cv::Rect plate = plate_px ? plate_in(vehicle, *plate_px) : cv::Rect();
  const std::vector<Pixel> panels = panels_of(vehicle, plate);
  if (panels.size() < kLeastPixels) return {};
  const float white = white_of(vehicle, plate);
  float all = 0, colored = 0;
  for (const Pixel& p : panels) {
    all += p.weight;
    if (p.chroma() > kColored) colored += p.weight;
  }
  return colored > kColoredShare * all ? hue_of(panels, white, colored / all) : shade(panels, white, all);
}

}  // namespace glasshouse::vision
