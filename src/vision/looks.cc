#include "vision/looks.h"

#include <algorithm>
#include <array>

#include "vision/paint.h"

namespace glasshouse::vision {

VehicleLooks describe(const cv::Mat& bgr, const FoundVehicle& vehicle,
                      const std::optional<cv::Rect>& plate_px) {
  static constexpr std::array<const char*, 4> kClasses = {"car", "motorcycle", "bus", "truck"};
  VehicleLooks looks;
  looks.box_px = {vehicle.box_px.x, vehicle.box_px.y, vehicle.box_px.width, vehicle.box_px.height};
  constexpr float kSureClass = 0.4f, kClearlyAhead = 0.15f;
  const int kind = static_cast<int>(vehicle.kind);
  float second = 0;
  for (int c = 0; c < 4; ++c)
    if (c != kind) second = std::max(second, vehicle.class_scores[c]);
  if (vehicle.confidence >= kSureClass && vehicle.confidence - second >= kClearlyAhead) {
    looks.vehicle_class = kClasses[kind];
    looks.class_confidence = vehicle.confidence;
    // The class is the body, except for cars: COCO does not tell a sedan from a wagon, and neither do we.
    if (vehicle.kind != VehicleClass::kCar) {
      looks.body = looks.vehicle_class;
      looks.body_confidence = vehicle.confidence;
    }
  }
  const NamedColor color = paint_color(bgr, vehicle.box_px, plate_px);
  looks.color = color.name;
  looks.color_confidence = color.confidence;
  return looks;
}

}  // namespace glasshouse::vision
