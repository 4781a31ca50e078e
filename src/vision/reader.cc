#include "vision/reader.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "vision/badge.h"
#include "vision/blur.h"
#include "vision/copies.h"
#include "vision/fingerprint.h"
#include "vision/looks.h"
#include "vision/paint.h"
#include "vision/pixels.h"
#include "vision/plate_search.h"
#include "vision/stopwatch.h"
#include "vision/vehicle_finder.h"

namespace glasshouse::vision {
namespace {

constexpr float kVehicleFrom = 0.25f;     // the finder's confidence
constexpr int kLeastVehicleSide = 72;     // px; a plate on a smaller one is under 20 px wide
constexpr std::size_t kMostVehicles = 4;  // described in a picture, largest first

}  // namespace

struct Reader::Impl {
  ReaderOptions options;
  std::unique_ptr<VehicleFinder> vehicle_finder;
  std::unique_ptr<PlateSearch> plate_search;
  std::unique_ptr<Fingerprinter> fingerprinter;
  std::unique_ptr<BadgeFinder> badge_finder;
  std::unique_ptr<PaintNet> paint_net;

  double nets_ms() const {
    return vehicle_finder->nets_ms() + plate_search->nets_ms() + badge_finder->nets_ms() +
           paint_net->nets_ms();
  }
  static std::vector<FoundVehicle> worthwhile(std::vector<FoundVehicle> found);
  base::Result<PictureRead> alone(const cv::Mat& bgr, const FoundPlate& plate, bool has_color);
  base::Result<PictureResult> read(const cv::Mat& bgr);
};

// Largest first; one that lies almost wholly in a larger one is its trailer, its reflection or a doubtful
// double.
std::vector<FoundVehicle> Reader::Impl::worthwhile(std::vector<FoundVehicle> found) {
  std::sort(found.begin(), found.end(), [](auto& a, auto& b) { return a.box_px.area() > b.box_px.area(); });
  std::vector<FoundVehicle> kept;
  for (const FoundVehicle& vehicle : found) {
    if (std::max(vehicle.box_px.width, vehicle.box_px.height) < kLeastVehicleSide) continue;
    const bool inside = std::any_of(kept.begin(), kept.end(), [&](const FoundVehicle& k) {
      return (k.box_px & vehicle.box_px).area() > 0.85 * vehicle.box_px.area();
    });
    if (!inside) kept.push_back(vehicle);
    if (kept.size() == kMostVehicles) break;
  }
  return kept;
}

namespace {

PlateReading to_reading(const FoundPlate& found) {
  PlateReading plate;
  plate.text = found.choice.candidates.front().text;
  plate.confidence = found.confidence;
  plate.box_px = to_box(box_of(found.quad.corners_px));
  for (int i = 0; i < 4; ++i) plate.corners_px[i] = {found.quad.corners_px[i].x, found.quad.corners_px[i].y};
  plate.characters = found.choice.characters;
  plate.candidates = found.choice.candidates;
  // The list is shown beside the reading: its first entry says the same confidence.
  const float scale = plate.confidence / std::max(1e-6f, plate.candidates.front().confidence);
  for (Candidate& candidate : plate.candidates)
    candidate.confidence = std::min(1.0f, candidate.confidence * scale);
  plate.region = found.choice.region;
  plate.region_confidence = found.choice.region_confidence;
  plate.raw_text = found.choice.raw_text;
  plate.evidence = found.evidence;
  return plate;
}

std::vector<Box> private_parts(const FoundInPicture& found) {
  std::vector<Box> parts;
  for (const cv::Rect& person : found.people_px) parts.push_back(to_box(person));
  for (const FoundVehicle& vehicle : found.vehicles) {
    if (vehicle.kind == VehicleClass::kMotorcycle)
      parts.push_back(glass_of(to_box(vehicle.box_px), true));  // the rider's head and body
    else
      parts.push_back(glass_of(to_box(vehicle.box_px), vehicle.kind != VehicleClass::kCar));
  }
  return parts;
}

// Where the plate is that tells what white is in this light; null: none was read, or too doubtfully.
const Quad* white_plate(const FoundPlate* plate) {
  constexpr float kLeastConfidence = 0.3f;
  return plate != nullptr && plate->confidence >= kLeastConfidence ? &plate->quad.corners_px : nullptr;
}

// The vehicle that carries the plate: the smallest whose box holds the plate's middle. -1: none.
int carrier_of(const FoundPlate& plate, const std::vector<FoundVehicle>& vehicles) {
  const cv::Rect box = box_of(plate.quad.corners_px);
  const cv::Point middle = (box.tl() + box.br()) / 2;
  int best = -1;
  for (int i = 0; i < static_cast<int>(vehicles.size()); ++i) {
    const cv::Rect& vehicle = vehicles[i].box_px;
    if (vehicle.contains(middle) && (best < 0 || vehicle.area() < vehicles[best].box_px.area())) best = i;
  }
  return best;
}

}  // namespace

// A plate without a found vehicle around it: its vehicle is as large as vehicles are beside their plates,
// which is good enough for the paint.
base::Result<PictureRead> Reader::Impl::alone(const cv::Mat& bgr, const FoundPlate& plate, bool has_color) {
  PictureRead read{to_reading(plate), {}};
  const cv::Rect p = to_rect(read.plate->box_px);
  const cv::Rect around(p.x - p.width * 3 / 2, p.y - 5 * p.height, 4 * p.width, 7 * p.height);
  read.vehicle.features = plate.features;
  if (!has_color) return read;
  auto color = paint_net->color_of(bgr, around, white_plate(&plate));
  if (!color) return tl::unexpected(color.error());
  read.vehicle.color = color->name;
  read.vehicle.color_confidence = color->confidence;
  return read;
}

base::Result<PictureResult> Reader::Impl::read(const cv::Mat& bgr) {
  PictureResult result;
  result.width = bgr.cols;
  result.height = bgr.rows;
  const double nets_before_ms = nets_ms();
  Stopwatch watch;
  const cv::Mat shown = shown_copy(bgr);
  auto found = vehicle_finder->find(shown, bgr.size(), kVehicleFrom);
  if (!found) return tl::unexpected(found.error());
  result.private_px = private_parts(*found);
  const std::vector<FoundVehicle> vehicles = worthwhile(std::move(found->vehicles));
  result.timings_ms.vehicles = watch.lap();
  auto plates = plate_search->search(bgr, shown, result.timings_ms);
  if (!plates) return tl::unexpected(plates.error());
  watch.lap();
  const bool has_color = !tells_no_color(shown);
  // The surest plate on a vehicle is that vehicle's; a plate beside it, on a trailer for instance, stands
  // alone.
  std::vector<const FoundPlate*> carried(vehicles.size(), nullptr);
  for (const FoundPlate& plate : *plates) {
    const int carrier = carrier_of(plate, vehicles);
    if (carrier >= 0 && carried[carrier] == nullptr) {
      carried[carrier] = &plate;
      continue;
    }
    auto read = alone(bgr, plate, has_color);
    if (!read) return tl::unexpected(read.error());
    result.reads.push_back(std::move(*read));
  }
  for (std::size_t i = 0; i < vehicles.size(); ++i) {
    PictureRead read;
    std::optional<cv::Rect> plate_px;
    if (carried[i] != nullptr) {
      read.plate = to_reading(*carried[i]);
      plate_px = to_rect(read.plate->box_px);
    }
    const bool known = read.plate && read.plate->region != "unknown";
    const std::string& region = known ? read.plate->region : options.country;
    const cv::Mat copy = vehicle_copy(bgr, vehicles[i].box_px);
    NamedColor color;
    if (has_color) {
      auto named = paint_net->color_of(bgr, vehicles[i].box_px, white_plate(carried[i]));
      if (!named) return tl::unexpected(named.error());
      color = *named;
    }
    read.vehicle = describe(copy, vehicles[i], plate_px, region, color);
    if (carried[i] != nullptr) read.vehicle.features = carried[i]->features;
    if (read.plate && has_color) {
      auto make = badge_finder->make_of(bgr, carried[i]->quad.corners_px, region);
      if (!make) return tl::unexpected(make.error());
      read.vehicle.make = make->name;
      read.vehicle.make_confidence = make->confidence;
    }
    read.vehicle.fingerprint = fingerprinter->of(copy, {{}, copy.size()});
    result.reads.push_back(std::move(read));
  }
  result.timings_ms.looks += watch.lap();
  result.timings_ms.nets = nets_ms() - nets_before_ms;
  std::stable_sort(result.reads.begin(), result.reads.end(), [](const PictureRead& a, const PictureRead& b) {
    return (a.plate ? a.plate->confidence : -1) > (b.plate ? b.plate->confidence : -1);
  });
  if (result.reads.size() > kMaxReadsPerPicture) result.reads.resize(kMaxReadsPerPicture);
  return result;
}

Reader::Reader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Reader::~Reader() = default;

base::Result<std::unique_ptr<Reader>> Reader::open(ReaderOptions options) {
  if (!is_known_country(options.country))
    return base::failure(Errc::kBadArgument, "The country \"" + options.country + "\" is not known", "",
                         "Use us, eu, br, a European country such as de, or leave it out");
  if (options.models_dir.empty()) options.models_dir = default_models_dir();
  // OpenCV would start a thread for each core; the nets are where the time goes.
  cv::setNumThreads(1);
  auto impl = std::make_unique<Impl>();
  auto vehicles = VehicleFinder::open(options.models_dir, options.threads);
  if (!vehicles) return tl::unexpected(vehicles.error());
  auto plates = PlateSearch::open(options);
  if (!plates) return tl::unexpected(plates.error());
  auto fingerprinter = Fingerprinter::open(options.models_dir);
  if (!fingerprinter) return tl::unexpected(fingerprinter.error());
  auto badges = BadgeFinder::open(options.models_dir, options.threads);
  if (!badges) return tl::unexpected(badges.error());
  auto paint = PaintNet::open(options.models_dir, options.threads);
  if (!paint) return tl::unexpected(paint.error());
  impl->vehicle_finder = std::move(*vehicles);
  impl->fingerprinter = std::move(*fingerprinter);
  impl->badge_finder = std::move(*badges);
  impl->paint_net = std::move(*paint);
  impl->plate_search = std::move(*plates);
  impl->options = std::move(options);
  return std::unique_ptr<Reader>(new Reader(std::move(impl)));
}

base::Result<PictureResult> Reader::read_picture(std::span<const std::byte> encoded) {
  Stopwatch watch;
  auto frame = decode_picture(encoded);
  if (!frame) return tl::unexpected(frame.error());
  const double decode_ms = watch.lap();
  auto result = read_frame(*frame);
  if (result) {
    result->timings_ms.decode = decode_ms;
    result->timings_ms.total += decode_ms;
  }
  return result;
}

base::Result<PictureResult> Reader::read_frame(const Frame& frame) {
  if (frame.empty()) return base::failure(Errc::kBadArgument, "There is no frame to read");
  Stopwatch watch;
  try {
    auto result = impl_->read(frame.pixels()->bgr);
    if (result) result->timings_ms.total = watch.lap();
    return result;
  } catch (const cv::Exception& e) {
    return base::failure(Errc::kInference, "The picture could not be processed", e.err);
  }
}

}  // namespace glasshouse::vision
