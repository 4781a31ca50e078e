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

struct FoundInPicture {
  std::vector<FoundVehicle> vehicles;  // most confident first, overlapping boxes joined
  std::vector<cv::Rect> people_px;     // only ever used to blur them
};

// EfficientDet-Lite0 on COCO; of its other classes, people are looked at to blur them, the rest never.
class VehicleFinder {
 public:
  static base::Result<std::unique_ptr<VehicleFinder>> open(const std::string& models_dir, int threads);
  ~VehicleFinder();

  // shown: a smaller copy of a picture of that size, in whose pixels the answer is. Boxes lie inside the
  // picture.
  base::Result<FoundInPicture> find(const cv::Mat& shown, cv::Size picture_px, float least_confidence);

  double nets_ms() const;

 private:
  struct Impl;
  explicit VehicleFinder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace glasshouse::vision
