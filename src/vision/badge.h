// Inside vision only: who made a vehicle, from the badge near its plate.
//
//   auto make = badges->make_of(bgr, plate.corners_px, "eu-de");
//   if (make && make->name != "unknown") ...
//
// A plate is as wide as its country makes them, so what lies above it is cut out at 3 and at 2.5 mm a pixel,
// whatever the camera; a small net (training/badges) says for each part of both whose badge's middle it is,
// or none's, and what it says of the two is averaged: what it takes for a badge only once counts half.
#pragma once

#include <memory>
#include <opencv2/core.hpp>
#include <string>
#include <string_view>

#include "base/result.h"
#include "vision/plate_finder.h"

namespace glasshouse::vision {

struct NamedMake {
  std::string name = "unknown";  // lower case, as `vehicle.make` in docs/formats/read.md
  float confidence = 0;          // 0..1
};

class BadgeFinder {
 public:
  static base::Result<std::unique_ptr<BadgeFinder>> open(const std::string& models_dir, int threads);

  // region: where the plate is from, as read, or else the country that the reader was told. Nothing is said
  // without one, nor of plates that are too small to show a badge beside them. Makes not sold there are never
  // named.
  base::Result<NamedMake> make_of(const cv::Mat& bgr, const Quad& plate_px, std::string_view region);

  double nets_ms() const { return net_->spent_ms(); }

 private:
  explicit BadgeFinder(std::unique_ptr<Net> net) : net_(std::move(net)) {}
  std::unique_ptr<Net> net_;
};

}  // namespace glasshouse::vision
