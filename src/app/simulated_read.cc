#include "app/simulated_read.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "app/demo_picture.h"
#include "plate/pattern.h"

namespace glasshouse::app {
namespace {

constexpr double kNoPlate = 0.03;  // dirt, glare, a trailer
constexpr double kMisread = 0.05;  // one character taken for another of its class
constexpr double kUnknownLook = 0.06;
constexpr double kWrongColor = 0.04;
constexpr double kRegionUnknown = 0.15;

class Noise {
 public:
  explicit Noise(std::uint64_t seed) : random_(seed) {}
  double uniform() { return static_cast<double>(random_() >> 11) * 0x1.0p-53; }
  bool happens(double chance) { return uniform() < chance; }
  float between(double least, double most) { return static_cast<float>(least + (most - least) * uniform()); }
  std::size_t below(std::size_t count) {
    return std::min(count - 1, static_cast<std::size_t>(uniform() * static_cast<double>(count)));
  }

 private:
  std::mt19937_64 random_;
};

// Another character of the same confusion class; '\0' when it has none.
char look_alike(char c, Noise& noise) {
  constexpr std::string_view kAll = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::string others;
  for (const char other : kAll) {
    if (other != c && plate::fold(other) == plate::fold(c)) others += other;
  }
  return others.empty() ? '\0' : others[noise.below(others.size())];
}

vision::PlateReading read_plate(const std::string& truth, const std::string& region, Noise& noise) {
  vision::PlateReading reading;
  reading.text = truth;
  std::size_t doubtful = truth.size();
  if (noise.happens(kMisread * 2)) {  // half of the doubtful ones are right all the same
    const std::size_t index = noise.below(truth.size());
    if (look_alike(truth[index], noise) != '\0') doubtful = index;
  }
  const bool misread = doubtful < truth.size() && noise.happens(0.5);
  double whole = 1;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    vision::Character character{truth[i], noise.between(0.94, 0.995), {}};
    if (const char other = look_alike(truth[i], noise); other != '\0') {
      if (i == doubtful) character.confidence = noise.between(0.5, 0.72);
      character.alternatives.push_back({other, (1 - character.confidence) * 0.8f});
      if (i == doubtful && misread) std::swap(character.value, character.alternatives[0].value);
    }
    whole *= std::sqrt(character.confidence);
    reading.text[i] = character.value;
    reading.characters.push_back(std::move(character));
  }
  reading.confidence = static_cast<float>(whole);
  reading.candidates.push_back({reading.text, reading.confidence});
  if (doubtful < truth.size()) {
    std::string other = reading.text;
    other[doubtful] = reading.characters[doubtful].alternatives[0].value;
    reading.candidates.push_back({other, reading.confidence * 0.5f});
  }
  reading.region = noise.happens(kRegionUnknown) ? "unknown" : region;
  reading.region_confidence = reading.region == "unknown" ? 0 : noise.between(0.7, 0.98);
  return reading;
}

vision::VehicleLooks read_looks(const Town& town, const SimulatedPassing& passing, Noise& noise) {
  vision::VehicleLooks looks;
  looks.vehicle_class = passing.vehicle.body == "truck" ? "truck" : "car";
  looks.class_confidence = noise.between(0.85, 0.99);
  looks.view = passing.from_behind ? "rear" : "front";
  looks.view_confidence = noise.between(0.85, 0.99);
  if (!noise.happens(kUnknownLook)) {
    looks.body = passing.vehicle.body;
    looks.body_confidence = noise.between(0.6, 0.97);
  }
  if (!noise.happens(kUnknownLook)) {
    const bool wrong = noise.happens(kWrongColor);
    looks.color = wrong ? town.colors[noise.below(town.colors.size())].first : passing.vehicle.color;
    looks.color_confidence = wrong ? noise.between(0.35, 0.6) : noise.between(0.6, 0.97);
  }
  return looks;
}

// What a camera could have measured: near to what it measures of the same vehicle from the same side, a
// little nearer to vehicles of the same body and color than to others.
vision::Fingerprint measure(const SimulatedPassing& passing, Noise& noise) {
  constexpr double kOfKind = 0.5, kOfVehicle = 0.75, kOfPassing = 0.3;
  const std::string side = passing.from_behind ? " rear" : " front";
  const std::hash<std::string> number;
  Noise kind(number(passing.vehicle.color + passing.vehicle.body + side));
  Noise vehicle(number(passing.vehicle.plate + side));
  std::array<double, vision::kFingerprintSize> far{};
  double length = 0;
  for (double& one : far) {
    one = kOfKind * kind.between(-1, 1) + kOfVehicle * vehicle.between(-1, 1) +
          kOfPassing * noise.between(-1, 1);
    length += one * one;
  }
  vision::Fingerprint fingerprint{};
  std::transform(far.begin(), far.end(), fingerprint.begin(), [&](double one) {
    return static_cast<std::int8_t>(std::lround(127 * one / std::sqrt(length)));
  });
  return fingerprint;
}

std::string caption_of(const std::string& name) {
  std::string caption;
  for (const char c : name) {
    if (caption.size() < 30) caption += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return caption;
}

}  // namespace

edge::Seen simulate_read(const Town& town, const SimulatedPassing& passing, std::uint64_t seed,
                         bool with_picture) {
  const TownCamera& camera = town.cameras[passing.camera];
  const std::string key = camera.id + " " + passing.vehicle.plate + " " + std::to_string(seed);
  edge::Seen seen;
  seen.id = edge::id_of_content(passing.at, key, 0);
  seen.captured_at = passing.at;
  Noise noise(std::hash<std::string>{}(seen.id));
  if (passing.wanted || !noise.happens(kNoPlate))
    seen.plate = read_plate(passing.vehicle.plate, passing.vehicle.region, noise);
  seen.vehicle = read_looks(town, passing, noise);
  seen.frames = 3 + static_cast<int>(noise.below(9));
  seen.vehicle.fingerprint = measure(passing, noise);
  if (with_picture) {
    const auto zone_h = static_cast<std::int64_t>(std::lround(town.center.lon_deg / 15));
    const std::int64_t hour = ((base::to_ms(passing.at) / 3'600'000 + zone_h) % 24 + 24) % 24;
    auto picture = draw_vehicle(passing.vehicle.plate, passing.vehicle.body, passing.vehicle.color,
                                passing.from_behind, hour < 7 || hour >= 18, caption_of(camera.name));
    seen.frame = std::move(picture.frame);
    seen.vehicle.box_px = picture.vehicle_px;
    if (seen.plate) seen.plate->box_px = picture.plate_px;
  }
  return seen;
}

}  // namespace glasshouse::app
