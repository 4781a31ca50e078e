#include "month.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <unordered_set>

#include "base/id.h"

namespace glasshouse::bench {
namespace {

constexpr double kMedianReads = 6, kSpread = 0.857;  // lognormal: nine of ten below 18
constexpr std::size_t kMostReads = 3214;             // of one plate
constexpr std::size_t kHomeCameras = 12;             // half of a vehicle's passings are at these
constexpr std::size_t kReadsAConvoy = 100'000;       // one convoy for so many reads
constexpr std::int64_t kHourMs = 3'600'000;

constexpr const char* kColors[] = {"white", "black", "gray", "silver", "red", "blue", "green", "brown"};
constexpr const char* kBodies[] = {"sedan", "suv", "pickup", "van", "hatchback", "truck"};
constexpr const char* kMakes[] = {"ford", "toyota", "honda", "chevrolet", "nissan", "unknown"};

class Maker {
 public:
  explicit Maker(const MonthOptions& options) { month_.options = options; }

  Month make() {
    month_.start_ms = month_.options.until_ms - static_cast<std::int64_t>(month_.options.days) * 24 * kHourMs;
    month_.vehicles.push_back({});
    month_.passings.reserve(month_.options.reads + 64);
    for (std::size_t i = 0; i < std::max<std::size_t>(1, month_.options.reads / kReadsAConvoy); ++i) convoy();
    vehicle(kMostReads);
    while (month_.passings.size() < month_.options.reads) vehicle(times());
    month_.passings.resize(month_.options.reads);
    std::stable_sort(month_.passings.begin(), month_.passings.end(),
                     [](const Passing& a, const Passing& b) { return a.at_ms < b.at_ms; });
    return std::move(month_);
  }

 private:
  std::size_t times() {
    const double normal =
        std::sqrt(-2 * std::log(1 - random_.unit())) * std::cos(2 * std::numbers::pi * random_.unit());
    const double reads = std::round(std::exp(std::log(kMedianReads) + kSpread * normal));
    return static_cast<std::size_t>(std::clamp(reads, 1.0, static_cast<double>(kMostReads)));
  }

  std::uint32_t new_vehicle() {  // ABC1234, or seven of any
    for (;;) {
      std::string text;
      const bool usual = random_.below(4) != 0;
      for (int i = 0; i < 7; ++i) {
        const bool letter = usual ? i < 3 : random_.below(2) == 0;
        text +=
            letter ? static_cast<char>('A' + random_.below(26)) : static_cast<char>('0' + random_.below(10));
      }
      const std::uint64_t plate = plate::Plate::parse(text)->packed();
      if (!plates_.insert(plate).second) continue;
      month_.vehicles.push_back({plate, static_cast<std::uint8_t>(random_.below(std::size(kColors))),
                                 static_cast<std::uint8_t>(random_.below(std::size(kBodies))),
                                 static_cast<std::uint8_t>(random_.below(std::size(kMakes)))});
      return static_cast<std::uint32_t>(month_.vehicles.size() - 1);
    }
  }

  std::int64_t moment() {  // the sum of two halves, so that noon is busiest
    const auto of_day = static_cast<std::int64_t>(random_.below(12 * kHourMs) + random_.below(12 * kHourMs));
    return month_.start_ms + static_cast<std::int64_t>(random_.below(month_.options.days)) * 24 * kHourMs +
           of_day;
  }
  std::uint16_t camera_near(std::size_t home) {
    const std::size_t cameras = month_.options.cameras;
    const bool near = random_.below(2) == 0;
    return static_cast<std::uint16_t>(near ? (home + random_.below(kHomeCameras)) % cameras
                                           : random_.below(cameras));
  }

  void vehicle(std::size_t reads) {
    const std::uint32_t number = random_.below(20) == 0 ? 0 : new_vehicle();
    const std::size_t home = random_.below(month_.options.cameras);
    for (std::size_t i = 0; i < reads; ++i) month_.passings.push_back({moment(), number, camera_near(home)});
  }

