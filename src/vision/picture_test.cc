#include "vision/picture.h"

#include <gtest/gtest.h>

#include <cstring>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "vision/pixels.h"

namespace glasshouse::vision {
namespace {

using Bytes = std::vector<unsigned char>;

std::span<const std::byte> as_span(const Bytes& bytes) {
  return std::as_bytes(std::span(bytes));
}

cv::Mat scene(int width, int height) {
  cv::Mat picture(height, width, CV_8UC3, cv::Scalar(90, 120, 60));
  cv::circle(picture, {width / 2, height / 2}, height / 3, {20, 40, 200}, cv::FILLED);
  return picture;
}

Bytes encoded(const char* extension, int width, int height, const std::vector<int>& options = {}) {
  Bytes bytes;
  cv::imencode(extension, scene(width, height), bytes, options);
  return bytes;
}

TEST(ProbePicture, TellsFormatAndSize) {
  const std::pair<const char*, PictureFormat> kinds[] = {
      {".jpg", PictureFormat::kJpeg}, {".png", PictureFormat::kPng}, {".webp", PictureFormat::kWebp}};
  for (const auto& [extension, format] : kinds) {
    const Bytes bytes = encoded(extension, 123, 77);
    auto header = probe_picture(as_span(bytes));
    ASSERT_TRUE(header) << extension << ": " << header.error().message();
    EXPECT_EQ(header->format, format);
    EXPECT_EQ(header->width, 123) << extension;
    EXPECT_EQ(header->height, 77) << extension;
  }
}

TEST(ProbePicture, TellsLosslessWebp) {
  const Bytes bytes = encoded(".webp", 301, 9, {cv::IMWRITE_WEBP_QUALITY, 101});
  auto header = probe_picture(as_span(bytes));
  ASSERT_TRUE(header) << header.error().message();
  EXPECT_EQ(header->width, 301);
  EXPECT_EQ(header->height, 9);
}

TEST(ProbePicture, AcceptsProgressiveJpeg) {
  const Bytes bytes = encoded(".jpg", 200, 100, {cv::IMWRITE_JPEG_PROGRESSIVE, 1});
  EXPECT_TRUE(probe_picture(as_span(bytes)));
}

// Every cut of a picture is refused, by the probe or at the latest by the decoder; none crashes.
TEST(ProbePicture, RefusesEveryCut) {
  for (const char* extension : {".jpg", ".png", ".webp"}) {
    const Bytes whole = encoded(extension, 64, 48);
    for (std::size_t size = 0; size + 2 < whole.size(); ++size) {
      const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      auto header = probe_picture(as_span(cut));
      ASSERT_FALSE(header) << extension << " cut to " << size << " of " << whole.size();
      ASSERT_TRUE(header.error().is(Errc::kDamaged) || header.error().is(Errc::kNotAPicture));
    }
  }
}

TEST(ProbePicture, RefusesWhatIsNoPicture) {
  EXPECT_TRUE(probe_picture({}).error().is(Errc::kNotAPicture));
  const Bytes text{'h', 'e', 'l', 'l', 'o', ',', ' ', 'I', ' ', 'a', 'm', ' ', 't', 'e', 'x', 't'};
  EXPECT_TRUE(probe_picture(as_span(text)).error().is(Errc::kNotAPicture));
}

// 65,500 by 65,500 in the header of an otherwise small file: refused before anything is allocated for it.
TEST(ProbePicture, RefusesHugeClaims) {
  Bytes jpeg = encoded(".jpg", 64, 48);
  for (std::size_t at = 0; at + 9 < jpeg.size(); ++at) {
    if (jpeg[at] != 0xFF || jpeg[at + 1] != 0xC0) continue;
    jpeg[at + 5] = jpeg[at + 7] = 0xFF;
    jpeg[at + 6] = jpeg[at + 8] = 0xDC;
    break;
  }
  auto header = probe_picture(as_span(jpeg));
  ASSERT_FALSE(header);
  EXPECT_TRUE(header.error().is(Errc::kTooLarge));
  EXPECT_NE(header.error().message().find("65500"), std::string::npos) << header.error().message();

  Bytes png = encoded(".png", 64, 48);
  std::memcpy(png.data() + 16, "\x00\x00\xFF\xDC\x00\x00\xFF\xDC", 8);
  EXPECT_TRUE(probe_picture(as_span(png)).error().is(Errc::kTooLarge));
  EXPECT_TRUE(decode_picture(as_span(png)).error().is(Errc::kTooLarge));
  // Sides whose product overflows 63 bits.
  std::memcpy(png.data() + 16, "\xF0\xF0\xF0\xF0\xF0\xF0\xF0\xF0", 8);
  EXPECT_TRUE(probe_picture(as_span(png)).error().is(Errc::kTooLarge));
}

TEST(ProbePicture, RefusesTooManyScans) {
  Bytes jpeg = encoded(".jpg", 64, 48, {cv::IMWRITE_JPEG_PROGRESSIVE, 1});
  // Repeat the last scan, header and data, until there are more than the limit.
  std::size_t scan = 0;
  for (std::size_t at = 2; at + 1 < jpeg.size(); ++at)
    if (jpeg[at] == 0xFF && jpeg[at + 1] == 0xDA) scan = at;
  ASSERT_GT(scan, 0u);
  const Bytes last(jpeg.begin() + static_cast<std::ptrdiff_t>(scan), jpeg.end() - 2);
  jpeg.resize(jpeg.size() - 2);
  for (int i = 0; i < kMaxJpegScans; ++i) jpeg.insert(jpeg.end(), last.begin(), last.end());
  jpeg.insert(jpeg.end(), {0xFF, 0xD9});
  auto header = probe_picture(as_span(jpeg));
  ASSERT_FALSE(header);
  EXPECT_TRUE(header.error().is(Errc::kTooLarge)) << header.error().message();
}

TEST(Frame, DecodesAndEncodes) {
  const Bytes bytes = encoded(".jpg", 320, 160);
  auto frame = decode_picture(as_span(bytes));
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->width(), 320);
  EXPECT_EQ(frame->height(), 160);
  auto smaller = encode_jpeg(*frame, 80, 100);
  ASSERT_TRUE(smaller);
  auto header = probe_picture(std::as_bytes(std::span(*smaller)));
  ASSERT_TRUE(header);
  EXPECT_EQ(header->width, 100);
  EXPECT_EQ(header->height, 50);
  auto crop = encode_jpeg_crop(*frame, {300, 140, 40, 40}, 0.5, 80);
  ASSERT_TRUE(crop);
  header = probe_picture(std::as_bytes(std::span(*crop)));
  ASSERT_TRUE(header);
  EXPECT_EQ(header->width, 40);  // 280..340, clipped at 320
  EXPECT_FALSE(encode_jpeg_crop(*frame, {400, 400, 10, 10}, 0, 80));
  EXPECT_FALSE(encode_jpeg(Frame(), 80));
}

TEST(Frame, TakesPackedPixelsOfTheRightSizeOnly) {
  const std::vector<std::byte> pixels(3 * 4 * 2, std::byte{7});
  EXPECT_TRUE(frame_from_bgr(pixels, 4, 2));
  EXPECT_FALSE(frame_from_bgr(pixels, 4, 3));
  EXPECT_FALSE(frame_from_bgr(pixels, 0, 0));
  EXPECT_FALSE(frame_from_bgr(pixels, -4, -2));
}

}  // namespace
}  // namespace glasshouse::vision
