#include "vision/vehicle_finder.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <fstream>
#include <opencv2/imgproc.hpp>

#include "vision/copies.h"
#include "vision/net.h"
#include "vision/pixels.h"

namespace glasshouse::vision {
namespace {

constexpr int kLongerSide = 320;      // px, longer side of a picture as the net sees it
constexpr int kShorterMultiple = 64;  // of the shorter one: what a wide picture leaves free is not computed
// The classes that scripts/bootstrap keeps of COCO's: a person, then VehicleClass in its order.
constexpr int kClasses = 5;
constexpr int kPerson = 0, kFirstVehicle = 1;
constexpr float kPersonFrom = 0.2f;     // low: one blurred too many costs less than a face
constexpr double kPersonMargin = 0.06;  // of the box, on each side
constexpr std::size_t kMostPeople = 64;
constexpr double kSameVehicle = 0.5;  // overlap from which two boxes are one vehicle

struct Anchor {
  float cy, cx, h, w;  // in units of kLongerSide
};
constexpr int kAnchorsACell = 9;
constexpr std::size_t kAnchors = kAnchorsACell * (40 * 40 + 20 * 20 + 10 * 10 + 5 * 5 + 3 * 3);
static_assert(sizeof(Anchor) == 16);

}  // namespace

struct VehicleFinder::Impl {
  std::unique_ptr<Net> net;
  std::vector<Anchor> anchors;  // of a square input, level by level, row by row

