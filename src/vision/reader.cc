#include "vision/reader.h"

#include <algorithm>
#include <chrono>
#include <opencv2/imgproc.hpp>

#include "vision/candidates.h"
#include "vision/looks.h"
#include "vision/pixels.h"
#include "vision/plate_choice.h"
#include "vision/straighten.h"
#include "vision/text_finder.h"
#include "vision/text_reader.h"
#include "vision/vehicle_finder.h"

namespace glasshouse::vision {
namespace {

constexpr float kVehicleFrom = 0.25f;   // the finder's confidence
constexpr int kLeastVehicleSide = 72;   // px; a plate on a smaller one is under 20 px wide
constexpr std::size_t kMostVehicles = 4;  // read in a picture, largest first
constexpr int kVehicleSide = 640;       // px, longer side of a vehicle as the text finder sees it
constexpr int kWholeSide = 960;         // of a picture in which no vehicle was found
constexpr double kMostZoom = 3.0;
constexpr std::size_t kMostLinesRead = 4;  // for each vehicle
constexpr double kLeastShape = 0.25;
constexpr double kLeastScore = 0.35;

class Stopwatch {
 public:
  // Milliseconds since the last call.
  double lap() {
    const auto now = std::chrono::steady_clock::now();
    const double ms = std::chrono::duration<double, std::milli>(now - last_).count();
    last_ = now;
    return ms;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

struct ReadLine {
  TextLine line;
  LineText text;
  Choice choice;
  double score = -1;
};

}  // namespace

struct Reader::Impl {
  ReaderOptions options;
  std::unique_ptr<VehicleFinder> vehicle_finder;
  std::unique_ptr<TextFinder> text_finder;
  std::unique_ptr<TextReader> text_reader;
  FormatPrior prior;

  base::Result<std::vector<FoundVehicle>> worthwhile_vehicles(const cv::Mat& bgr);
  base::Result<std::optional<ReadLine>> best_line(const cv::Mat& bgr, const cv::Rect& roi, int side, StageTimings& ms);
  base::Result<ReadLine> read_line(const cv::Mat& bgr, const cv::Rect& roi, const TextLine& line);
  PlateReading to_reading(const ReadLine& best) const;
  base::Result<PictureResult> read(const cv::Mat& bgr);
};

// Largest first; one that lies almost wholly in a larger one is its trailer, its reflection or a doubtful double.
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

base::Result<ReadLine> Reader::Impl::read_line(const cv::Mat& bgr, const cv::Rect& roi, const TextLine& line) {
  ReadLine read;
  read.line = line;
  auto text = text_reader->read(straighten(bgr, line.corners_px, kStripHeight, kLeastStripWidth, kMostStripWidth));
  if (!text) return tl::unexpected(text.error());
  read.text = std::move(*text);
  read.choice = choose(read.text.columns, prior, {});
  read.score = plate_score(line, roi, read.text, read.choice);
  return read;
}

base::Result<std::optional<ReadLine>> Reader::Impl::best_line(const cv::Mat& bgr, const cv::Rect& roi, int side,
                                                              StageTimings& ms) {
  Stopwatch watch;
  auto lines = text_finder->find(bgr, roi, side, kMostZoom);
  ms.plates += watch.lap();
  if (!lines) return tl::unexpected(lines.error());
  std::sort(lines->begin(), lines->end(),
            [&](auto& a, auto& b) { return plate_shape(a, roi) > plate_shape(b, roi); });
  std::optional<ReadLine> best;
  std::size_t tried = 0;
  for (const TextLine& line : *lines) {
    if (tried++ == kMostLinesRead || plate_shape(line, roi) < kLeastShape) break;
    auto read = read_line(bgr, roi, line);
    if (!read) return tl::unexpected(read.error());
    if (read->score >= kLeastScore && (!best || read->score > best->score)) best = std::move(*read);
  }
  ms.text += watch.lap();
  return best;
}

PlateReading Reader::Impl::to_reading(const ReadLine& best) const {
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
    auto best = best_line(bgr, vehicle.box_px, kVehicleSide, result.timings_ms);
    if (!best) return tl::unexpected(best.error());
    PictureRead read;
    if (*best) read.plate = to_reading(**best);
    watch.lap();
    read.vehicle = describe(bgr, vehicle, *best ? std::optional((*best)->line.box_px) : std::nullopt);
    result.timings_ms.looks += watch.lap();
    result.reads.push_back(std::move(read));
  }
  if (vehicles->empty()) {
    auto best = best_line(bgr, all, kWholeSide, result.timings_ms);
    if (!best) return tl::unexpected(best.error());
    if (*best) result.reads.push_back({to_reading(**best), {}});
  }
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
  auto lines = TextFinder::open(options.models_dir, options.threads);
  if (!lines) return tl::unexpected(lines.error());
  auto text = TextReader::open(options.models_dir, options.threads);
  if (!text) return tl::unexpected(text.error());
  impl->vehicle_finder = std::move(*vehicles);
  impl->text_finder = std::move(*lines);
  impl->text_reader = std::move(*text);
  impl->prior = format_prior(options.country);
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
