// The plate finder and the plate reader on pictures that the project drew itself.
#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

#include "vision/blur.h"
#include "vision/copies.h"
#include "vision/pixels.h"
#include "vision/plate_finder.h"
#include "vision/plate_reader.h"
#include "vision/reader.h"

namespace glasshouse::vision {
namespace {

// A dark street of noise with one white plate of black letters on it, `width_px` wide, turned by `angle_deg`.
struct Drawn {
  cv::Mat picture;
  Quad corners_px;
};

Drawn street_with_plate(int width_px, double angle_deg, cv::Point2f middle) {
  cv::Mat picture(480, 640, CV_8UC3);
  cv::RNG rng(9);
  rng.fill(picture, cv::RNG::NORMAL, cv::Scalar::all(70), cv::Scalar::all(12));
  cv::GaussianBlur(picture, picture, {}, 1.2);
  cv::Mat plate(120, 520, CV_8UC3, cv::Scalar(235, 240, 238));
  cv::rectangle(plate, {0, 0, 48, 120}, {150, 60, 20}, cv::FILLED);
  cv::putText(plate, "KX 482 TR", {62, 92}, cv::FONT_HERSHEY_SIMPLEX, 2.6, {20, 20, 20}, 9, cv::LINE_AA);
  const double height_px = width_px * 120.0 / 520, turn = angle_deg * CV_PI / 180;
  const cv::Point2f u(static_cast<float>(std::cos(turn)), static_cast<float>(std::sin(turn))), v(-u.y, u.x);
  const cv::Point2f half_u = u * static_cast<float>(width_px / 2.0),
                    half_v = v * static_cast<float>(height_px / 2);
  const Quad corners{middle - half_u - half_v, middle + half_u - half_v, middle + half_u + half_v,
                     middle - half_u + half_v};
  const Quad from{cv::Point2f(0, 0), {520, 0}, {520, 120}, {0, 120}};
  const cv::Mat lay = cv::getPerspectiveTransform(from.data(), corners.data());
  cv::Mat laid, mask;
  cv::warpPerspective(plate, laid, lay, picture.size(), cv::INTER_AREA);
  cv::warpPerspective(cv::Mat(plate.size(), CV_8UC1, cv::Scalar(255)), mask, lay, picture.size());
  laid.copyTo(picture, mask);
  return {picture, corners};
}

double farthest_corner(const Quad& a, const Quad& b) {
  double most = 0;
  for (int i = 0; i < 4; ++i) most = std::max<double>(most, std::hypot(a[i].x - b[i].x, a[i].y - b[i].y));
  return most;
}

TEST(PlateFinder, FindsTheCornersOfTurnedPlates) {
  auto finder = PlateFinder::open(default_models_dir(), 1);
  ASSERT_TRUE(finder) << finder.error().message();
  for (const auto& [width_px, angle_deg] : {std::pair{60, 0.0}, {120, 8.0}, {120, -12.0}, {260, 4.0}}) {
    const Drawn drawn = street_with_plate(width_px, angle_deg, {300, 260});
    const auto found = (*finder)->find(drawn.picture, shown_copy(drawn.picture), 0.2f);
    ASSERT_TRUE(found) << found.error().message();
    ASSERT_FALSE(found->empty()) << width_px << " px, " << angle_deg << " degrees";
    const auto close = (*finder)->look_closely(drawn.picture, found->front());
    ASSERT_TRUE(close);
    EXPECT_GT(close->score, 0.2f);
    EXPECT_LT(farthest_corner(close->corners_px, drawn.corners_px), 0.12 * width_px)
        << width_px << " px, " << angle_deg << " degrees";
  }
}

TEST(PlateFinder, FindsNothingInAnEmptyStreet) {
  auto finder = PlateFinder::open(default_models_dir(), 1);
  ASSERT_TRUE(finder);
  cv::Mat picture(360, 640, CV_8UC3);
  cv::RNG rng(3);
  rng.fill(picture, cv::RNG::NORMAL, cv::Scalar::all(90), cv::Scalar::all(10));
  const auto found = (*finder)->find(picture, shown_copy(picture), 0.5f);
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->empty());
}

TEST(PlateFinder, TakesPicturesOfAnyShape) {
  auto finder = PlateFinder::open(default_models_dir(), 1);
  ASSERT_TRUE(finder);
  for (const cv::Size size : {cv::Size(1, 1), {3, 900}, {2000, 2}, {33, 31}}) {
    const cv::Mat plain(size, CV_8UC3, cv::Scalar::all(80));
    const auto found = (*finder)->find(plain, shown_copy(plain), 0.5f);
    EXPECT_TRUE(found) << size.width << " x " << size.height;
  }
}

TEST(PlateReader, ReadsTheCharactersAndPassesOverTheBand) {
  auto reader = PlateReader::open(default_models_dir(), kFirstReader, 1);
  ASSERT_TRUE(reader) << reader.error().message();
  const Drawn drawn = street_with_plate(200, 5, {320, 240});
  const auto columns = (*reader)->read(drawn.picture, drawn.corners_px);
  ASSERT_TRUE(columns);
  EXPECT_EQ(beam_search(*columns, 8, 1).front().text, "KX482TR");
}

// A street whose plate moved by so many pixels while the picture was taken.
Drawn moved_plate(int width_px, int moved_px) {
  Drawn drawn = street_with_plate(width_px, 0, {320, 240});
  cv::blur(drawn.picture, drawn.picture, {moved_px, 1});
  return drawn;
}

TEST(PlateReader, TheSecondReadsWhatMovedWhileThePictureWasTaken) {
  auto first = PlateReader::open(default_models_dir(), kFirstReader, 1);
  auto second = PlateReader::open(default_models_dir(), kSecondReader, 1);
  ASSERT_TRUE(first && second);
  const auto text = [](PlateReader& reader, const Drawn& drawn) {
    const auto columns = reader.read(drawn.picture, drawn.corners_px);
    return columns ? beam_search(*columns, 8, 1).front().text : columns.error().message();
  };
  for (const auto& [width_px, moved_px] : {std::pair{100, 7}, {120, 9}, {140, 9}, {160, 11}, {200, 13}}) {
    const Drawn drawn = moved_plate(width_px, moved_px);
    EXPECT_NE(text(**first, drawn), "KX482TR") << width_px << " px needs no second reader";
    EXPECT_EQ(text(**second, drawn), "KX482TR") << width_px << " px";
  }
}

TEST(Reader, AsksTheSecondReaderWhatTheFirstDoubts) {
  auto reader = Reader::open({});
  ASSERT_TRUE(reader) << reader.error().message();
  const auto result = (*reader)->read_frame(frame_from_mat(moved_plate(140, 9).picture));
  ASSERT_TRUE(result);
  ASSERT_FALSE(result->reads.empty());
  ASSERT_TRUE(result->reads.front().plate);
  EXPECT_EQ(result->reads.front().plate->text, "KX482TR");
}

TEST(Reader, ReadsAPlateWithoutAVehicleAroundIt) {
  auto reader = Reader::open({});
  ASSERT_TRUE(reader) << reader.error().message();
  const auto result = (*reader)->read_frame(frame_from_mat(street_with_plate(180, -4, {400, 200}).picture));
  ASSERT_TRUE(result);
  ASSERT_FALSE(result->reads.empty());
  ASSERT_TRUE(result->reads.front().plate);
  EXPECT_EQ(result->reads.front().plate->text, "KX482TR");
  EXPECT_GT(overlap(to_rect(result->reads.front().plate->box_px),
                    box_of(street_with_plate(180, -4, {400, 200}).corners_px)),
            0.6);
}

}  // namespace
}  // namespace glasshouse::vision
