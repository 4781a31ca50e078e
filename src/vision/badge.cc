#include "vision/badge.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "vision/body.h"
#include "vision/copies.h"

namespace glasshouse::vision {
namespace {

// As in training/badges: LOOKS_MM_PX, AREA, BELOW_PX and ASIDE_PX of train.py, STRIDE of samples.py.
constexpr std::array<double, 2> kLooksMmPx = {3.0, 2.5};  // millimetres in a pixel; what both say is averaged
constexpr int kCellSide = 8;                              // px
constexpr int kAreaWidthPx = 192, kAreaHeightPx = 256;  // of what the net is shown, above the plate's middle
constexpr int kCellColumns = kAreaWidthPx / kCellSide, kCellRows = kAreaHeightPx / kCellSide;
constexpr std::size_t kCells = std::size_t{kCellColumns} * kCellRows;
constexpr int kBelowPx = 8;
constexpr int kAsidePx = 60;         // a badge's middle is no further aside of the plate's
constexpr double kCoarsestMmPx = 7;  // of the picture; a badge would be about 12 px wide
constexpr float kLeastSure = 0.9f;   // of the net; see the card in models/README.md

enum Sold : std::uint8_t { kUs = 1, kEurope = 2, kBrazil = 4, kAll = 7 };
struct Make {
  const char* name;
  std::uint8_t sold;  // where one meets it on the road, roughly: general knowledge
};
// In the order of the net's answers: MAKES in training/badges/samples.py.
constexpr std::array<Make, 41> kMakes = {{
    {"acura", kUs},
    {"audi", kAll},
    {"bmw", kAll},
    {"buick", kUs},
    {"cadillac", kUs},
    {"chevrolet", kAll},
    {"chrysler", kUs | kEurope},
    {"citroen", kEurope | kBrazil},
    {"dacia", kEurope},
    {"dodge", kUs | kEurope},
    {"fiat", kAll},
    {"ford", kAll},
    {"gmc", kUs},
    {"honda", kAll},
    {"hyundai", kAll},
    {"infiniti", kUs},
    {"jac", kBrazil},
    {"jeep", kAll},
    {"kia", kAll},
    {"lada", kEurope},
    {"lexus", kAll},
    {"lincoln", kUs},
    {"mazda", kUs | kEurope},
    {"mercedes-benz", kAll},
    {"mini", kAll},
    {"mitsubishi", kAll},
    {"nissan", kAll},
    {"opel", kEurope},
    {"peugeot", kEurope | kBrazil},
    {"pontiac", kUs},
    {"porsche", kAll},
    {"renault", kEurope | kBrazil},
    {"saturn", kUs},
    {"seat", kEurope},
    {"skoda", kEurope},
    {"subaru", kAll},
    {"suzuki", kAll},
    {"tesla", kAll},
    {"toyota", kAll},
    {"volkswagen", kAll},
    {"volvo", kAll},
}};

std::uint8_t place_bit(std::string_view region) {
  if (region.substr(0, 2) == "us") return kUs;
  return region == "br" ? kBrazil : kEurope;
}

// Of one make's cells, those that are near enough the plate's middle.
float surest_cell(const float* chances) {
  constexpr int kFirst = (kAreaWidthPx / 2 - kAsidePx) / kCellSide, kPast = kCellColumns - kFirst;
  float best = 0;
  for (int y = 0; y < kCellRows; ++y)
    best = std::max(
        best, *std::max_element(chances + y * kCellColumns + kFirst, chances + y * kCellColumns + kPast));
  return best;
}

}  // namespace

base::Result<std::unique_ptr<BadgeFinder>> BadgeFinder::open(const std::string& models_dir, int threads) {
  auto net = Net::open(house_model(models_dir, "badge-finder.onnx"), threads);
  if (!net) return tl::unexpected(net.error());
  return std::unique_ptr<BadgeFinder>(new BadgeFinder(std::move(*net)));
}

base::Result<NamedMake> BadgeFinder::make_of(const cv::Mat& bgr, const Quad& plate_px,
                                             std::string_view region) {
  constexpr double kMillimetresM = 1000;
  const std::optional<double> plate_m = plate_width_m(region);
  if (!plate_m) return NamedMake{};
  const double picture_mm_px = *plate_m * kMillimetresM / std::max(1.0f, width_of(plate_px));
  if (picture_mm_px > kCoarsestMmPx) return NamedMake{};
  const cv::Point2f middle = (plate_px[0] + plate_px[1] + plate_px[2] + plate_px[3]) * 0.25f;
  std::array<float, kMakes.size()> sure{};
  float open = 1;  // what the looks that are still to come could add
  for (const double look_mm_px : kLooksMmPx) {
    if (*std::ranges::max_element(sure) + open < kLeastSure) return NamedMake{};
    open -= 1.0f / kLooksMmPx.size();
    const float scale = static_cast<float>(picture_mm_px / look_mm_px);
    const cv::Mat area =
        piece_of(bgr, middle - cv::Point2f(kAreaWidthPx / 2.0f, kAreaHeightPx - kBelowPx) / scale, scale,
                 {kAreaWidthPx, kAreaHeightPx});
    if (area.empty()) return NamedMake{};
    constexpr float kScale[3] = {1 / 255.0f, 1 / 255.0f, 1 / 255.0f}, kOffset[3] = {0, 0, 0};
    to_planes(area, net_->input(area.rows, area.cols), area.size(), kScale, kOffset, false);
    auto out = net_->run();
    if (!out) return tl::unexpected(out.error());
    if (out->size() != 1 || (*out)[0].values.size() != (1 + kMakes.size()) * kCells)
      return base::failure(Errc::kInference, "The badge finder gave an answer of another shape");
    // Plane 0 is how likely there is nothing.
    const float* chances = (*out)[0].values.data() + kCells;
    for (float& make : sure) {
      make += surest_cell(chances) / kLooksMmPx.size();
      chances += kCells;
    }
  }
  NamedMake best;
  for (std::size_t m = 0; m < kMakes.size(); ++m)
    if ((kMakes[m].sold & place_bit(region)) != 0 && sure[m] > best.confidence)
      best = {kMakes[m].name, sure[m]};
  return best.confidence >= kLeastSure ? best : NamedMake{};
}

}  // namespace glasshouse::vision
