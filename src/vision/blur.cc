#include "vision/blur.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "vision/pixels.h"

namespace glasshouse::vision {
namespace {

// The average of a few large cells, then smooth: a face of 100 px is left with fewer values than tell two
// faces apart.
void blur_part(cv::Mat& picture, const cv::Rect& box) {
  cv::Mat part = picture(box), small;
  cv::resize(part, small, {std::min(kBlurCells, box.width), std::min(kBlurCells, box.height)}, 0, 0,
             cv::INTER_AREA);
  cv::resize(small, part, box.size(), 0, 0, cv::INTER_LINEAR);
}

}  // namespace

Frame without_bystanders(const Frame& frame, std::span<const Box> private_px, std::span<const Box> keep_px) {
  if (frame.empty() || private_px.empty()) return frame;
  const cv::Mat& original = frame.pixels()->bgr;
  const cv::Rect all(0, 0, original.cols, original.rows);
  cv::Mat picture = original.clone();
  for (const Box& box : private_px) {
    const cv::Rect part = to_rect(box) & all;
    if (part.area() > 0) blur_part(picture, part);
  }
  for (const Box& box : keep_px) {
    const cv::Rect part = to_rect(box) & all;
    if (part.area() > 0) original(part).copyTo(picture(part));
  }
  return frame_from_mat(std::move(picture), frame.offset_ms());
}

std::vector<Box> plates_in(const PictureResult& result) {
  std::vector<Box> plates;
  for (const PictureRead& read : result.reads)
    if (read.plate) plates.push_back(read.plate->box_px);
  return plates;
}

Box glass_of(const Box& v, bool is_tall) {
  // Of cars the glass begins just under the roof and ends a little above the middle; vans, buses and lorries
  // sit higher and show more of it.
  const double top = is_tall ? 0.08 : 0.04, bottom = is_tall ? 0.55 : 0.46, side = 0.06;
  return {v.x + static_cast<int>(side * v.w), v.y + static_cast<int>(top * v.h),
          static_cast<int>((1 - 2 * side) * v.w), static_cast<int>((bottom - top) * v.h)};
}

}  // namespace glasshouse::vision