  // Two vehicles, the second less than a minute behind, at four to nine cameras.
  void convoy() {
    const std::uint32_t leader = new_vehicle();
    const std::uint32_t follower = new_vehicle();
    month_.leaders.push_back(leader);
    std::int64_t at = moment();
    for (std::size_t n = 4 + random_.below(6); n > 0; --n, at += 120'000) {
      const auto camera = static_cast<std::uint16_t>(random_.below(month_.options.cameras));
      at = std::min(at, month_.end_ms() - 60'000);
      month_.passings.push_back({at, leader, camera});
      month_.passings.push_back(
          {at + 1 + static_cast<std::int64_t>(random_.below(50'000)), follower, camera});
    }
  }

  Month month_;
  Random random_{20261122};
  std::unordered_set<std::uint64_t> plates_;
};

}  // namespace

Month make_month(const MonthOptions& options) {
  return Maker(options).make();
}

Vehicle looks_of(const Month& month, const Passing& passing) {
  if (passing.vehicle != 0) return month.vehicles[passing.vehicle];
  Random random(static_cast<std::uint64_t>(passing.at_ms) * 1000 + passing.camera);
  return {0, static_cast<std::uint8_t>(random.below(std::size(kColors))),
          static_cast<std::uint8_t>(random.below(std::size(kBodies))),
          static_cast<std::uint8_t>(random.below(std::size(kMakes)))};
}

reads::Fingerprint fingerprint_of(const Passing& passing) {
  constexpr double kOfPassing = 0.35;
  Random own((static_cast<std::uint64_t>(passing.at_ms) << 16) + passing.camera);
  const std::uint64_t side = own.below(2);
  // Without a plate each is a vehicle of its own.
  Random vehicle(passing.vehicle != 0 ? 2 * std::uint64_t{passing.vehicle} + side : own.next());
  std::array<double, reads::kFingerprintSize> far{};
  double length = 0;
  for (double& one : far) {
    one = vehicle.unit() - 0.5 + kOfPassing * (own.unit() - 0.5);
    length += one * one;
  }
  const double scale = 127 / std::sqrt(length);
  reads::Fingerprint fingerprint{};
  for (std::size_t d = 0; d < far.size(); ++d)
    fingerprint[d] = static_cast<std::int8_t>(std::lround(far[d] * scale));
  return fingerprint;
}

plate::Plate plate_of(const Month& month, const Passing& passing) {
  return plate::Plate::from_packed(month.vehicles[passing.vehicle].plate);
}

reads::Incoming incoming_of(const Month& month, const Passing& passing) {
  reads::Incoming in;
  in.read.id = base::new_id("read", base::from_ms(passing.at_ms));
  in.read.camera_id = camera_name(passing.camera);
  in.read.captured_at = base::from_ms(passing.at_ms);
  const Vehicle looks = looks_of(month, passing);
  in.read.looks.color = kColors[looks.color];
  in.read.looks.body = kBodies[looks.body];
  in.read.looks.make = kMakes[looks.make];
  in.read.fingerprint = fingerprint_of(passing);
  if (passing.vehicle == 0) return in;
  reads::PlateReading plate;
  plate.plate = plate_of(month, passing);
  plate.confidence = 0.93f;
  plate.region = "us-va";
  plate.region_confidence = 0.8f;
  plate.box = {400, 300, 120, 40};
  for (char c : plate.plate.text()) plate.characters.push_back({c, 0.97f, {{'X', 0.01f}}});
  plate.candidates = {{plate.plate.text(), 0.93f}};
  in.read.plate = std::move(plate);
  return in;
}

std::string camera_name(std::size_t camera) {
  return "cam_" + std::to_string(camera);
}
const char* color_name(std::size_t color) {
  return kColors[color];
}
const char* body_name(std::size_t body) {
  return kBodies[body];
}
const char* make_name(std::size_t make) {
  return kMakes[make];
}

}  // namespace glasshouse::bench
