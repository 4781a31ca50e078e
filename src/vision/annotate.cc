#include "vision/annotate.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "vision/pixels.h"

namespace glasshouse::vision {
namespace {

const cv::Scalar kVehicleColor(200, 160, 60), kPlateColor(60, 220, 60), kDoubtColor(40, 170, 255),
    kInk(0, 0, 0);
constexpr float kShownAsSure = 0.5f;

void label(cv::Mat& picture, cv::Point below, const std::string& text, const cv::Scalar& color,
           double scale) {
  const int thickness = std::max(1, cvRound(scale * 1.6));
  int baseline = 0;
  const cv::Size size = cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, scale, thickness, &baseline);
  const int x = std::clamp(below.x, 0, std::max(0, picture.cols - size.width - 4));
  const int y = std::max(size.height + 4, below.y - baseline - 2);
  cv::rectangle(picture, cv::Rect(x, y - size.height - 3, size.width + 4, size.height + baseline + 5), color,
                cv::FILLED);
  cv::putText(picture, text, {x + 2, y}, cv::FONT_HERSHEY_SIMPLEX, scale, kInk, thickness, cv::LINE_AA);
}

std::string percent(float confidence) {
  return std::to_string(static_cast<int>(confidence * 100 + 0.5f)) + "%";
}

}  // namespace

base::Result<std::string> annotated_jpeg(const Frame& frame, const PictureResult& result, int quality) {
  if (frame.empty()) return base::failure(Errc::kBadArgument, "There is no frame to draw on");
  cv::Mat picture = frame.pixels()->bgr.clone();
  const double scale = std::max(0.45, picture.cols / 1600.0);
  const int line = std::max(1, cvRound(scale * 2));
  for (const PictureRead& read : result.reads) {
    if (read.vehicle.box_px.w > 0) {
      cv::rectangle(picture, to_rect(read.vehicle.box_px), kVehicleColor, line);
      std::string looks = read.vehicle.vehicle_class;
      if (read.vehicle.color != "unknown") looks = read.vehicle.color + " " + looks;
      label(picture, {read.vehicle.box_px.x, read.vehicle.box_px.y}, looks, kVehicleColor, scale * 0.8);
    }
    if (!read.plate) continue;
    const cv::Scalar& color = read.plate->confidence >= kShownAsSure ? kPlateColor : kDoubtColor;
    std::vector<cv::Point> corners;
    for (const Point& p : read.plate->corners_px) corners.emplace_back(cvRound(p.x), cvRound(p.y));
    cv::polylines(picture, corners, true, color, line, cv::LINE_AA);
    label(picture, {read.plate->box_px.x, read.plate->box_px.y},
          read.plate->text + " " + percent(read.plate->confidence), color, scale);
  }
  return encode_jpeg(frame_from_mat(std::move(picture)), quality);
}

}  // namespace glasshouse::vision
