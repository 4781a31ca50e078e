#include "vision/plate_search.h"

#include <algorithm>
#include <cctype>

#include "vision/features.h"
#include "vision/pixels.h"
#include "vision/plate_choice.h"
#include "vision/stopwatch.h"
#include "vision/straighten.h"

namespace glasshouse::vision {
namespace {

constexpr float kLikelyFinding = 0.3f;  // before the second, close look: at every one …
constexpr float kLeastFinding = 0.2f;   // … and, while nothing was read surely, above this
constexpr std::size_t kMostLooks = 8;   // of them in a picture, surest finding first
constexpr float kLikelyPlate = 0.45f;   // after it: every one is read …
constexpr float kLeastPlate = 0.2f;     // … and, while none was read surely, those above this, surest first
constexpr float kReadSurely = 0.6f;
constexpr std::size_t kMostPlates = 6;  // read in a picture
// A US plate is twice as wide as high; a squarer one has two lines, or is seen from the side.
constexpr float kMaybeTwoLines = 1.75f;
constexpr float kSure = 0.85f;             // reading_confidence() from which a plate is not read again
constexpr float kHopeless = 0.2f;          // and below which it is not worth it
constexpr float kDoubtful = 0.6f;          // below which the second reader looks, too
constexpr float kHopelessForBoth = 0.05f;  // and below which that is not worth it either
constexpr float kMaybeLines = 0.6f;        // below which a squarer one is read as two lines
constexpr float kWider = 0.05f;            // of its sides, on each side

bool read_surely(const std::vector<FoundPlate>& plates) {
  return std::any_of(plates.begin(), plates.end(), [](auto& p) { return p.confidence >= kReadSurely; });
}

// Two findings that, looked at closely, turned out to be one plate: the surer reading stays.
void drop_doubles(std::vector<FoundPlate>& sorted) {
  constexpr double kSamePlace = 0.5;  // overlap()
  const auto same = [](const FoundPlate& a, const FoundPlate& b) {
    return overlap(box_of(a.quad.corners_px), box_of(b.quad.corners_px)) > kSamePlace;
  };
  std::vector<FoundPlate> kept;
  for (FoundPlate& plate : sorted)
    if (std::none_of(kept.begin(), kept.end(), [&](auto& k) { return same(k, plate); }))
      kept.push_back(std::move(plate));
  sorted = std::move(kept);
}

// Those looks stand for the plate where they make a surer reading than its own.
void take_if_surer(FoundPlate& plate, Looks others) {
  Choice choice = choose_together(others, *plate.evidence->prior, {});
  const float confidence = reading_confidence(choice, plate.quad.score);
  if (confidence <= plate.confidence) return;
  plate.choice = std::move(choice);
  plate.confidence = confidence;
  plate.evidence->looks = std::move(others);
}

}  // namespace

base::Result<std::unique_ptr<PlateSearch>> PlateSearch::open(const ReaderOptions& options) {
  std::unique_ptr<PlateSearch> search(new PlateSearch());
  auto finder = PlateFinder::open(options.models_dir, options.threads);
  if (!finder) return tl::unexpected(finder.error());
  auto reader = PlateReader::open(options.models_dir, kFirstReader, options.threads);
  if (!reader) return tl::unexpected(reader.error());
  auto second_reader = PlateReader::open(options.models_dir, kSecondReader, options.threads);
  if (!second_reader) return tl::unexpected(second_reader.error());
  auto print_reader = TextReader::open(options.models_dir, options.threads);
  if (!print_reader) return tl::unexpected(print_reader.error());
  search->finder_ = std::move(*finder);
  search->reader_ = std::move(*reader);
  search->second_reader_ = std::move(*second_reader);
  search->print_reader_ = std::move(*print_reader);
  search->country_ = options.country;
  search->prior_ = std::make_shared<const FormatPrior>(format_prior(options.country));
  return search;
}

// The state's name stands above the characters of US plates, its slogan or address below.
base::Result<void> PlateSearch::use_small_print(const cv::Mat& bgr, FoundPlate& plate) {
  constexpr double kPrintIsRight = 0.9;
  constexpr float kLeastHeightPx = 34;  // the print is a seventh of it, and under 5 px nothing can be read
  constexpr float kNearHeightPx = 80;
  constexpr int kLeastLetters = 3;
  const auto is_letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  if (height_of(plate.quad.corners_px) < kLeastHeightPx) return {};
  for (const auto& [top, bottom] : {std::pair{0.03f, -0.71f}, std::pair{-0.72f, 0.03f}}) {
    const auto corners = grown(plate.quad.corners_px, -0.08f, -0.08f, top, bottom);
    auto text =
        print_reader_->read(straighten(bgr, corners, kStripHeight, kLeastStripWidth, kMostStripWidth));
    if (!text) return tl::unexpected(text.error());
    const auto state = us_state_of(text->printed);
    add_features(plate.features, kinds_of_plate(text->printed));
    const bool blurred = std::count_if(text->printed.begin(), text->printed.end(), is_letter) < kLeastLetters;
    // On a small plate whose upper line shows no letters, the lower one shows none either.
    if (!state && blurred && height_of(plate.quad.corners_px) < kNearHeightPx) break;
    if (!state) continue;
    plate.evidence->prior =
        std::make_shared<const FormatPrior>(format_prior(country_, *state, kPrintIsRight));
    plate.choice = choose_together(plate.evidence->looks, *plate.evidence->prior, {});
    plate.choice.region = *state;
    plate.choice.region_confidence = static_cast<float>(kPrintIsRight) * text->confidence;
    break;
  }
  return {};
}

// Corners that cut into the plate cost its first or last character, and a net reads one picture now so, now
// so: a doubtful plate is looked at again a little wider, and both looks count. If it stays doubtful, the
// second reader looks at it twice, too. One that is not twice as wide as high may have two lines, which are
// read for themselves. The surest of these answers stands.
base::Result<void> PlateSearch::read_again(const cv::Mat& bgr, FoundPlate& plate) {
  const Quad& corners = plate.quad.corners_px;
  if (plate.confidence >= kSure) return {};
  const bool maybe_two_lines =
      plate.confidence < kMaybeLines && width_of(corners) < kMaybeTwoLines * height_of(corners);
  const Quad wider = grown(corners, kWider, kWider, kWider, kWider);
  if (plate.confidence >= kHopeless) {
    auto look = reader_->read(bgr, wider);
    if (!look) return tl::unexpected(look.error());
    plate.evidence->looks.push_back(std::move(*look));
    plate.choice = choose_together(plate.evidence->looks, *plate.evidence->prior, {});
    plate.confidence = reading_confidence(plate.choice, plate.quad.score);
  }
  if (plate.confidence < kDoubtful && plate.confidence >= kHopelessForBoth &&
      plate.quad.score >= kLikelyPlate) {
    Looks others;
    for (const Quad& at : {corners, wider}) {
      auto look = second_reader_->read(bgr, at);
      if (!look) return tl::unexpected(look.error());
      others.push_back(std::move(*look));
    }
    take_if_surer(plate, std::move(others));
  }
  if (!maybe_two_lines) return {};
  auto lines = reader_->read(bgr, corners, true);
  if (!lines) return tl::unexpected(lines.error());
  take_if_surer(plate, {std::move(*lines)});
  return {};
}

base::Result<FoundPlate> PlateSearch::read(const cv::Mat& bgr, const PlateQuad& quad) {
  auto columns = reader_->read(bgr, quad.corners_px);
  if (!columns) return tl::unexpected(columns.error());
  FoundPlate plate{.quad = quad, .evidence = std::make_shared<Evidence>(Evidence{{}, prior_, quad.score})};
  plate.choice = choose(*columns, *prior_, {});
  plate.confidence = reading_confidence(plate.choice, quad.score);
  plate.evidence->looks.push_back(std::move(*columns));
  if (auto again = read_again(bgr, plate); !again) return tl::unexpected(again.error());
  if (plate.choice.candidates.empty()) return plate;
  if (country_ == "us" && plate.confidence >= kHopeless) {
    if (auto used = use_small_print(bgr, plate); !used) return tl::unexpected(used.error());
  }
  plate.confidence = reading_confidence(plate.choice, quad.score);
  return plate;
}

// Looks closely at what was found with a score from `from` to below `to`, and reads what still looks like a
// plate.
base::Result<void> PlateSearch::look_and_read(const cv::Mat& bgr, const std::vector<PlateQuad>& found,
                                              Scores scores, std::vector<FoundPlate>& plates,
                                              StageTimings& ms) {
  Stopwatch watch;
  std::vector<PlateQuad> close;
  for (const PlateQuad& quad : found) {
    if (close.size() == kMostLooks) break;
    if (quad.score < scores.from || quad.score >= scores.to) continue;
    auto closer = finder_->look_closely(bgr, quad);
    if (!closer) return tl::unexpected(closer.error());
    close.push_back(*closer);
  }
  std::sort(close.begin(), close.end(), [](auto& a, auto& b) { return a.score > b.score; });
  ms.plates += watch.lap();
  for (const PlateQuad& quad : close) {
    const float least = read_surely(plates) ? kLikelyPlate : kLeastPlate;
    if (plates.size() == kMostPlates || quad.score < least) break;
    auto plate = read(bgr, quad);
    if (!plate) return tl::unexpected(plate.error());
    if (!plate->choice.candidates.empty()) plates.push_back(std::move(*plate));
  }
  ms.text += watch.lap();
  return {};
}

base::Result<std::vector<FoundPlate>> PlateSearch::search(const cv::Mat& bgr, const cv::Mat& shown,
                                                          StageTimings& ms) {
  Stopwatch watch;
  auto found = finder_->find(bgr, shown, kLeastFinding);
  if (!found) return tl::unexpected(found.error());
  ms.plates += watch.lap();
  std::vector<FoundPlate> plates;
  auto done = look_and_read(bgr, *found, {kLikelyFinding, 2}, plates, ms);
  if (done && !read_surely(plates))
    done = look_and_read(bgr, *found, {kLeastFinding, kLikelyFinding}, plates, ms);
  if (!done) return tl::unexpected(done.error());
  std::sort(plates.begin(), plates.end(), [](auto& a, auto& b) { return a.confidence > b.confidence; });
  drop_doubles(plates);
  return plates;
}

}  // namespace glasshouse::vision
