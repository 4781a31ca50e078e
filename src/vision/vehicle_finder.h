// Inside vision only: vehicles in a picture.
#pragma once

#include <memory>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "base/result.h"

namespace glasshouse::vision {

enum class VehicleClass { kCar, kMotorcycle, kBus, kTruck };

struct FoundVehicle {
  cv::Rect box_px;
  VehicleClass kind = VehicleClass::kCar;
  float confidence = 0;                  // of the best class
  float class_scores[4] = {0, 0, 0, 0};  // car, motorcycle, bus, truck
};

// EfficientDet-Lite0 on COCO; people and everything else it could find are never looked at.
class VehicleFinder {
 public:
  static base::Result<std::unique_ptr<VehicleFinder>> open(const std::string& models_dir, int threads);
  ~VehicleFinder();

  // Most confident first, overlapping boxes joined. Boxes lie inside the picture.
  base::Result<std::vector<FoundVehicle>> find(const cv::Mat& bgr, float least_confidence);

 private:
  struct Impl;
  explicit VehicleFinder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace glasshouse::vision
