#include "vision/lab.h"

#include <array>
#include <cmath>
#include <cstdint>

namespace glasshouse::vision {
namespace {

// Fixed point, as OpenCV chose it: linear light has 3 more bits than a byte, the matrix and the cube roots 12
// and 15 behind the point.
constexpr int kLightBits = 3, kMatrixBits = 12, kRootBits = 15;
constexpr int kBrightest = 255 << kLightBits;
constexpr double kToXyz[3][3] = {  // of linear sRGB, red first
    {0.412453, 0.357580, 0.180423},
    {0.212671, 0.715160, 0.072169},
    {0.019334, 0.119193, 0.950227}};
constexpr double kWhitePoint[3] = {0.950456, 1, 1.088754};  // of D65

struct Xyz {
  std::int32_t x, y, z;
};

struct Tables {
  std::array<Xyz, 256> blue, green, red;  // what each adds, as kMatrixBits
  std::array<std::uint16_t, kBrightest + 8> root;
  std::array<std::uint8_t, kBrightest + 8> lightness;  // of y
};

double linear(double value) {
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

// Single precision, as OpenCV's: two of the table's entries are rounded another way without that.
float root_of(double part) {
  constexpr double kStraightBelow = 216 / 24389.0;
  return static_cast<float>(part < kStraightBelow ? part * 841 / 108 + 16 / 116.0 : std::cbrt(part));
}

std::int32_t in_matrix(int row, int column) {
  return cvRound(kToXyz[row][column] / kWhitePoint[row] * (1 << kMatrixBits));
}

std::int32_t descaled(std::int32_t value, int bits) {
  return (value + (1 << (bits - 1))) >> bits;
}

Tables made_tables() {
  Tables tables{};
  for (int i = 0; i < 256; ++i) {
    const std::int32_t light = cvRound(kBrightest * linear(i / 255.0));
    int column = 2;
    for (auto* of : {&tables.blue, &tables.green, &tables.red}) {
      (*of)[i] = {light * in_matrix(0, column), light * in_matrix(1, column), light * in_matrix(2, column)};
      --column;
    }
  }
  constexpr std::int32_t kOfRoot = (116 * 255 + 50) / 100;
  constexpr std::int32_t kDark = (16 * 255 * (1 << kRootBits) + 50) / 100;
  for (std::size_t i = 0; i < tables.root.size(); ++i) {
    tables.root[i] =
        static_cast<std::uint16_t>(cvRound((1 << kRootBits) * root_of(static_cast<double>(i) / kBrightest)));
    tables.lightness[i] =
        cv::saturate_cast<std::uint8_t>(descaled(kOfRoot * tables.root[i] - kDark, kRootBits));
  }
  return tables;
}

const Tables& tables() {
  static const Tables made = made_tables();
  return made;
}

}  // namespace

cv::Mat lab_of(const cv::Mat& bgr) {
  constexpr std::int32_t kMiddle = 128 << kRootBits;  // of a and b
  const Tables& of = tables();
  cv::Mat lab(bgr.size(), CV_8UC3);
  for (int row = 0; row < bgr.rows; ++row) {
    const std::uint8_t* from = bgr.ptr(row);
    std::uint8_t* to = lab.ptr(row);
    for (int column = 0; column < bgr.cols; ++column, from += 3, to += 3) {
      const Xyz &b = of.blue[from[0]], &g = of.green[from[1]], &r = of.red[from[2]];
      const std::int32_t y = descaled(b.y + g.y + r.y, kMatrixBits);
      const std::int32_t x_root = of.root[descaled(b.x + g.x + r.x, kMatrixBits)], y_root = of.root[y],
                         z_root = of.root[descaled(b.z + g.z + r.z, kMatrixBits)];
      to[0] = of.lightness[y];
      to[1] = static_cast<std::uint8_t>(descaled(500 * (x_root - y_root) + kMiddle, kRootBits));
      to[2] = static_cast<std::uint8_t>(descaled(200 * (y_root - z_root) + kMiddle, kRootBits));
    }
  }
  return lab;
}

}  // namespace glasshouse::vision
