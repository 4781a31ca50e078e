#include "vision/pixels.h"

#include <algorithm>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace glasshouse::vision {

Frame frame_from_mat(cv::Mat bgr, std::int64_t offset_ms) {
  auto pixels = std::make_shared<Frame::Pixels>();
  pixels->bgr = std::move(bgr);
  return Frame(std::move(pixels), offset_ms);
}

double overlap(const cv::Rect& a, const cv::Rect& b) {
  const double both = (a & b).area();
  const double either = static_cast<double>(a.area()) + b.area() - both;
  return either > 0 ? both / either : 0;
}

int Frame::width() const {
  return pixels_ ? pixels_->bgr.cols : 0;
}
int Frame::height() const {
  return pixels_ ? pixels_->bgr.rows : 0;
}

base::Result<Frame> decode_picture(std::span<const std::byte> bytes) {
  auto header = probe_picture(bytes);
  if (!header) return tl::unexpected(header.error());
  try {
    const cv::Mat encoded(1, static_cast<int>(bytes.size()), CV_8U, const_cast<std::byte*>(bytes.data()));
    cv::Mat bgr = cv::imdecode(encoded, cv::IMREAD_COLOR);
    if (!bgr.empty()) return frame_from_mat(std::move(bgr));
  } catch (const cv::Exception&) {
    // The reason given is OpenCV's own source line, which helps nobody: fall through to ours.
  }
  return base::failure(Errc::kDamaged, "The picture is damaged", "Its content cannot be decoded",
                       "Copy it again from its source");
}

base::Result<Frame> frame_from_bgr(std::span<const std::byte> bgr, int width, int height,
                                   std::int64_t offset_ms) {
  if (width <= 0 || height <= 0 || std::int64_t{width} * height > kMaxPicturePixels ||
      bgr.size() != std::size_t{3} * width * height)
    return base::failure(Errc::kBadArgument, "The pixels do not fit the size given");
  const cv::Mat view(height, width, CV_8UC3, const_cast<std::byte*>(bgr.data()));
  return frame_from_mat(view.clone(), offset_ms);
}

namespace {

base::Result<std::string> encode(const cv::Mat& bgr, int quality, int max_side) {
  cv::Mat picture = bgr;
  const int longer = std::max(bgr.cols, bgr.rows);
  if (max_side > 0 && longer > max_side) {
    const double ratio = max_side / static_cast<double>(longer);
    const cv::Size size(std::max(1, cvRound(bgr.cols * ratio)), std::max(1, cvRound(bgr.rows * ratio)));
    cv::resize(bgr, picture, size, 0, 0, cv::INTER_AREA);
  }
  try {
    std::vector<unsigned char> jpeg;
    if (cv::imencode(".jpg", picture, jpeg, {cv::IMWRITE_JPEG_QUALITY, std::clamp(quality, 1, 100)}))
      return std::string(jpeg.begin(), jpeg.end());
  } catch (const cv::Exception&) {
  }
  return base::failure(Errc::kBadArgument, "The frame cannot be encoded as JPEG",
                       "One of its sides exceeds 65,500 px");
}

}  // namespace

base::Result<std::string> encode_jpeg(const Frame& frame, int quality, int max_side) {
  if (frame.empty()) return base::failure(Errc::kBadArgument, "There is no frame to encode");
  return encode(frame.pixels()->bgr, quality, max_side);
}

base::Result<std::string> encode_jpeg_crop(const Frame& frame, const Box& box_px, double margin, int quality,
                                           int max_side) {
  if (frame.empty()) return base::failure(Errc::kBadArgument, "There is no frame to encode");
  const cv::Mat& bgr = frame.pixels()->bgr;
  const double dx = box_px.w * margin, dy = box_px.h * margin;
  const cv::Rect2d grown(box_px.x - dx, box_px.y - dy, box_px.w + 2 * dx, box_px.h + 2 * dy);
  const cv::Rect2d inside = grown & cv::Rect2d(0, 0, bgr.cols, bgr.rows);
  const cv::Rect crop = cv::Rect(inside) & cv::Rect(0, 0, bgr.cols, bgr.rows);
  if (crop.area() <= 0) return base::failure(Errc::kBadArgument, "The box lies outside the frame");
  return encode(bgr(crop), quality, max_side);
}

}  // namespace glasshouse::vision
