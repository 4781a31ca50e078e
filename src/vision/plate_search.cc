#include "vision/plate_search.h"

#include <algorithm>

#include "vision/plate_choice.h"
#include "vision/stopwatch.h"
#include "vision/straighten.h"

namespace glasshouse::vision {
namespace {

constexpr int kShownSide = 640;         // px, longer side of a picture as the finder sees it
constexpr float kLeastFinding = 0.12f;  // before the second, close look
constexpr float kLeastPlate = 0.2f;     // after it
constexpr std::size_t kMostPlates = 8;  // read in a picture, surest finding first
// A US plate is twice as wide as high; a squarer one has two lines, or is seen from the side.
constexpr float kMaybeTwoLines = 1.75f;
constexpr float kSure = 0.85f;   // reading_confidence() from which a plate is not read again
constexpr float kWider = 0.05f;  // of its sides, on each side

double sureness(const std::vector<Column>& columns) {
  const auto best = beam_search(columns, 4, 1);
  return best.empty() || best.front().text.empty()
             ? -1e9
             : best.front().log_probability / static_cast<double>(best.front().text.size());
}

}  // namespace

base::Result<std::unique_ptr<PlateSearch>> PlateSearch::open(const ReaderOptions& options) {
  std::unique_ptr<PlateSearch> search(new PlateSearch());
  auto finder = PlateFinder::open(options.models_dir, options.threads);
  if (!finder) return tl::unexpected(finder.error());
  auto reader = PlateReader::open(options.models_dir, options.threads);
  if (!reader) return tl::unexpected(reader.error());
  auto print_reader = TextReader::open(options.models_dir, options.threads);
  if (!print_reader) return tl::unexpected(print_reader.error());
  search->finder_ = std::move(*finder);
  search->reader_ = std::move(*reader);
  search->print_reader_ = std::move(*print_reader);
  search->country_ = options.country;
  search->prior_ = format_prior(options.country);
  return search;
}

// The state's name stands above the characters of US plates, its slogan or address below.
base::Result<void> PlateSearch::use_small_print(const cv::Mat& bgr, const std::vector<Column>& columns,
                                                FoundPlate& plate) {
  constexpr double kPrintIsRight = 0.9;
  constexpr float kLeastHeightPx = 34;  // the print is a seventh of it, and under 5 px nothing can be read
  if (height_of(plate.quad.corners_px) < kLeastHeightPx) return {};
  for (const auto& [top, bottom] : {std::pair{0.03f, -0.71f}, std::pair{-0.72f, 0.03f}}) {
    const auto corners = grown(plate.quad.corners_px, -0.08f, -0.08f, top, bottom);
    auto text =
        print_reader_->read(straighten(bgr, corners, kStripHeight, kLeastStripWidth, kMostStripWidth));
    if (!text) return tl::unexpected(text.error());
    const auto state = us_state_of(text->printed);
    if (!state) continue;
    plate.choice = choose(columns, format_prior(country_, *state, kPrintIsRight), {});
    plate.choice.region = *state;
    plate.choice.region_confidence = static_cast<float>(kPrintIsRight) * text->confidence;
    break;
  }
  return {};
}

base::Result<FoundPlate> PlateSearch::read(const cv::Mat& bgr, const PlateQuad& quad) {
  FoundPlate plate{.quad = quad};
  auto columns = reader_->read(bgr, quad.corners_px);
  if (!columns) return tl::unexpected(columns.error());
  bool two_lines = false;
  if (width_of(quad.corners_px) < kMaybeTwoLines * height_of(quad.corners_px)) {
    auto stacked = reader_->read(bgr, quad.corners_px, true);
    if (!stacked) return tl::unexpected(stacked.error());
    two_lines = sureness(*stacked) > sureness(*columns);
    if (two_lines) columns = std::move(stacked);
  }
  plate.choice = choose(*columns, prior_, {});
  // Corners that cut into the plate cost its first or last character: a doubtful plate is read again a little
  // wider.
  if (!two_lines && reading_confidence(plate.choice, quad.score) < kSure) {
    auto wider = reader_->read(bgr, grown(quad.corners_px, kWider, kWider, kWider, kWider));
    if (!wider) return tl::unexpected(wider.error());
    Choice again = choose(*wider, prior_, {});
    if (reading_confidence(again, quad.score) > reading_confidence(plate.choice, quad.score)) {
      plate.choice = std::move(again);
      columns = std::move(wider);
    }
  }
  if (plate.choice.candidates.empty()) return plate;
  if (country_ == "us") {
    if (auto used = use_small_print(bgr, *columns, plate); !used) return tl::unexpected(used.error());
  }
  plate.confidence = reading_confidence(plate.choice, quad.score);
  return plate;
}

base::Result<std::vector<FoundPlate>> PlateSearch::search(const cv::Mat& bgr, StageTimings& ms) {
  Stopwatch watch;
  auto quads = finder_->find(bgr, kShownSide, kLeastFinding);
  if (!quads) return tl::unexpected(quads.error());
  ms.plates += watch.lap();
  std::vector<FoundPlate> plates;
  for (const PlateQuad& found : *quads) {
    if (plates.size() == kMostPlates) break;
    watch.lap();
    auto quad = finder_->look_closely(bgr, found);
    if (!quad) return tl::unexpected(quad.error());
    ms.plates += watch.lap();
    if (quad->score < kLeastPlate) continue;
    auto plate = read(bgr, *quad);
    if (!plate) return tl::unexpected(plate.error());
    ms.text += watch.lap();
    if (!plate->choice.candidates.empty()) plates.push_back(std::move(*plate));
  }
  std::sort(plates.begin(), plates.end(), [](auto& a, auto& b) { return a.confidence > b.confidence; });
  return plates;
}

}  // namespace glasshouse::vision
