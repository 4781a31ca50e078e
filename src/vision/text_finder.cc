#include "vision/text_finder.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "vision/net.h"

namespace glasshouse::vision {
namespace {

constexpr int kStep = 32;           // the net wants sides that are multiples of this
constexpr double kTextFrom = 0.3;   // probability from which a pixel is text
constexpr float kLineFrom = 0.45f;  // mean probability from which a blob is a line
constexpr double kGrow =
    1.6;  // the net marks the core of a line; area / perimeter times this gives the letters
constexpr int kMostLines = 64;

float distance(cv::Point2f a, cv::Point2f b) {
  return std::hypot(a.x - b.x, a.y - b.y);
}

int rounded_side(double side) {
  return std::max(kStep, cvRound(side / kStep) * kStep);
}

// The blob's turned rectangle, grown, corners in reading order.
std::array<cv::Point2f, 4> grown_corners(const std::vector<cv::Point>& blob) {
  cv::RotatedRect rect = cv::minAreaRect(blob);
  const float w = rect.size.width + 1, h = rect.size.height + 1;
  const float grow = static_cast<float>(kGrow * w * h / (2 * (w + h)));
  rect.size = {w + 2 * grow, h + 2 * grow};
  rect.center += cv::Point2f(0.5f, 0.5f);
  cv::Point2f raw[4];
  rect.points(raw);
  // Start at the corner whose following edge points most to the right: the top-left one of a line that runs
  // rightwards.
  int first = 0;
  float best = -2;
  const bool wide = std::max(w, h) > 1.3f * std::min(w, h);
  for (int i = 0; i < 4; ++i) {
    const cv::Point2f edge = raw[(i + 1) % 4] - raw[i];
    const float length = distance(raw[i], raw[(i + 1) % 4]);
    const bool along = !wide || length > 0.99f * std::max(rect.size.width, rect.size.height);
    const float rightwards = edge.x / std::max(1e-3f, length) - (along ? 0.0f : 2.0f);
    if (rightwards > best) best = rightwards, first = i;
  }
  return {raw[first], raw[(first + 1) % 4], raw[(first + 2) % 4], raw[(first + 3) % 4]};
}

float mean_inside(const cv::Mat& probability, const std::vector<cv::Point>& blob, const cv::Rect& box) {
  cv::Mat mask(box.size(), CV_8U, cv::Scalar(0));
  cv::drawContours(mask, std::vector<std::vector<cv::Point>>{blob}, 0, 255, cv::FILLED, cv::LINE_8,
                   cv::noArray(), INT_MAX, -box.tl());
  return static_cast<float>(cv::mean(probability(box), mask)[0]);
}

}  // namespace

float TextLine::width() const {
  return (distance(corners_px[0], corners_px[1]) + distance(corners_px[3], corners_px[2])) / 2;
}
float TextLine::height() const {
  return (distance(corners_px[0], corners_px[3]) + distance(corners_px[1], corners_px[2])) / 2;
}
float TextLine::angle_deg() const {
  const cv::Point2f edge = corners_px[1] - corners_px[0];
  return std::atan2(edge.y, edge.x) * 180.0f / static_cast<float>(CV_PI);
}

struct TextFinder::Impl {
  std::unique_ptr<Net> net;
};

TextFinder::TextFinder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TextFinder::~TextFinder() = default;

base::Result<std::unique_ptr<TextFinder>> TextFinder::open(const std::string& models_dir, int threads) {
  auto net = Net::open(models_dir + "/ch_PP-OCRv3_det.onnx", threads);
  if (!net) return tl::unexpected(net.error());
  auto impl = std::make_unique<Impl>();
  impl->net = std::move(*net);
  return std::unique_ptr<TextFinder>(new TextFinder(std::move(impl)));
}

base::Result<std::vector<TextLine>> TextFinder::find(const cv::Mat& bgr, const cv::Rect& roi, int side_px,
                                                     double most_zoom) {
  const double zoom = std::min(side_px / static_cast<double>(std::max(roi.width, roi.height)), most_zoom);
  const cv::Size size(rounded_side(roi.width * zoom), rounded_side(roi.height * zoom));
  cv::Mat scaled;
  cv::resize(bgr(roi), scaled, size, 0, 0, zoom < 0.7 ? cv::INTER_AREA : cv::INTER_LINEAR);
  // ImageNet's means and deviations, applied in BGR order as the net was trained.
  constexpr float kScale[3] = {1 / (255 * 0.229f), 1 / (255 * 0.224f), 1 / (255 * 0.225f)};
  constexpr float kOffset[3] = {-0.485f / 0.229f, -0.456f / 0.224f, -0.406f / 0.225f};
  to_planes(scaled, impl_->net->input(size.height, size.width), size.width,
            static_cast<std::size_t>(size.area()), kScale, kOffset, false);
  auto out = impl_->net->run();
  if (!out) return tl::unexpected(out.error());
  if (out->empty() || (*out)[0].values.size() != static_cast<std::size_t>(size.area()))
    return base::failure(Errc::kInference, "The text finder gave an answer of another shape");
  const cv::Mat probability(size, CV_32F, (*out)[0].values.data());
  std::vector<std::vector<cv::Point>> blobs;
  cv::findContours(probability > kTextFrom, blobs, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_SIMPLE);
  const float to_x = roi.width / static_cast<float>(size.width),
              to_y = roi.height / static_cast<float>(size.height);
  std::vector<TextLine> lines;
  for (const auto& blob : blobs) {
    const cv::Rect box = cv::boundingRect(blob);
    if (box.width < 5 || box.height < 3) continue;
    TextLine line;
    line.confidence = mean_inside(probability, blob, box);
    if (line.confidence < kLineFrom) continue;
    line.corners_px = grown_corners(blob);
    for (cv::Point2f& corner : line.corners_px) corner = {roi.x + corner.x * to_x, roi.y + corner.y * to_y};
    line.box_px = cv::boundingRect(std::vector<cv::Point2f>(line.corners_px.begin(), line.corners_px.end())) &
                  cv::Rect(0, 0, bgr.cols, bgr.rows);
    if (line.box_px.area() > 0) lines.push_back(line);
  }
  std::sort(lines.begin(), lines.end(), [](auto& a, auto& b) { return a.box_px.area() > b.box_px.area(); });
  if (lines.size() > kMostLines) lines.resize(kMostLines);
  return lines;
}

}  // namespace glasshouse::vision
