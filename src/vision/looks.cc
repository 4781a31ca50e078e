#include "vision/looks.h"

#include <array>

#include "vision/body.h"
#include "vision/lamps.h"

namespace glasshouse::vision {

VehicleLooks describe(const cv::Mat& copy, const FoundVehicle& vehicle,
                      const std::optional<cv::Rect>& plate_px, std::string_view region,
                      const NamedColor& color) {
  static constexpr std::array<const char*, 4> kClasses = {"car", "motorcycle", "bus", "truck"};
  VehicleLooks looks;
  looks.box_px = {vehicle.box_px.x, vehicle.box_px.y, vehicle.box_px.width, vehicle.box_px.height};
  const std::optional<VehicleClass> kind = sure_class(vehicle);
  if (kind) {
    looks.vehicle_class = kClasses[static_cast<std::size_t>(*kind)];
    looks.class_confidence = vehicle.confidence;
  }
  looks.color = color.name;
  looks.color_confidence = color.confidence;
  if (color.name != "unknown") {
    const NamedView view = view_of(copy, {{}, copy.size()});
    looks.view = view.name;
    looks.view_confidence = view.confidence;
  }
  NamedBody body;
  if (plate_px && kind != VehicleClass::kBus)
    body = body_of(vehicle, *plate_px, region, looks.view == "front");
  // A sure class other than a car is a body, too.
  if (body.name == "unknown" && kind && kind != VehicleClass::kCar)
    body = {looks.vehicle_class, vehicle.confidence};
  looks.body = body.name;
  looks.body_confidence = body.confidence;
  return looks;
}

}  // namespace glasshouse::vision
