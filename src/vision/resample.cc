#include "vision/resample.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <opencv2/core/hal/intrin.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace glasshouse::vision {
namespace {

// A smaller pixel is made of parts of the larger ones that it covers.
struct Part {
  int of;
  float share;
};

// The parts of every pixel of a side, one after another.
struct Side {
  std::vector<Part> parts;
  std::vector<int> first;  // of each pixel, and one more: where the next would begin

  Side(int from_px, int to_px) {
    constexpr double kNothing = 1e-3;
    const double scale = static_cast<double>(from_px) / to_px;
    parts.reserve(static_cast<std::size_t>(from_px) + 2 * static_cast<std::size_t>(to_px));
    for (int to = 0; to < to_px; ++to) {
      first.push_back(static_cast<int>(parts.size()));
      const double begin = to * scale, end = begin + scale, covered = std::min(scale, from_px - begin);
      const int past = std::min(cvFloor(end), from_px - 1), whole = std::min(cvCeil(begin), past);
      if (whole - begin > kNothing)
        parts.push_back({whole - 1, static_cast<float>((whole - begin) / covered)});
      for (int of = whole; of < past; ++of) parts.push_back({of, static_cast<float>(1 / covered)});
      if (end - past > kNothing)
        parts.push_back({past, static_cast<float>(std::min({end - past, 1.0, covered}) / covered)});
    }
    first.push_back(static_cast<int>(parts.size()));
  }
};

// Three values, and whatever follows as the fourth.
cv::v_float32x4 pixel_at(const std::uint8_t* from) {
  std::uint32_t four = 0;
  std::memcpy(&four, from, sizeof four);
  const cv::v_uint16x8 values = cv::v_expand_low(cv::v_reinterpret_as_u8(cv::v_setall_u32(four)));
  return cv::v_cvt_f32(cv::v_reinterpret_as_s32(cv::v_expand_low(values)));
}

// The same where nothing may follow.
cv::v_float32x4 last_pixel_at(const std::uint8_t* from) {
  const std::uint8_t alone[4] = {from[0], from[1], from[2], 0};
  return pixel_at(alone);
}

// One row, narrower. Each pixel is written with a fourth value, which the next one overwrites.
void narrow(const std::uint8_t* from, int from_px, const Side& across, float* to) {
  const int to_px = static_cast<int>(across.first.size()) - 1;
  for (int x = 0; x < to_px; ++x, to += 3) {
    cv::v_float32x4 sum = cv::v_setzero_f32();
    for (int i = across.first[x]; i < across.first[x + 1]; ++i) {
      const Part& part = across.parts[i];
      const std::uint8_t* at = from + std::ptrdiff_t{3} * part.of;
      sum += (part.of + 1 < from_px ? pixel_at(at) : last_pixel_at(at)) * cv::v_setall_f32(part.share);
    }
    cv::v_store(to, sum);
  }
}

void to_bytes(const std::vector<float>& row, int count, std::uint8_t* to) {
  int i = 0;
  for (; i + 8 <= count; i += 8)
    cv::v_pack_u_store(to + i,
                       cv::v_pack(cv::v_round(cv::v_load(&row[i])), cv::v_round(cv::v_load(&row[i + 4]))));
  for (; i < count; ++i) to[i] = cv::saturate_cast<std::uint8_t>(row[i]);
}

cv::Mat by_parts(const cv::Mat& bgr, cv::Size size_px) {
  cv::Mat smaller(size_px, CV_8UC3);
  const Side across(bgr.cols, size_px.width), down(bgr.rows, size_px.height);
  const int count = 3 * size_px.width;
  std::vector<float> row(count + 4), sum(count + 4);  // whole vectors are read and written
  int narrowed = -1;                                  // which row `row` holds
  for (int y = 0; y < size_px.height; ++y) {
    for (int i = down.first[y]; i < down.first[y + 1]; ++i) {
      const Part& part = down.parts[i];
      if (part.of != narrowed) narrow(bgr.ptr(part.of), bgr.cols, across, row.data());
      narrowed = part.of;
      const cv::v_float32x4 share = cv::v_setall_f32(part.share);
      if (i == down.first[y])
        for (int x = 0; x < count; x += 4) cv::v_store(&sum[x], cv::v_load(&row[x]) * share);
      else
        for (int x = 0; x < count; x += 4)
          cv::v_store(&sum[x], cv::v_load(&sum[x]) + cv::v_load(&row[x]) * share);
    }
    to_bytes(sum, count, smaller.ptr(y));
  }
  return smaller;
}

constexpr int kMostRowsSummed = 257;  // of bytes in 16 bits

// Where every pixel is made of as many whole ones. Sums are exact, and rounded as OpenCV rounds them.
cv::Mat by_blocks(const cv::Mat& bgr, cv::Size size_px, cv::Size block) {
  cv::Mat smaller(size_px, CV_8UC3);
  const int count = 3 * bgr.cols;
  const float share = 1.0f / static_cast<float>(block.area());
  std::vector<std::uint16_t> sums(count);
  for (int y = 0; y < size_px.height; ++y) {
    std::fill(sums.begin(), sums.end(), 0);
    for (int row = y * block.height; row < (y + 1) * block.height; ++row) {
      const std::uint8_t* from = bgr.ptr(row);
      int i = 0;
      for (; i + 8 <= count; i += 8)
        cv::v_store(&sums[i], cv::v_load(&sums[i]) + cv::v_load_expand(from + i));
      for (; i < count; ++i) sums[i] = static_cast<std::uint16_t>(sums[i] + from[i]);
    }
    const std::uint16_t* at = sums.data();
    std::uint8_t* to = smaller.ptr(y);
    for (int x = 0; x < size_px.width; ++x, to += 3) {
      int all[3] = {0, 0, 0};
      for (int i = 0; i < block.width; ++i, at += 3)
        for (int c = 0; c < 3; ++c) all[c] += at[c];
      for (int c = 0; c < 3; ++c) to[c] = cv::saturate_cast<std::uint8_t>(static_cast<float>(all[c]) * share);
    }
  }
  return smaller;
}

// Where a pixel's left (or upper) neighbor is, where its right one, and how near it is to that, in 32nds.
struct Between {
  int at, next;
  std::int16_t nearness;
};

constexpr int kStepBits = 5, kSteps = 1 << kStepBits;

// Coordinates as cv::warpAffine rounds them: those of columns once for the way and once for its beginning.
std::vector<Between> places(float scale, float move_px, int from_px, int to_px, bool are_rows) {
  constexpr int kUnitsAStep = kSteps, kUnit = kSteps * kUnitsAStep;
  const auto units = [](double px) { return cv::saturate_cast<int>(px * kUnit); };
  const double back = 1.0 / scale, origin = -back * move_px;
  std::vector<Between> some;
  some.reserve(static_cast<std::size_t>(to_px));
  for (int i = 0; i < to_px; ++i) {
    const int where = are_rows ? units(back * i + origin) : units(origin) + units(back * i);
    const int step = (where + kUnitsAStep / 2) >> kStepBits, at = step >> kStepBits;
    some.push_back({std::clamp(at, 0, from_px - 1), std::clamp(at + 1, 0, from_px - 1),
                    static_cast<std::int16_t>(step & (kSteps - 1))});
  }
  return some;
}

using Line = std::vector<std::int16_t>;

// One row of what is cut out, between its columns: values times kSteps.
void between_columns(const std::uint8_t* from, int from_px, const std::vector<Between>& columns, Line& to) {
  static const auto kWeights = [] {  // of two pixels that stand beside one another
    std::array<std::array<std::int16_t, 8>, kSteps> weights{};
    for (int near = 0; near < kSteps; ++near)
      for (int c = 0; c < 3; ++c) {
        weights[near][c] = static_cast<std::int16_t>(kSteps - near);
        weights[near][3 + c] = static_cast<std::int16_t>(near);
      }
    return weights;
  }();
  std::int16_t* at = to.data();
  for (const Between& x : columns) {
    const std::uint8_t *left = from + std::ptrdiff_t{3} * x.at, *right = from + std::ptrdiff_t{3} * x.next;
    if (x.next == x.at + 1 && x.next + 1 < from_px) {
      const cv::v_int16x8 both = cv::v_mul_wrap(cv::v_reinterpret_as_s16(cv::v_load_expand(left)),
                                                cv::v_load(kWeights[x.nearness].data()));
      cv::v_store_low(at, both + cv::v_rotate_right<3>(both));  // the fourth is overwritten next
    } else {
      for (int c = 0; c < 3; ++c)
        at[c] = static_cast<std::int16_t>(left[c] * (kSteps - x.nearness) + right[c] * x.nearness);
    }
    at += 3;
  }
}

void between_rows(const Line& upper, const Line& lower, int nearness, int count, std::uint8_t* to) {
  constexpr int kShift = 10, kHalf = 1 << (kShift - 1);  // kSteps times kSteps
  const cv::v_int16x8 weights =
      cv::v_reinterpret_as_s16(cv::v_setall_s32(nearness << 16 | (kSteps - nearness)));
  const cv::v_int32x4 half = cv::v_setall_s32(kHalf);
  int i = 0;
  for (; i + 8 <= count; i += 8) {
    cv::v_int16x8 first, second;
    cv::v_zip(cv::v_load(&upper[i]), cv::v_load(&lower[i]), first, second);
    cv::v_pack_u_store(to + i, cv::v_pack((cv::v_dotprod(first, weights) + half) >> kShift,
                                          (cv::v_dotprod(second, weights) + half) >> kShift));
  }
  for (; i < count; ++i)
    to[i] =
        static_cast<std::uint8_t>((upper[i] * (kSteps - nearness) + lower[i] * nearness + kHalf) >> kShift);
}

}  // namespace

