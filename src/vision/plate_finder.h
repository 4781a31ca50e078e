// Inside vision only: number plates in a picture, by their four corners.
#pragma once

#include <array>
#include <memory>
#include <opencv2/core.hpp>
#include <vector>

#include "base/result.h"
#include "vision/net.h"

namespace glasshouse::vision {

using Quad = std::array<cv::Point2f, 4>;  // top-left, top-right, bottom-right, bottom-left

float width_of(const Quad& corners_px);   // mean of the top and the bottom edge
float height_of(const Quad& corners_px);  // mean of the left and the right edge
cv::Rect box_of(const Quad& corners_px);  // upright box around it

struct PlateQuad {
  Quad corners_px{};
  float score = 0;  // 0..1, that a plate is there
};

// The in-house network of training/finder. It finds plates that are 14 to 200 px wide in what it is shown, so
// a picture is shown to it in up to two sizes.
class PlateFinder {
 public:
  static base::Result<std::unique_ptr<PlateFinder>> open(const std::string& models_dir, int threads);

  // Surest first, at most kMostQuads, none on top of another. shown: shown_copy(bgr), which is looked at
  // first.
  base::Result<std::vector<PlateQuad>> find(const cv::Mat& bgr, const cv::Mat& shown, float least_score);

  // Looks again at a plate that was found, from as near as its corners are told best. The score is that of
  // both looks together (their geometric mean); a plate that is not there any more has score 0 and its first
  // corners.
  base::Result<PlateQuad> look_closely(const cv::Mat& bgr, const PlateQuad& plate);

  double nets_ms() const { return net_->spent_ms(); }

 private:
  explicit PlateFinder(std::unique_ptr<Net> net) : net_(std::move(net)) {}
  // Plates in `shown`, corners in its pixels.
  base::Result<std::vector<PlateQuad>> find_shown(const cv::Mat& shown, float least_score);

  std::unique_ptr<Net> net_;
};

inline constexpr std::size_t kMostQuads = 16;

}  // namespace glasshouse::vision
