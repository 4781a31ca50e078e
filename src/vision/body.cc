#include "vision/body.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace glasshouse::vision {
namespace {

constexpr float kSureClass = 0.4f, kClearlyAhead = 0.15f;  // of the finder's scores
constexpr float kLeastConfidence = 0.3f;                   // below: unknown

// How a vehicle measures in its box: metres, and how much that varies (standard deviation of the logarithm:
// slanted views and loose boxes more than vehicles themselves).
struct Sizes {
  double height, plate_above_ground, above_plate;
};
constexpr Sizes kVaries = {0.25, 0.6, 0.45};
constexpr double kLeastMetres = 0.05;

// How often the finder takes such a body for a car, is in doubt, or takes it for a truck.
struct TakenFor {
  double car, doubt, truck;
};

struct Body {
  const char* name;
  Sizes metres;
  TakenFor taken_for;
  double share_us, share_europe, share_brazil;  // on the road there, roughly
};

// The sizes of the first four are medians over vehicles labelled by eye (training/looks/labels.tsv); the
// others are what such vehicles measure, less the tenth that boxes leave out of the first four.
constexpr std::array<Body, 9> kBodies = {{
    {"sedan", {1.30, 0.50, 0.76}, {0.93, 0.06, 0.01}, 0.41, 0.25, 0.25},
    {"hatchback", {1.39, 0.41, 0.91}, {0.93, 0.06, 0.01}, 0.05, 0.41, 0.51},
    {"wagon", {1.31, 0.61, 0.69}, {0.92, 0.06, 0.02}, 0.03, 0.14, 0.04},
    {"suv", {1.46, 0.77, 0.68}, {0.83, 0.12, 0.05}, 0.26, 0.12, 0.09},
    {"minivan", {1.55, 0.70, 0.85}, {0.80, 0.15, 0.05}, 0.07, 0.03, 0.02},
    {"van", {1.90, 0.75, 1.20}, {0.35, 0.35, 0.30}, 0.01, 0.02, 0.015},
    {"pickup", {1.65, 0.50, 1.15}, {0.25, 0.30, 0.45}, 0.12, 0.005, 0.06},
    {"coupe", {1.20, 0.45, 0.72}, {0.94, 0.05, 0.01}, 0.04, 0.015, 0.005},
    {"truck", {2.70, 0.80, 1.90}, {0.05, 0.15, 0.80}, 0.01, 0.01, 0.01},
}};

struct Place {
  double plate_width_m;
  double Body::*share;
};

std::optional<Place> place_of(std::string_view region) {
  constexpr std::size_t kCountryLetters = 2;
  if (region.substr(0, kCountryLetters) == "us") return Place{0.305, &Body::share_us};
  if (region == "br") return Place{0.40, &Body::share_brazil};
  if (region.empty() || region == "unknown") return std::nullopt;
  return Place{0.52, &Body::share_europe};
}

double far_by(double seen, double usual, double varies) {
  const double apart = (std::log(std::max(seen, kLeastMetres)) - std::log(usual)) / varies;
  return apart * apart / 2;
}

}  // namespace

std::optional<double> plate_width_m(std::string_view region) {
  const std::optional<Place> place = place_of(region);
  if (!place) return std::nullopt;
  return place->plate_width_m;
}

std::optional<VehicleClass> sure_class(const FoundVehicle& vehicle) {
  float second = 0;
  for (int c = 0; c < 4; ++c)
    if (c != static_cast<int>(vehicle.kind)) second = std::max(second, vehicle.class_scores[c]);
  if (vehicle.confidence < kSureClass || vehicle.confidence - second < kClearlyAhead) return std::nullopt;
  return vehicle.kind;
}

NamedBody body_of(const FoundVehicle& vehicle, const cv::Rect& plate_px, std::string_view region,
                  bool from_front) {
  const std::optional<Place> place = place_of(region);
  if (!place || plate_px.width <= 0 || vehicle.kind == VehicleClass::kMotorcycle) return {};
  const double metres = place->plate_width_m / plate_px.width;  // of a pixel
  const double plate_y = plate_px.y + plate_px.height / 2.0;
  const Sizes seen = {vehicle.box_px.height * metres, (vehicle.box_px.br().y - plate_y) * metres,
                      (plate_y - vehicle.box_px.y) * metres};
  const std::optional<VehicleClass> kind = sure_class(vehicle);
  std::array<double, kBodies.size()> likely{};
  double all = 0;
  for (std::size_t i = 0; i < kBodies.size(); ++i) {
    const Body& body = kBodies[i];
    double far = far_by(seen.height, body.metres.height, kVaries.height);
    if (!from_front)
      far += far_by(seen.plate_above_ground, body.metres.plate_above_ground, kVaries.plate_above_ground) +
             far_by(seen.above_plate, body.metres.above_plate, kVaries.above_plate);
    const TakenFor& often = body.taken_for;
    const double taken = !kind ? often.doubt : *kind == VehicleClass::kCar ? often.car : often.truck;
    likely[i] = body.*(place->share) * taken * std::exp(-far);
    all += likely[i];
  }
  const auto best = std::max_element(likely.begin(), likely.end());
  const float confidence = all > 0 ? static_cast<float>(*best / all) : 0;
  if (confidence < kLeastConfidence) return {};
  return {kBodies[static_cast<std::size_t>(best - likely.begin())].name, confidence};
}

}  // namespace glasshouse::vision
