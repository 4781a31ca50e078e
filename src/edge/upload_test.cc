#include "edge/upload.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <span>

#include "base/id.h"
#include "crypto/crypto.h"

namespace glasshouse::edge {
namespace {

vision::Frame gray(int width, int height) {
  const std::string pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3, '\x80');
  return *vision::frame_from_bgr(std::as_bytes(std::span(pixels)), width, height);
}

vision::PictureHeader header_of(const nlohmann::json& base64) {
  const std::string bytes = *crypto::from_base64(base64.get<std::string>());
  return *vision::probe_picture(std::as_bytes(std::span(bytes)));
}

TEST(Upload, ScalesBoxesToThePictureThatIsSent) {
  Seen seen;
  seen.captured_at = base::from_ms(1'795'000'000'000);
  seen.id = base::new_id("read", seen.captured_at);
  seen.frame = gray(2560, 1440);
  seen.plate.emplace();
  seen.plate->text = "ABC123";
  seen.plate->box_px = {1000, 500, 200, 80};
  seen.plate->region = "us-va";
  seen.vehicle.box_px = {800, 200, 900, 700};
  const auto body = nlohmann::json::parse(*upload_text(seen));
  EXPECT_EQ(body["id"], seen.id);
  EXPECT_EQ(body["picture_width"], 1280);
  EXPECT_EQ(body["picture_height"], 720);
  EXPECT_EQ(body["plate"]["box"]["x"], 500);
  EXPECT_EQ(body["plate"]["box"]["w"], 100);
  EXPECT_EQ(body["vehicle_box"]["h"], 350);
  EXPECT_EQ(header_of(body["picture_jpeg"]).width, 1280);
  EXPECT_LE(header_of(body["preview_jpeg"]).width, kPreviewSide);
  seen.plate.reset();
  seen.vehicle.box_px = {};
  const auto bare = nlohmann::json::parse(*upload_text(seen));
  EXPECT_FALSE(bare.contains("plate"));
  EXPECT_FALSE(bare.contains("vehicle_box"));
}

TEST(Upload, InThePreviewNoPlateIsWiderThanTenPixels) {
  for (int plate_width = 20; plate_width <= 1200; plate_width += 7) {
    const int side = preview_side(1280, 720, vision::Box{0, 0, plate_width, 40});
    EXPECT_LE(side, kPreviewSide);
    if (side > 8) {
      EXPECT_LE(plate_width * side / 1280.0, kPreviewPlateWidth) << plate_width;
    }
  }
  EXPECT_EQ(preview_side(1280, 720, std::nullopt), kPreviewSide);
  EXPECT_EQ(preview_side(30, 20, std::nullopt), 30);
}

TEST(Upload, TheSamePictureAlwaysGetsTheSameIds) {
  const base::Time at = base::from_ms(1'795'000'000'000);
  const std::string id = id_of_content(at, "bytes", 0);
  EXPECT_TRUE(base::is_id(id, "read"));
  EXPECT_EQ(id, id_of_content(at, "bytes", 0));
  EXPECT_NE(id, id_of_content(at, "bytes", 1));
  EXPECT_NE(id, id_of_content(at, "other", 0));
  EXPECT_EQ(id.substr(0, 14), base::new_id("read", at).substr(0, 14));  // both begin with the time
  EXPECT_LT(id, id_of_content(at + base::Millis(1), "bytes", 0));
}

}  // namespace
}  // namespace glasshouse::edge
