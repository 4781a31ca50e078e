#include "vision/plate_finder.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "vision/copies.h"
#include "vision/pixels.h"
#include "vision/resample.h"
#include "vision/straighten.h"

namespace glasshouse::vision {
namespace {

constexpr int kCellPx = 8;     // STRIDE in training/finder/model.py
constexpr float kUnitPx = 16;  // UNIT_PX there
constexpr int kSideMultiple = 32;
constexpr double kFurther = 3.2;  // the second, smaller size that a picture is shown in
constexpr int kLeastSide = 48;    // px; below this there is no second size
constexpr double kBorder =
    0.15;  // black, around the smaller size: a picture that is nothing but a plate shows its edges too
constexpr double kSamePlate = 0.3;
constexpr int kClosePlatePx = 80;                         // width of a plate in a close look
constexpr int kCloseWidthPx = 160, kCloseHeightPx = 128;  // of what is shown then

cv::Point2f middle_of(const Quad& q) {
  return (q[0] + q[1] + q[2] + q[3]) * 0.25f;
}

// Surest first; of several findings of the same plate the surest stays.
void keep_surest(std::vector<PlateQuad>& plates) {
  std::sort(plates.begin(), plates.end(), [](auto& a, auto& b) { return a.score > b.score; });
  std::vector<PlateQuad> kept;
  for (const PlateQuad& plate : plates) {
    const cv::Rect box = box_of(plate.corners_px);
    const bool known = std::any_of(kept.begin(), kept.end(), [&](const PlateQuad& k) {
      const cv::Rect other = box_of(k.corners_px);
      return overlap(box, other) > kSamePlate || other.contains(middle_of(plate.corners_px));
    });
    if (!known) kept.push_back(plate);
    if (kept.size() == kMostQuads) break;
  }
  plates = std::move(kept);
}

// Top-left stays top-left: a quadrilateral turned inside out or folded is no plate.
bool is_sound(const Quad& q) {
  for (int i = 0; i < 4; ++i) {
    const cv::Point2f a = q[(i + 1) % 4] - q[i], b = q[(i + 2) % 4] - q[(i + 1) % 4];
    if (a.x * b.y - a.y * b.x <= 0) return false;
  }
  return width_of(q) >= 4 && height_of(q) >= 2;
}

}  // namespace

float width_of(const Quad& q) {
  return (distance(q[0], q[1]) + distance(q[3], q[2])) / 2;
}

float height_of(const Quad& q) {
  return (distance(q[0], q[3]) + distance(q[1], q[2])) / 2;
}

cv::Rect box_of(const Quad& q) {
  return cv::boundingRect(std::vector<cv::Point2f>(q.begin(), q.end()));
}

base::Result<std::unique_ptr<PlateFinder>> PlateFinder::open(const std::string& models_dir, int threads) {
  const std::string name = multiplies_bytes() ? "plate-finder.int8.onnx" : "plate-finder.onnx";
  auto net = Net::open(house_model(models_dir, name), threads);
  if (!net) return tl::unexpected(net.error());
  return std::unique_ptr<PlateFinder>(new PlateFinder(std::move(*net)));
}

base::Result<std::vector<PlateQuad>> PlateFinder::find_shown(const cv::Mat& shown, float least_score) {
  const auto up = [](int side) { return (side + kSideMultiple - 1) / kSideMultiple * kSideMultiple; };
  const int width = up(shown.cols), height = up(shown.rows);
  constexpr float kScale[3] = {1 / 255.0f, 1 / 255.0f, 1 / 255.0f}, kOffset[3] = {0, 0, 0};
  to_planes(shown, net_->input(height, width), {width, height}, kScale, kOffset, false);
  auto out = net_->run();
  if (!out) return tl::unexpected(out.error());
  const int columns = width / kCellPx, rows = height / kCellPx;
  const std::size_t cells = static_cast<std::size_t>(columns) * rows;
  if (out->size() != 2 || (*out)[0].values.size() != cells || (*out)[1].values.size() != 8 * cells)
    return base::failure(Errc::kInference, "The plate finder gave an answer of another shape");
  const float* scores = (*out)[0].values.data();
  const float* offsets = (*out)[1].values.data();
  std::vector<PlateQuad> plates;
  for (int y = 0; y < rows; ++y)
    for (int x = 0; x < columns; ++x) {
      const float score = scores[y * columns + x];
      if (score < least_score) continue;
      bool peak = true;
      for (int v = std::max(0, y - 1); v <= std::min(rows - 1, y + 1); ++v)
        for (int u = std::max(0, x - 1); u <= std::min(columns - 1, x + 1); ++u)
          peak = peak && scores[v * columns + u] <= score;
      if (!peak) continue;
      PlateQuad plate;
      plate.score = score;
      for (int i = 0; i < 4; ++i) {
        const std::size_t at = static_cast<std::size_t>(y) * columns + x;
        plate.corners_px[i] = {(x + 0.5f) * kCellPx + kUnitPx * offsets[(2 * i) * cells + at],
                               (y + 0.5f) * kCellPx + kUnitPx * offsets[(2 * i + 1) * cells + at]};
      }
      if (is_sound(plate.corners_px)) plates.push_back(plate);
    }
  return plates;
}

base::Result<std::vector<PlateQuad>> PlateFinder::find(const cv::Mat& bgr, const cv::Mat& shown,
                                                       float least_score) {
  const double nearer = std::min(1.0, kShownSide / static_cast<double>(std::max(bgr.cols, bgr.rows)));
  std::vector<PlateQuad> all;
  for (const bool further : {false, true}) {
    const double scale = further ? nearer / kFurther : nearer;
    const cv::Size size =
        further ? cv::Size(std::max(1, cvRound(bgr.cols * scale)), std::max(1, cvRound(bgr.rows * scale)))
                : shown.size();
    if (further && std::max(size.width, size.height) < kLeastSide) break;
    cv::Mat looked_at = shown;
    const int border = further ? cvRound(kBorder * std::max(size.width, size.height)) : 0;
    if (further) {
      // Of the copy that is there already: a quarter of the pixels of a 1280 px picture.
      const cv::Mat small = resized_by_area(shown, size);
      cv::copyMakeBorder(small, looked_at, border, border, border, border, cv::BORDER_CONSTANT);
    }
    auto plates = find_shown(looked_at, least_score);
    if (!plates) return tl::unexpected(plates.error());
    const cv::Point2f back(bgr.cols / static_cast<float>(size.width),
                           bgr.rows / static_cast<float>(size.height));
    for (PlateQuad& plate : *plates) {
      for (cv::Point2f& c : plate.corners_px) c = {(c.x - border) * back.x, (c.y - border) * back.y};
      all.push_back(plate);
    }
  }
  keep_surest(all);
  return all;
}

base::Result<PlateQuad> PlateFinder::look_closely(const cv::Mat& bgr, const PlateQuad& plate) {
  const float scale = kClosePlatePx / std::max(1.0f, width_of(plate.corners_px));
  const cv::Point2f middle = middle_of(plate.corners_px);
  const cv::Point2f part = middle - cv::Point2f(kCloseWidthPx, kCloseHeightPx) / (2 * scale);
  const cv::Mat shown = piece_of(bgr, part, scale, {kCloseWidthPx, kCloseHeightPx});
  if (shown.empty()) return PlateQuad{plate.corners_px, 0};
  auto plates = find_shown(shown, 0.05f);
  if (!plates) return tl::unexpected(plates.error());
  PlateQuad best{plate.corners_px, 0};
  float nearest = kClosePlatePx / 3.0f;
  const cv::Point2f center(kCloseWidthPx / 2.0f, kCloseHeightPx / 2.0f);
  for (const PlateQuad& found : *plates) {
    const float away = distance(middle_of(found.corners_px), center);
    if (away >= nearest) continue;
    nearest = away;
    best.score = std::sqrt(found.score * plate.score);
    for (int i = 0; i < 4; ++i) best.corners_px[i] = part + found.corners_px[i] * (1 / scale);
  }
  return best;
}

}  // namespace glasshouse::vision
