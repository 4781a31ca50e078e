// Inside vision only: how a vehicle looks as 64 small numbers, for finding it again without its plate.
//
//   const Fingerprint seen = fingerprinter->of(bgr, vehicle.box_px);
//   if (likeness(seen, other) > 0.8) ...
//
// Edges by place and direction, lightness and color by place, in the directions in which vehicles differ
// (training/looks/fingerprint.py). Made from the vehicle's box alone; a person is never described.
#pragma once

#include <memory>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "vision/reader.h"

namespace glasshouse::vision {

class Fingerprinter {
 public:
  // kNoModels when vehicle-fingerprint.bin is missing or of another size.
  static base::Result<std::unique_ptr<Fingerprinter>> open(const std::string& models_dir);

  // The box is cut at the picture's edge; what is left must not be empty.
  Fingerprint of(const cv::Mat& bgr, const cv::Rect& vehicle_px) const;

 private:
  Fingerprinter() = default;
  std::vector<float> mean_, directions_;
};

}  // namespace glasshouse::vision
