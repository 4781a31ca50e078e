#include "vision/reader.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "vision/looks.h"
#include "vision/pixels.h"
#include "vision/plate_choice.h"
#include "vision/plate_search.h"
#include "vision/stopwatch.h"
#include "vision/vehicle_finder.h"

namespace glasshouse::vision {
namespace {

constexpr float kVehicleFrom = 0.25f;     // the finder's confidence
constexpr int kLeastVehicleSide = 72;     // px; a plate on a smaller one is under 20 px wide
constexpr std::size_t kMostVehicles = 4;  // read in a picture, largest first
constexpr int kVehicleSide = 640;         // px, longer side of a vehicle as the text finder sees it
constexpr int kWholeSide = 960;           // of a picture in which no vehicle was found

}  // namespace

struct Reader::Impl {
  ReaderOptions options;
  std::unique_ptr<VehicleFinder> vehicle_finder;
  std::unique_ptr<PlateSearch> plate_search;

  base::Result<std::vector<FoundVehicle>> worthwhile_vehicles(const cv::Mat& bgr);
  PlateReading to_reading(const FoundPlate& best) const;
  static void drop_doubles(std::vector<PictureRead>& reads);
  base::Result<PictureResult> read(const cv::Mat& bgr);
};

// Largest first; one that lies almost wholly in a larger one is its trailer, its reflection or a doubtful
// double.
base::Result<std::vector<FoundVehicle>> Reader::Impl::worthwhile_vehicles(const cv::Mat& bgr) {
  auto found = vehicle_finder->find(bgr, kVehicleFrom);
  if (!found) return found;
  std::sort(found->begin(), found->end(), [](auto& a, auto& b) { return a.box_px.area() > b.box_px.area(); });
  std::vector<FoundVehicle> kept;
  for (const FoundVehicle& vehicle : *found) {
    if (std::max(vehicle.box_px.width, vehicle.box_px.height) < kLeastVehicleSide) continue;
    const bool inside = std::any_of(kept.begin(), kept.end(), [&](const FoundVehicle& k) {
      return (k.box_px & vehicle.box_px).area() > 0.85 * vehicle.box_px.area();
    });
    if (!inside) kept.push_back(vehicle);
    if (kept.size() == kMostVehicles) break;
  }
  return kept;
}

PlateReading Reader::Impl::to_reading(const FoundPlate& best) const {
  PlateReading plate;
  plate.text = best.choice.candidates.front().text;
  plate.confidence = reading_confidence(best.choice, best.score);
  plate.box_px = to_box(best.line.box_px);
  for (int i = 0; i < 4; ++i) plate.corners_px[i] = {best.line.corners_px[i].x, best.line.corners_px[i].y};
  plate.characters = best.choice.characters;
  plate.candidates = best.choice.candidates;
  // The list is shown beside the reading: its first entry says the same confidence.
  const float scale = plate.confidence / std::max(1e-6f, plate.candidates.front().confidence);
  for (Candidate& candidate : plate.candidates) candidate.confidence *= scale;
  plate.region = best.choice.region;
  plate.region_confidence = best.choice.region_confidence;
  plate.raw_text = best.choice.raw_text;
  return plate;
}

// Where two vehicles overlap, both may hold the same plate, one of them cut by its edge: the longer of two
// readings of which one contains the other stays, else the surer.
void Reader::Impl::drop_doubles(std::vector<PictureRead>& reads) {
  for (PictureRead& a : reads)
    for (PictureRead& b : reads) {
      if (&a == &b || !a.plate || !b.plate) continue;
      const cv::Rect box_a = to_rect(a.plate->box_px), box_b = to_rect(b.plate->box_px);
      if ((box_a & box_b).area() < 0.5 * std::min(box_a.area(), box_b.area())) continue;
      const bool a_in_b = b.plate->text.find(a.plate->text) != std::string::npos;
      const bool b_in_a = a.plate->text.find(b.plate->text) != std::string::npos;
      const bool a_loses = a_in_b != b_in_a ? a_in_b : a.plate->confidence < b.plate->confidence;
      (a_loses ? a : b).plate.reset();
    }
}

base::Result<PictureResult> Reader::Impl::read(const cv::Mat& bgr) {
  PictureResult result;
  result.width = bgr.cols;
  result.height = bgr.rows;
  Stopwatch watch;
  auto vehicles = worthwhile_vehicles(bgr);
  if (!vehicles) return tl::unexpected(vehicles.error());
  result.timings_ms.vehicles = watch.lap();
  const cv::Rect all(0, 0, bgr.cols, bgr.rows);
  for (const FoundVehicle& vehicle : *vehicles) {
    auto best = plate_search->search(bgr, vehicle.box_px, kVehicleSide, result.timings_ms);
    if (!best) return tl::unexpected(best.error());
    PictureRead read;
    if (*best) read.plate = to_reading(**best);
    watch.lap();
    read.vehicle = describe(bgr, vehicle, *best ? std::optional((*best)->line.box_px) : std::nullopt);
    result.timings_ms.looks += watch.lap();
    result.reads.push_back(std::move(read));
  }
  if (vehicles->empty()) {
    auto best = plate_search->search(bgr, all, kWholeSide, result.timings_ms);
    if (!best) return tl::unexpected(best.error());
    if (*best) result.reads.push_back({to_reading(**best), {}});
  }
  drop_doubles(result.reads);
  std::stable_sort(result.reads.begin(), result.reads.end(), [](const PictureRead& a, const PictureRead& b) {
    return (a.plate ? a.plate->confidence : -1) > (b.plate ? b.plate->confidence : -1);
  });
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
  impl->vehicle_finder = std::move(*vehicles);
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