cv::Mat resized_by_area(const cv::Mat& bgr, cv::Size size_px) {
  const bool smaller = bgr.cols >= size_px.width && bgr.rows >= size_px.height;
  const bool in_blocks = bgr.cols % size_px.width == 0 && bgr.rows % size_px.height == 0;
  const cv::Size block(bgr.cols / size_px.width, bgr.rows / size_px.height);
  if (smaller && !in_blocks) return by_parts(bgr, size_px);
  if (smaller && block.area() > 4 && block.height <= kMostRowsSummed) return by_blocks(bgr, size_px, block);
  cv::Mat copy;  // of halving, OpenCV has a quick way, too
  cv::resize(bgr, copy, size_px, 0, 0, cv::INTER_AREA);
  return copy;
}

cv::Mat scaled_and_moved(const cv::Mat& bgr, float scale, cv::Point2f move_px, cv::Size size_px) {
  cv::Mat part(size_px, CV_8UC3);
  const std::vector<Between> columns = places(scale, move_px.x, bgr.cols, size_px.width, false);
  const std::vector<Between> rows = places(scale, move_px.y, bgr.rows, size_px.height, true);
  const int count = 3 * size_px.width;
  std::array<Line, 2> lines = {Line(count + 8),
                               Line(count + 8)};  // even and odd rows; whole vectors are written
  std::array<int, 2> held = {-1, -1};
  for (int y = 0; y < size_px.height; ++y) {
    for (const int row : {rows[y].at, rows[y].next}) {
      if (held[row % 2] != row) between_columns(bgr.ptr(row), bgr.cols, columns, lines[row % 2]);
      held[row % 2] = row;
    }
    between_rows(lines[rows[y].at % 2], lines[rows[y].next % 2], rows[y].nearness, count, part.ptr(y));
  }
  return part;
}

}  // namespace glasshouse::vision
