#include "vision/paint.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <opencv2/core.hpp>

#include "vision/copies.h"
#include "vision/lab.h"
#include "vision/resample.h"
#include "vision/straighten.h"

namespace glasshouse::vision {
namespace {

// In the order of the net's answers: COLORS in training/vehicles/camera.py.
constexpr std::array<const char*, 11> kPaints = {"white", "silver", "gray",  "black",  "red",   "blue",
                                                 "green", "brown",  "beige", "yellow", "orange"};
// As in training/vehicles: SEEN in camera.py, AROUND in drawn.py.
constexpr int kSeenWidth = 84, kSeenHeight = 74;  // px, of what the net is shown
constexpr double kAround = 0.15;                  // of the box's sides, on each side of it
constexpr int kBeyondPicture = 127;
// As in training/vehicles/train.py: what the ground of plates is brought to, how much lighter or darker the
// picture may become for it, and how many times one channel of the ground may be another's: if more, the
// plate is no white one, and only its lightest channel counts.
constexpr double kWhite = 186, kLeastGain = 0.6, kMostGain = 4, kMostTint = 1.45;
constexpr double kDarkerThanGround = 0.8;  // of a plate's pixels

// All lightness is OpenCV's 8-bit L (0..255), all chroma the length of its a and b.
constexpr int kFrameWidth = 64, kFrameHeight = 36;  // the frame's light is judged on so small a copy
constexpr double kDarkFrame = 70;                   // four fifths of a frame darker than this: night
constexpr double kColorless = 1.5;  // mean chroma below which a frame is infrared or black-and-white
// Median of a, which runs from green to magenta: grass takes it down, only lamps and bad sensors take it up
// so far.
constexpr double kColoredLight = 14;

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

// The box and some around it; what lies beyond the picture is gray. Empty when the box lies there wholly.
cv::Mat surrounded(const cv::Mat& bgr, const cv::Rect& vehicle_px) {
  const cv::Rect picture(0, 0, bgr.cols, bgr.rows), box = vehicle_px & picture;
  if (box.area() == 0) return {};
  const double left = box.x - kAround * box.width, top = box.y - kAround * box.height;
  const double sx = kSeenWidth / ((1 + 2 * kAround) * box.width),
               sy = kSeenHeight / ((1 + 2 * kAround) * box.height);
  const auto whole = [](double v, int most) { return std::clamp(cvRound(v), 0, most); };
  const cv::Rect inside(cv::Point(whole(left, bgr.cols), whole(top, bgr.rows)),
                        cv::Point(whole(box.br().x + kAround * box.width, bgr.cols),
                                  whole(box.br().y + kAround * box.height, bgr.rows)));
  const cv::Rect at(
      cv::Point(whole((inside.x - left) * sx, kSeenWidth), whole((inside.y - top) * sy, kSeenHeight)),
      cv::Point(whole((inside.br().x - left) * sx, kSeenWidth),
                whole((inside.br().y - top) * sy, kSeenHeight)));
  cv::Mat seen(kSeenHeight, kSeenWidth, CV_8UC3, cv::Scalar::all(kBeyondPicture));
  if (at.area() > 0) reduced(bgr(inside), at.size()).copyTo(seen(at));
  return seen;
}

// What each channel is to be multiplied with so that the plate's ground becomes white.
cv::Scalar gain_by(const cv::Mat& bgr, const Quad& plate_px) {
  const cv::Mat plate = straighten_to(bgr, plate_px, {48, 16});
  std::array<Levels, 3> channels;
  for (const cv::Vec3b& p : cv::Mat_<cv::Vec3b>(plate))
    for (int c = 0; c < 3; ++c) channels[c].add(p[c]);
  std::array<double, 3> ground{};
  for (int c = 0; c < 3; ++c) ground[c] = std::max(1.0f, channels[c].quantile(kDarkerThanGround));
  const auto [least, most] = std::minmax_element(ground.begin(), ground.end());
  const double lightest = *most;
  const bool tinted = lightest > kMostTint * *least;
  cv::Scalar gain;
  for (int c = 0; c < 3; ++c)
    gain[c] = std::clamp(kWhite / (tinted ? lightest : ground[c]), kLeastGain, kMostGain);
  return gain;
}

using Chances = std::array<float, kPaints.size()>;

// Adds what the net says of the picture, looked at as it is and in a mirror: what both say is averaged.
base::Result<void> ask(Net& net, const cv::Mat& seen, Chances& chances) {
  constexpr float kScale[3] = {1 / 127.5f, 1 / 127.5f, 1 / 127.5f}, kOffset[3] = {-1, -1, -1};
  cv::Mat mirrored;
  cv::flip(seen, mirrored, 1);
  for (const cv::Mat& look : {seen, mirrored}) {
    to_planes(look, net.input(kSeenHeight, kSeenWidth), look.size(), kScale, kOffset, false);
    auto out = net.run();
    if (!out) return tl::unexpected(out.error());
    if (out->size() != 1 || (*out)[0].values.size() != chances.size())
      return base::failure(Errc::kInference, "A paint net gave an answer of another shape");
    for (std::size_t i = 0; i < chances.size(); ++i) chances[i] += (*out)[0].values[i] / 2;
  }
  return {};
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

base::Result<std::unique_ptr<PaintNet>> PaintNet::open(const std::string& models_dir, int threads) {
  auto as_seen = Net::open(house_model(models_dir, "vehicle-paint.onnx"), threads);
  if (!as_seen) return tl::unexpected(as_seen.error());
  auto by_plate = Net::open(house_model(models_dir, "vehicle-paint-by-plate.onnx"), threads);
  if (!by_plate) return tl::unexpected(by_plate.error());
  return std::unique_ptr<PaintNet>(new PaintNet(std::move(*as_seen), std::move(*by_plate)));
}

base::Result<NamedColor> PaintNet::color_of(const cv::Mat& bgr, const cv::Rect& vehicle_px,
                                            const Quad* plate_px) {
  const cv::Mat seen = surrounded(bgr, vehicle_px);
  if (seen.empty()) return NamedColor{};
  Chances chances{};
  if (auto asked = ask(*as_seen_, seen, chances); !asked) return tl::unexpected(asked.error());
  if (plate_px != nullptr) {
    cv::Mat lit;
    cv::multiply(seen, gain_by(bgr, *plate_px), lit);
    if (auto asked = ask(*by_plate_, lit, chances); !asked) return tl::unexpected(asked.error());
    for (float& chance : chances) chance /= 2;
  }
  const auto best = std::max_element(chances.begin(), chances.end());
  return NamedColor{kPaints[static_cast<std::size_t>(best - chances.begin())], *best};
}

}  // namespace glasshouse::vision
