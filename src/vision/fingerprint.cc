#include "vision/fingerprint.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <fstream>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "vision/lab.h"
#include "vision/net.h"
#include "vision/resample.h"

namespace glasshouse::vision {
namespace {

// The same numbers as in training/looks/fingerprint.py.
constexpr int kWidth = 72, kHeight = 60;  // px, of the copy that is measured
constexpr int kColumns = 6, kRows = 5, kDirections = 6, kColorSide = 3;
constexpr int kPlaces = kColumns * kRows;
constexpr int kColorsAt = (kDirections + 1) * kPlaces;
constexpr int kMeasured = kColorsAt + 2 * kColorSide * kColorSide;
constexpr float kLeastContrast = 8, kMostLightness = 2.5f;
constexpr float kLightnessUnit = 6, kColorUnit = 60;
constexpr float kLongest = 127;  // the length of the vector as bytes

using Measured = std::array<float, kMeasured>;

cv::Mat lightness_of(const cv::Mat& lab) {
  cv::Mat light;
  cv::extractChannel(lab, light, 0);
  light.convertTo(light, CV_32F);
  cv::Scalar mean, deviation;
  cv::meanStdDev(light, mean, deviation);
  return (light - mean[0]) / (deviation[0] + kLeastContrast);
}

// Each edge counts for the two directions that it lies between, by how near it is.
void measure_edges(const cv::Mat& light, Measured& into) {
  cv::Mat smooth, across, down;
  cv::GaussianBlur(light, smooth, {0, 0}, 1);
  cv::Sobel(smooth, across, CV_32F, 1, 0);
  cv::Sobel(smooth, down, CV_32F, 0, 1);
  constexpr float kPi = std::numbers::pi_v<float>;
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) {
      const float dx = across.at<float>(y, x), dy = down.at<float>(y, x);
      float angle = std::atan2(dy, dx);
      if (angle < 0) angle += kPi;
      const float step = angle / kPi * kDirections;
      const int first = static_cast<int>(step);
      const float second_share = step - static_cast<float>(first), strength = std::hypot(dx, dy);
      const int place = y * kRows / kHeight * kColumns + x * kColumns / kWidth;
      into[static_cast<std::size_t>(first % kDirections * kPlaces + place)] += strength * (1 - second_share);
      into[static_cast<std::size_t>((first + 1) % kDirections * kPlaces + place)] += strength * second_share;
    }
  constexpr float kPixelsAPlace = kWidth * kHeight / static_cast<float>(kPlaces);
  float length = 0;
  for (int i = 0; i < kDirections * kPlaces; ++i) {
    into[i] = std::sqrt(into[i] / kPixelsAPlace);
    length += into[i] * into[i];
  }
  for (int i = 0; i < kDirections * kPlaces; ++i) into[i] /= std::sqrt(length) + 1e-6f;
}

Measured measure(const cv::Mat& crop) {
  Measured out{};
  cv::Mat lab = lab_of(resized_by_area(crop, {kWidth, kHeight})), places;
  const cv::Mat light = lightness_of(lab);
  measure_edges(light, out);
  cv::resize(light, places, {kColumns, kRows}, 0, 0, cv::INTER_AREA);
  for (int i = 0; i < kPlaces; ++i)
    out[kDirections * kPlaces + i] =
        std::clamp(places.at<float>(i / kColumns, i % kColumns), -kMostLightness, kMostLightness) /
        kLightnessUnit;
  lab.convertTo(lab, CV_32F);
  cv::resize(lab, places, {kColorSide, kColorSide}, 0, 0, cv::INTER_AREA);
  for (int i = 0; i < kColorSide * kColorSide; ++i) {
    const auto& color = places.at<cv::Vec3f>(i / kColorSide, i % kColorSide);
    for (int c = 0; c < 2; ++c) out[kColorsAt + 2 * i + c] = (color[c + 1] - 128) / kColorUnit;
  }
  return out;
}

}  // namespace

base::Result<std::unique_ptr<Fingerprinter>> Fingerprinter::open(const std::string& models_dir) {
  static_assert(std::endian::native == std::endian::little, "the numbers are stored little-endian");
  const std::string path = house_model(models_dir, "vehicle-fingerprint.bin");
  std::unique_ptr<Fingerprinter> made(new Fingerprinter);
  made->mean_.resize(kMeasured);
  made->directions_.resize(std::size_t{kMeasured} * kFingerprintSize);
  std::ifstream file(path, std::ios::binary);
  for (std::vector<float>* part : {&made->mean_, &made->directions_})
    file.read(reinterpret_cast<char*>(part->data()),
              static_cast<std::streamsize>(part->size() * sizeof(float)));
  if (!file || file.peek() != std::ifstream::traits_type::eof())
    return base::failure(Errc::kNoModels, "The model " + path + " is missing or damaged", "",
                         "Name the folder with --models or GLASSHOUSE_MODELS, or install the program again");
  return made;
}

Fingerprint Fingerprinter::of(const cv::Mat& bgr, const cv::Rect& vehicle_px) const {
  const Measured measured = measure(bgr(vehicle_px & cv::Rect(0, 0, bgr.cols, bgr.rows)));
  std::array<float, kFingerprintSize> far{};
  for (int i = 0; i < kMeasured; ++i)
    for (std::size_t d = 0; d < far.size(); ++d)
      far[d] += (measured[i] - mean_[i]) * directions_[i * kFingerprintSize + d];
  float length = 0;
  for (float value : far) length += value * value;
  Fingerprint fingerprint{};
  for (std::size_t d = 0; d < far.size(); ++d)
    fingerprint[d] = static_cast<std::int8_t>(std::lround(kLongest * far[d] / (std::sqrt(length) + 1e-6f)));
  return fingerprint;
}

float likeness(const Fingerprint& a, const Fingerprint& b) {
  int both = 0;
  for (std::size_t d = 0; d < a.size(); ++d) both += a[d] * b[d];
  return static_cast<float>(both) / (kLongest * kLongest);
}

}  // namespace glasshouse::vision