  std::vector<const Anchor*> anchors_of(int height, int width) const;
};

// Those of a smaller input: a level's grid then ends earlier.
std::vector<const Anchor*> VehicleFinder::Impl::anchors_of(int height, int width) const {
  std::vector<const Anchor*> some;
  std::size_t before = 0;  // anchors of the levels before
  for (int level = 3; level <= 7; ++level) {
    // The last level pools the one before with a step of two.
    const auto cells = [&](int side) { return level < 7 ? side >> level : ((side >> 6) + 1) / 2; };
    for (int y = 0; y < cells(height); ++y)
      for (int x = 0; x < cells(width); ++x)
        for (int k = 0; k < kAnchorsACell; ++k)
          some.push_back(&anchors[before + (y * cells(kLongerSide) + x) * std::size_t{kAnchorsACell} + k]);
    before += std::size_t{kAnchorsACell} * cells(kLongerSide) * cells(kLongerSide);
  }
  return some;
}

VehicleFinder::VehicleFinder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
VehicleFinder::~VehicleFinder() = default;

base::Result<std::unique_ptr<VehicleFinder>> VehicleFinder::open(const std::string& models_dir, int threads) {
  static_assert(std::endian::native == std::endian::little, "anchors are stored little-endian");
  const std::string name = multiplies_bytes() ? "/vehicle-finder.int8.onnx" : "/vehicle-finder.onnx";
  const std::string path = models_dir + name;
  auto net = Net::open(path, threads);
  if (!net) return tl::unexpected(net.error());
  auto impl = std::make_unique<Impl>();
  impl->net = std::move(*net);
  std::ifstream file(path + ".anchors.bin", std::ios::binary | std::ios::ate);
  const std::streamoff bytes = file ? static_cast<std::streamoff>(file.tellg()) : 0;
  if (bytes != kAnchors * sizeof(Anchor))
    return base::failure(Errc::kNoModels, "The anchors " + path + ".anchors.bin are missing or damaged", "",
                         "Run scripts/bootstrap again");
  impl->anchors.resize(kAnchors);
  file.seekg(0);
  file.read(reinterpret_cast<char*>(impl->anchors.data()), bytes);
  return std::unique_ptr<VehicleFinder>(new VehicleFinder(std::move(impl)));
}

namespace {

cv::Rect box_of(const Anchor& anchor, const float* delta, double to_picture) {
  const double cy = delta[0] * anchor.h + anchor.cy, cx = delta[1] * anchor.w + anchor.cx;
  const double h = std::exp(std::min(delta[2], 4.0f)) * anchor.h,
               w = std::exp(std::min(delta[3], 4.0f)) * anchor.w;
  return {cvRound((cx - w / 2) * to_picture), cvRound((cy - h / 2) * to_picture), cvRound(w * to_picture),
          cvRound(h * to_picture)};
}

cv::Rect grown_box(const cv::Rect& box, double share) {
  const int dx = cvRound(share * box.width), dy = cvRound(share * box.height);
  return {box.x - dx, box.y - dy, box.width + 2 * dx, box.height + 2 * dy};
}

// Greedy suppression across classes: a pickup is often both car and truck. The class scores of the boxes that
// fall together are merged, because they say how sure the class is.
std::vector<FoundVehicle> join(std::vector<FoundVehicle> boxes) {
  std::sort(boxes.begin(), boxes.end(), [](auto& a, auto& b) { return a.confidence > b.confidence; });
  std::vector<FoundVehicle> kept;
  for (const FoundVehicle& box : boxes) {
    auto same = std::find_if(kept.begin(), kept.end(),
                             [&](auto& k) { return overlap(k.box_px, box.box_px) > kSameVehicle; });
    if (same == kept.end()) {
      kept.push_back(box);
      continue;
    }
    for (int c = 0; c < 4; ++c) same->class_scores[c] = std::max(same->class_scores[c], box.class_scores[c]);
  }
  return kept;
}

}  // namespace

double VehicleFinder::nets_ms() const {
  return impl_->net->spent_ms();
}

base::Result<FoundInPicture> VehicleFinder::find(const cv::Mat& shown, cv::Size picture_px,
                                                 float least_confidence) {
  const double ratio = std::min(kLongerSide / static_cast<double>(picture_px.width),
                                kLongerSide / static_cast<double>(picture_px.height));
  const cv::Size size(std::clamp(cvRound(picture_px.width * ratio), 1, kLongerSide),
                      std::clamp(cvRound(picture_px.height * ratio), 1, kLongerSide));
  const auto up = [](int side) {
    return (side + kShorterMultiple - 1) / kShorterMultiple * kShorterMultiple;
  };
  const int height = up(size.height), width = up(size.width);
  cv::Mat canvas(height, width, CV_8UC3, cv::Scalar::all(0));
  reduced(shown, size).copyTo(canvas(cv::Rect({0, 0}, size)));
  constexpr float kScale[3] = {1 / 128.0f, 1 / 128.0f, 1 / 128.0f};
  constexpr float kOffset[3] = {-127 / 128.0f, -127 / 128.0f, -127 / 128.0f};
  to_planes(canvas, impl_->net->input(height, width), {width, height}, kScale, kOffset, true);
  auto out = impl_->net->run();
  if (!out) return tl::unexpected(out.error());
  const std::vector<const Anchor*> anchors = impl_->anchors_of(height, width);
  if (out->size() != 2 || (*out)[0].values.size() != anchors.size() * 4 ||
      (*out)[1].values.size() != anchors.size() * kClasses)
    return base::failure(Errc::kInference, "The vehicle finder gave an answer of another shape",
                         "The model and its anchors do not belong together", "Run scripts/bootstrap again");
  const float* deltas = (*out)[0].values.data();
  const float* scores = (*out)[1].values.data();
  std::vector<FoundVehicle> boxes;
  FoundInPicture result;
  const cv::Rect all({0, 0}, picture_px);
  for (std::size_t a = 0; a < anchors.size(); ++a) {
    if (scores[a * kClasses + kPerson] >= kPersonFrom && result.people_px.size() < kMostPeople) {
      const cv::Rect box = box_of(*anchors[a], deltas + a * 4, kLongerSide / ratio);
      result.people_px.push_back(grown_box(box, kPersonMargin) & all);
    }
    FoundVehicle found;
    for (int c = 0; c < 4; ++c) {
      found.class_scores[c] = scores[a * kClasses + kFirstVehicle + c];
      if (found.class_scores[c] > found.confidence) {
        found.confidence = found.class_scores[c];
        found.kind = static_cast<VehicleClass>(c);
      }
    }
    if (found.confidence < least_confidence) continue;
    found.box_px = box_of(*anchors[a], deltas + a * 4, kLongerSide / ratio) & all;
    if (found.box_px.width >= 24 && found.box_px.height >= 24) boxes.push_back(found);
  }
  result.vehicles = join(std::move(boxes));
  return result;
}

}  // namespace glasshouse::vision
