// Inside vision only: the color that a vehicle is painted in.
//
// Two small nets name it, which have seen drawn vehicles only, whose color is known (training/vehicles). Both
// look at the whole box with some of what is around it. The first sees it as the camera does: how light the
// road and the sky are says what a white is. The second sees it in the light in which the ground of the
// vehicle's plate is white; where no plate was read it is not asked.
#pragma once

#include <memory>
#include <opencv2/core.hpp>
#include <string>

#include "base/result.h"
#include "vision/net.h"
#include "vision/plate_finder.h"

namespace glasshouse::vision {

struct NamedColor {
  std::string name = "unknown";  // as in VehicleLooks
  float confidence = 0;          // 0..1
};

// Whether a frame was taken at night, in infrared or under colored lamps: no color is named then. A small
// copy of it is enough.
bool tells_no_color(const cv::Mat& frame_bgr);

class PaintNet {
 public:
  // kNoModels when one of the two nets is missing.
  static base::Result<std::unique_ptr<PaintNet>> open(const std::string& models_dir, int threads);

  // "unknown" of a box outside the picture. plate_px: null where none was read. kInference.
  base::Result<NamedColor> color_of(const cv::Mat& bgr, const cv::Rect& vehicle_px, const Quad* plate_px);
  double nets_ms() const { return as_seen_->spent_ms() + by_plate_->spent_ms(); }

 private:
  PaintNet(std::unique_ptr<Net> as_seen, std::unique_ptr<Net> by_plate)
      : as_seen_(std::move(as_seen)), by_plate_(std::move(by_plate)) {}
  std::unique_ptr<Net> as_seen_, by_plate_;
};

}  // namespace glasshouse::vision
