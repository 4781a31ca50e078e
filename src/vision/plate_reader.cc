#include "vision/plate_reader.h"

#include <algorithm>

#include "vision/resample.h"
#include "vision/straighten.h"

namespace glasshouse::vision {
namespace {

// As in training/reader: the crop's size, and how much around the plate it shows.
constexpr int kWidthPx = 192, kHeightPx = 64;
constexpr float kMarginX = 0.03f, kMarginY = 0.06f;
// The lines of a two-line plate overlap by this much of its height, since corners are not exact.
constexpr double kTopEnds = 0.54, kBottomBegins = 0.46;

cv::Mat crop_of(const cv::Mat& bgr, const Quad& corners_px, bool two_lines) {
  const Quad wider = grown(corners_px, kMarginX, kMarginX, kMarginY, kMarginY);
  if (!two_lines) return straighten_to(bgr, wider, {kWidthPx, kHeightPx});
  const cv::Mat whole = straighten_to(bgr, wider, {kWidthPx, 2 * kHeightPx});
  cv::Mat crop(kHeightPx, kWidthPx, CV_8UC3);
  const cv::Size half(kWidthPx / 2, kHeightPx);
  resized_by_area(whole.rowRange(0, cvRound(kTopEnds * whole.rows)), half)
      .copyTo(crop(cv::Rect({0, 0}, half)));
  resized_by_area(whole.rowRange(cvRound(kBottomBegins * whole.rows), whole.rows), half)
      .copyTo(crop(cv::Rect({half.width, 0}, half)));
  return crop;
}

}  // namespace

base::Result<std::unique_ptr<PlateReader>> PlateReader::open(const std::string& models_dir, const char* net,
                                                             int threads) {
  auto opened = Net::open(house_model(models_dir, net), threads);
  if (!opened) return tl::unexpected(opened.error());
  return std::unique_ptr<PlateReader>(new PlateReader(std::move(*opened)));
}

base::Result<std::vector<Column>> PlateReader::read(const cv::Mat& bgr, const Quad& corners_px,
                                                    bool two_lines) {
  constexpr float kScale[3] = {1 / 127.5f, 1 / 127.5f, 1 / 127.5f}, kOffset[3] = {-1, -1, -1};
  to_planes(crop_of(bgr, corners_px, two_lines), net_->input(kHeightPx, kWidthPx), {kWidthPx, kHeightPx},
            kScale, kOffset, false);
  auto out = net_->run();
  if (!out) return tl::unexpected(out.error());
  if (out->size() != 1 || (*out)[0].shape.size() != 3 || (*out)[0].shape[2] != kSymbols)
    return base::failure(Errc::kInference, "The plate reader gave an answer of another shape");
  std::vector<Column> columns((*out)[0].values.size() / kSymbols);
  for (std::size_t i = 0; i < columns.size(); ++i)
    std::copy_n((*out)[0].values.data() + i * kSymbols, kSymbols, columns[i].begin());
  return columns;
}

}  // namespace glasshouse::vision
