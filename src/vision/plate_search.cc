#include "vision/plate_search.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "vision/pixels.h"
#include "vision/plate_choice.h"
#include "vision/stopwatch.h"
#include "vision/straighten.h"

namespace glasshouse::vision {
namespace {

constexpr double kMostZoom = 3.0;
constexpr std::size_t kMostLines = 3;       // read on a vehicle
constexpr double kLeastShape = 0.25;        // plate_shape() below which a line is not read
constexpr double kLeastScore = 0.35;        // plate_score() below which a line is no plate
constexpr double kCertainScore = 1.05;      // from here on nothing further is tried
constexpr int kStretchedWidth = 192;        // px
constexpr double kHopeless = 0.1;           // below here a line is forgotten
constexpr double kWorthAnotherLook = 0.45;  // below here no second way of reading it helps
constexpr int kCloseSide = 320;             // px, longer side of a close-up
constexpr double kCloseZoom = 4.0;

cv::Rect grown_rect(const cv::Rect& box, double by_x, double by_y, const cv::Rect& all) {
  const int dx = cvRound(by_x), dy = cvRound(by_y);
  return cv::Rect(box.x - dx, box.y - dy, box.width + 2 * dx, box.height + 2 * dy) & all;
}

// The line as wide as either finding of it says: the finder clips characters at one end or the other, seldom
// the same in both. The direction and the height are those of the wider finding.
TextLine joined(const TextLine& a, const TextLine& b) {
  const TextLine& wide = a.width() >= b.width() ? a : b;
  const cv::Point2f origin = wide.corners_px[0];
  const cv::Point2f along = (wide.corners_px[1] - origin) * (1 / std::max(1.0f, wide.width()));
  float low = 0, high = wide.width();
  for (const TextLine* line : {&a, &b})
    for (const cv::Point2f& corner : line->corners_px) {
      const float at = (corner - origin).dot(along);
      low = std::min(low, at);
      high = std::max(high, at);
    }
  TextLine both = wide;
  both.corners_px = grown(wide.corners_px, -low / wide.width(), (high - wide.width()) / wide.width(), 0, 0);
  both.box_px = a.box_px | b.box_px;
  return both;
}

}  // namespace

base::Result<std::unique_ptr<PlateSearch>> PlateSearch::open(const ReaderOptions& options) {
  std::unique_ptr<PlateSearch> search(new PlateSearch());
  auto finder = TextFinder::open(options.models_dir, options.threads);
  if (!finder) return tl::unexpected(finder.error());
  auto reader = TextReader::open(options.models_dir, options.threads);
  if (!reader) return tl::unexpected(reader.error());
  search->finder_ = std::move(*finder);
  search->reader_ = std::move(*reader);
  search->country_ = options.country;
  search->prior_ = format_prior(options.country);
  return search;
}

base::Result<TextLine> PlateSearch::look_closely(const cv::Mat& bgr, const TextLine& line) {
  const cv::Rect all(0, 0, bgr.cols, bgr.rows);
  const double w = line.width(), h = line.height();
  const cv::Rect around = grown_rect(line.box_px, 0.3 * w + 0.3 * h, 1.1 * h, all);
  auto lines = finder_->find(bgr, around, kCloseSide, kCloseZoom);
  if (!lines) return tl::unexpected(lines.error());
  TextLine close = line;
  double best = 0;
  for (const TextLine& found : *lines) {
    const double shared = (found.box_px & line.box_px).area() / static_cast<double>(line.box_px.area());
    if (shared > std::max(best, 0.4)) best = shared, close = found;
  }
  return close;
}

base::Result<FoundPlate> PlateSearch::read_line(const cv::Mat& bgr, const cv::Rect& part,
                                                const TextLine& line, int least_width_px) {
  FoundPlate plate;
  plate.line = line;
  auto text = reader_->read(straighten(bgr, line.corners_px, kStripHeight, least_width_px, kMostStripWidth));
  if (!text) return tl::unexpected(text.error());
  plate.text = std::move(*text);
  plate.choice = choose(plate.text.columns, prior_, {});
  plate.score = plate_score(plate.line, part, plate.text, plate.choice);
  return plate;
}

// A doubtful line is found again in an enlargement and read in up to three more ways; the best reading stays.
base::Result<void> PlateSearch::read_closely(const cv::Mat& bgr, const cv::Rect& part, FoundPlate& plate) {
  const TextLine first = plate.line;
  auto close = look_closely(bgr, first);
  if (!close) return tl::unexpected(close.error());
  // Narrow characters leave the net too few columns: stretched, they have enough. Cut closer above and below,
  // the characters are larger.
  TextLine tight = *close;
  tight.corners_px = grown(close->corners_px, 0.03f, 0.03f, -0.06f, -0.06f);
  const std::pair<TextLine, int> ways[] = {
      {tight, kStretchedWidth}, {*close, kStretchedWidth}, {joined(first, *close), kLeastStripWidth}};
  for (const auto& [line, least_width_px] : ways) {
    if (plate.score >= kCertainScore) break;
    auto again = read_line(bgr, part, line, least_width_px);
    if (!again) return tl::unexpected(again.error());
    if (again->score > plate.score) plate = std::move(*again);
  }
  return {};
}

// The state's name stands above the characters of US plates, its slogan or address below.
base::Result<void> PlateSearch::use_small_print(const cv::Mat& bgr, FoundPlate& plate) {
  constexpr double kPrintIsRight = 0.9;
  constexpr float kLeastLineHeight =
      20;  // px; the print is a fifth of it, and under 4 px nothing can be read
  if (plate.line.height() < kLeastLineHeight) return {};
  for (const auto& [top, bottom] : {std::pair{0.42f, -0.92f}, std::pair{-0.92f, 0.42f}}) {
    const auto corners = grown(plate.line.corners_px, 0.0f, 0.0f, top, bottom);
    auto text = reader_->read(straighten(bgr, corners, kStripHeight, kLeastStripWidth, kMostStripWidth));
    if (!text) return tl::unexpected(text.error());
    const auto state = us_state_of(text->printed);
    if (!state) continue;
    plate.choice = choose(plate.text.columns, format_prior(country_, *state, kPrintIsRight), {});
    plate.choice.region = *state;
    plate.choice.region_confidence = static_cast<float>(kPrintIsRight) * text->confidence;
    break;
  }
  return {};
}

base::Result<std::optional<FoundPlate>> PlateSearch::search(const cv::Mat& bgr, const cv::Rect& part,
                                                            int side_px, StageTimings& ms) {
  Stopwatch watch;
  auto lines = finder_->find(bgr, part, side_px, kMostZoom);
  if (!lines) return tl::unexpected(lines.error());
  std::sort(lines->begin(), lines->end(),
            [&](auto& a, auto& b) { return plate_shape(a, part) > plate_shape(b, part); });
  ms.plates += watch.lap();
  std::optional<FoundPlate> best;
  std::size_t tried = 0;
  for (const TextLine& line : *lines) {
    if (tried++ == kMostLines || plate_shape(line, part) < kLeastShape) break;
    auto plate = read_line(bgr, part, line);
    if (!plate) return tl::unexpected(plate.error());
    if (plate->score < kHopeless || (best && plate->score <= best->score)) continue;
    best = std::move(*plate);
    if (best->score >= kCertainScore) break;
  }
  if (best && best->score >= kWorthAnotherLook && best->score < kCertainScore) {
    if (auto again = read_closely(bgr, part, *best); !again) return tl::unexpected(again.error());
  }
  if (best && best->score < kLeastScore) best.reset();
  ms.text += watch.lap();
  if (best && country_ == "us") {
    if (auto used = use_small_print(bgr, *best); !used) return tl::unexpected(used.error());
    ms.text += watch.lap();
  }
  return best;
}

}  // namespace glasshouse::vision
