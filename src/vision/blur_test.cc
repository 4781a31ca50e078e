// Blurring: nothing of what is blurred is left, plates and everything else stay to the pixel.
#include "vision/blur.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>
#include <set>

#include "vision/pixels.h"

namespace glasshouse::vision {
namespace {

// Every pixel differs from its neighbours, so that whatever survives is seen.
Frame busy_frame(int width, int height) {
  cv::Mat picture(height, width, CV_8UC3);
  cv::RNG rng(4);
  rng.fill(picture, cv::RNG::UNIFORM, 0, 256);
  return frame_from_mat(std::move(picture), 40);
}

bool same(const Frame& a, const Frame& b, const cv::Rect& part) {
  return cv::norm(a.pixels()->bgr(part), b.pixels()->bgr(part), cv::NORM_INF) == 0;
}

TEST(Blur, LeavesFewerValuesThanAFaceNeeds) {
  const Frame frame = busy_frame(320, 240);
  const Frame blurred = without_bystanders(frame, std::vector<Box>{{100, 60, 96, 120}}, {});
  // Sampled in the middle of the cells and put back together, the part is the same: it holds no more than the
  // cells.
  const cv::Mat part = blurred.pixels()->bgr(cv::Rect(100, 60, 96, 120));
  cv::Mat cells, again;
  cv::resize(part, cells, {kBlurCells, kBlurCells}, 0, 0, cv::INTER_AREA);
  cv::resize(cells, again, part.size(), 0, 0, cv::INTER_LINEAR);
  EXPECT_LT(cv::norm(part, again, cv::NORM_L1) / static_cast<double>(part.total() * 3), 6.0);
  EXPECT_GT(cv::norm(part, frame.pixels()->bgr(cv::Rect(100, 60, 96, 120)), cv::NORM_L1) /
                static_cast<double>(part.total() * 3),
            40.0);
  EXPECT_EQ(blurred.offset_ms(), 40);
}

TEST(Blur, KeepsPlatesAndSurroundings) {
  const Frame frame = busy_frame(320, 240);
  const Frame blurred =
      without_bystanders(frame, std::vector<Box>{{100, 60, 100, 100}}, std::vector<Box>{{120, 120, 40, 20}});
  EXPECT_TRUE(same(frame, blurred, {120, 120, 40, 20}));
  EXPECT_TRUE(same(frame, blurred, {0, 0, 320, 60}));
  EXPECT_TRUE(same(frame, blurred, {0, 160, 320, 80}));
  EXPECT_TRUE(same(frame, blurred, {0, 60, 100, 100}));
  EXPECT_FALSE(same(frame, blurred, {100, 60, 100, 60}));
}

TEST(Blur, TakesBoxesBeyondTheFrame) {
  const Frame frame = busy_frame(64, 48);
  const Frame blurred = without_bystanders(
      frame,
      std::vector<Box>{
          {-20, -20, 40, 40}, {60, 40, 500, 500}, {900, 900, 10, 10}, {5, 5, 0, 9}, {30, 30, 1, 1}},
      std::vector<Box>{{-5, -5, 3, 3}, {62, 46, 50, 50}});
  EXPECT_EQ(blurred.width(), 64);
  EXPECT_FALSE(same(frame, blurred, {0, 0, 20, 20}));
  EXPECT_TRUE(same(frame, blurred, {62, 46, 2, 2}));
}

TEST(Blur, WithoutBoxesTheFrameIsTheSame) {
  const Frame frame = busy_frame(32, 32);
  EXPECT_EQ(without_bystanders(frame, {}, {}).pixels(), frame.pixels());
  EXPECT_TRUE(without_bystanders(Frame(), std::vector<Box>{{0, 0, 5, 5}}, {}).empty());
}

TEST(Blur, GlassLiesInTheUpperHalfOfTheVehicle) {
  const Box vehicle{100, 200, 300, 240};
  for (const bool is_tall : {false, true}) {
    const Box glass = glass_of(vehicle, is_tall);
    EXPECT_GE(glass.x, vehicle.x);
    EXPECT_GE(glass.y, vehicle.y);
    EXPECT_LE(glass.x + glass.w, vehicle.x + vehicle.w);
    EXPECT_LT(glass.y + glass.h, vehicle.y + 0.6 * vehicle.h);
    EXPECT_GT(glass.w * glass.h, vehicle.w * vehicle.h / 3);
  }
}

}  // namespace
}  // namespace glasshouse::vision
