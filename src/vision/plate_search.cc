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
constexpr std::size_t kMostLooks = 3;   // lines looked at closely on a vehicle
constexpr double kLeastShape = 0.25;    // plate_shape() below which a line is not looked at
constexpr double kLeastScore = 0.35;    // plate_score() below which a line is no plate
constexpr double kCertainScore = 1.05;  // from here on no other line is tried
constexpr double kHopeless = 0.1;       // and below here no second way of reading it
constexpr int kCloseSide = 320;         // px, longer side of a close-up
constexpr double kCloseZoom = 4.0;
constexpr std::size_t kMostSmallPrint = 2;

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

// Whether `plate` should replace `best`: a reading that holds the other one whole and more was clipped less.
bool better(const FoundPlate& plate, const FoundPlate& best) {
  if (plate.choice.candidates.empty()) return false;
  if (best.choice.candidates.empty()) return true;
  const std::string &text = plate.choice.candidates.front().text,
                    &other = best.choice.candidates.front().text;
  constexpr double kClipped = 0.25;
  if (text.size() > other.size() && text.find(other) != std::string::npos)
    return plate.score > best.score - kClipped;
  if (other.size() > text.size() && other.find(text) != std::string::npos)
    return plate.score - kClipped > best.score;
  return plate.score > best.score;
}

}  // namespace

float blue_band(const cv::Mat& strip) {
  constexpr float kWidest = 0.2f, kNarrowest = 0.02f;
  constexpr int kBlueAhead = 28;  // of 255, over the mean of red and green
  const int limit = cvRound(strip.cols * kWidest);
  int end = 0;
  for (int x = 0; x < limit; ++x) {
    const cv::Scalar mean = cv::mean(strip.col(x));
    if (mean[0] - (mean[1] + mean[2]) / 2 > kBlueAhead)
      end = x + 1;
    else if (end > 0 && x - end > 2)
      break;
  }
  const float share = end / static_cast<float>(strip.cols);
  return share < kNarrowest ? 0 : share;
}

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

base::Result<PlateSearch::Closeup> PlateSearch::look_closely(const cv::Mat& bgr, const TextLine& line) {
  const cv::Rect all(0, 0, bgr.cols, bgr.rows);
  const double w = line.width(), h = line.height();
  const cv::Rect around = grown_rect(line.box_px, 0.3 * w + 0.3 * h, 1.1 * h, all);
  auto lines = finder_->find(bgr, around, kCloseSide, kCloseZoom);
  if (!lines) return tl::unexpected(lines.error());
  Closeup close{line, {}};
  double best = 0;
  for (const TextLine& found : *lines) {
    const double shared = (found.box_px & line.box_px).area() / static_cast<double>(line.box_px.area());
    if (shared > std::max(best, 0.4)) best = shared, close.line = found;
  }
  for (const TextLine& found : *lines) {
    const double shared =
        (found.box_px & close.line.box_px).area() / static_cast<double>(found.box_px.area());
    if (shared < 0.3 && found.height() < 0.8f * close.line.height() && found.width() > 1.5f * found.height())
      close.small_print.push_back(found);
  }
  return close;
}

base::Result<FoundPlate> PlateSearch::read_line(const cv::Mat& bgr, const cv::Rect& part,
                                                const TextLine& line) {
  FoundPlate plate;
  plate.line = line;
  cv::Mat strip = straighten(bgr, line.corners_px, kStripHeight, kLeastStripWidth, kMostStripWidth);
  if (const float band = blue_band(strip); band > 0) {
    plate.line.corners_px = grown(line.corners_px, -band, 0, 0, 0);
    strip = straighten(bgr, plate.line.corners_px, kStripHeight, kLeastStripWidth, kMostStripWidth);
  }
  auto text = reader_->read(strip);
  if (!text) return tl::unexpected(text.error());
  plate.text = std::move(*text);
  plate.choice = choose(plate.text.columns, prior_, {});
  plate.score = plate_score(plate.line, part, plate.text, plate.choice);
  return plate;
}

base::Result<void> PlateSearch::use_small_print(const cv::Mat& bgr, const std::vector<TextLine>& lines,
                                                FoundPlate& plate) {
  constexpr double kPrintIsRight = 0.9;
  std::size_t tried = 0;
  for (const TextLine& line : lines) {
    if (tried++ == kMostSmallPrint) break;
    auto text =
        reader_->read(straighten(bgr, line.corners_px, kStripHeight, kLeastStripWidth, kMostStripWidth));
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
  std::vector<TextLine> small_print;
  std::size_t looks = 0;
  for (const TextLine& line : *lines) {
    if (looks++ == kMostLooks || plate_shape(line, part) < kLeastShape) break;
    auto close = look_closely(bgr, line);
    if (!close) return tl::unexpected(close.error());
    ms.plates += watch.lap();
    auto plate = read_line(bgr, part, joined(line, close->line));
    if (!plate) return tl::unexpected(plate.error());
    if (plate->score < kCertainScore && plate->score > kHopeless) {
      for (const TextLine* other : {&line, static_cast<const TextLine*>(&close->line)}) {
        auto again = read_line(bgr, part, *other);
        if (!again) return tl::unexpected(again.error());
        if (better(*again, *plate)) plate = std::move(again);
      }
    }
    ms.text += watch.lap();
    if (plate->score < kLeastScore || (best && plate->score <= best->score)) continue;
    best = std::move(*plate);
    small_print = std::move(close->small_print);
    if (best->score >= kCertainScore) break;
  }
  if (best && country_ == "us") {
    if (auto used = use_small_print(bgr, small_print, *best); !used) return tl::unexpected(used.error());
    ms.text += watch.lap();
  }
  return best;
}

}  // namespace glasshouse::vision
