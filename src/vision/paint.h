// Inside vision only: the color that a vehicle is painted in.
//
// A small net names it, which has seen drawn vehicles only, whose color is known (training/vehicles). It
// looks at the whole box with some of what is around it: how light the road and the sky are says what a white
// is.
#pragma once

#include <memory>
#include <opencv2/core.hpp>
#include <string>

#include "base/result.h"
#include "vision/net.h"

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
  // kNoModels when vehicle-paint.onnx is missing.
  static base::Result<std::unique_ptr<PaintNet>> open(const std::string& models_dir, int threads);

  // "unknown" of a box outside the picture. kInference.
  base::Result<NamedColor> color_of(const cv::Mat& bgr, const cv::Rect& vehicle_px);
  double nets_ms() const { return net_->spent_ms(); }

 private:
  explicit PaintNet(std::unique_ptr<Net> net) : net_(std::move(net)) {}
  std::unique_ptr<Net> net_;
};

}  // namespace glasshouse::vision
