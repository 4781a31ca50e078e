#include "edge/upload.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>

#include "base/id.h"
#include "crypto/age.h"
#include "crypto/crypto.h"
#include "seal/day_keys.h"
#include "seal/picture.h"

namespace glasshouse::edge {
namespace {

vision::Frame gray(int width, int height) {
  const std::string pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3, '\x80');
  return *vision::frame_from_bgr(std::as_bytes(std::span(pixels)), width, height);
}

vision::PictureHeader header_of(const std::string& bytes) {
  return *vision::probe_picture(std::as_bytes(std::span(bytes)));
}

// A sealer of a camera that has heard from the server, in a folder of its own.
class UploadTest : public ::testing::Test {
 protected:
  UploadTest() {
    std::string name = (std::filesystem::temp_directory_path() / "glasshouse-upload-XXXXXX").string();
    dir_ = ::mkdtemp(name.data());
    sealer_ = std::move(*Sealer::open(dir_ + "/seal"));
  }
  ~UploadTest() override { std::filesystem::remove_all(dir_); }
  void take_keys() {
    const auto agency = crypto::SigningKey::generate();
    ASSERT_TRUE(sealer_->take_keys(seal::write_day_keys({{base::Day{20000}, day_.recipient()}}, agency),
                                   base::new_id("cam", kAt)));
  }
  std::string opened(const nlohmann::json& upload) {
    const auto manifest = seal::read_manifest(upload["picture_manifest"].get<std::string>());
    EXPECT_TRUE(manifest);
    EXPECT_EQ(manifest->read_id, upload["id"].get<std::string>());
    const auto file = crypto::from_base64(upload["picture_sealed"].get<std::string>());
    const auto plain = seal::open_picture(*file, day_, *manifest);
    EXPECT_TRUE(plain) << (plain ? "" : plain.error().message());
    return plain ? *plain : "";
  }

  const base::Time kAt = base::from_ms(1'795'000'000'000);
  std::string dir_;
  std::unique_ptr<Sealer> sealer_;
  const crypto::AgeIdentity day_ = crypto::AgeIdentity::generate();
};

TEST_F(UploadTest, ScalesBoxesToThePictureThatIsSentAndSealsIt) {
  take_keys();
  Seen seen;
  seen.captured_at = base::from_ms(1'795'000'000'000);
  seen.id = base::new_id("read", seen.captured_at);
  seen.frame = gray(2560, 1440);
  seen.plate.emplace();
  seen.plate->text = "ABC123";
  seen.plate->box_px = {1000, 500, 200, 80};
  seen.plate->region = "us-va";
  seen.vehicle.box_px = {800, 200, 900, 700};
  seen.vehicle.fingerprint.emplace()[1] = -127;
  const auto body = nlohmann::json::parse(*upload_text(seen, *sealer_));
  EXPECT_EQ(body["id"], seen.id);
  EXPECT_EQ(body["picture_width"], 1280);
  EXPECT_EQ(body["picture_height"], 720);
  EXPECT_EQ(body["plate"]["box"]["x"], 500);
  EXPECT_EQ(body["plate"]["box"]["w"], 100);
  EXPECT_EQ(body["vehicle_box"]["h"], 350);
  EXPECT_EQ(body["vehicle"]["fingerprint"]["version"], 1);
  const auto numbers = crypto::from_base64(body["vehicle"]["fingerprint"]["vector"].get<std::string>());
  EXPECT_EQ(*numbers, std::string("\0\x81", 2) + std::string(62, '\0'));
  EXPECT_FALSE(body.contains("picture_jpeg"));
  EXPECT_EQ(header_of(opened(body)).width, 1280);
  EXPECT_LE(header_of(*crypto::from_base64(body["preview_jpeg"].get<std::string>())).width, kPreviewSide);
  seen.plate.reset();
  seen.vehicle.box_px = {};
  const auto bare = nlohmann::json::parse(*upload_text(seen, *sealer_));
  EXPECT_FALSE(bare.contains("plate"));
  EXPECT_FALSE(bare.contains("vehicle_box"));
}

TEST_F(UploadTest, WhatCannotBeSealedGoesWithoutItsPicture) {
  Seen seen;
  seen.captured_at = kAt;
  seen.id = base::new_id("read", kAt);
  seen.frame = gray(640, 360);
  const auto body = nlohmann::json::parse(*upload_text(seen, *sealer_));
  EXPECT_FALSE(body.contains("picture_jpeg"));
  EXPECT_FALSE(body.contains("picture_sealed"));
  EXPECT_TRUE(body.contains("preview_jpeg"));
}

TEST_F(UploadTest, WhatAnotherProgramWroteIsSealedToo) {
  const std::string jpeg = "\xFF\xD8\xFF of another program";
  const nlohmann::json upload{{"id", base::new_id("read", kAt)},
                              {"captured_at", base::format_rfc3339(kAt)},
                              {"picture_jpeg", crypto::base64(jpeg)}};
  EXPECT_TRUE(holds_open_picture(upload.dump()));
  EXPECT_TRUE(with_picture_sealed(upload.dump(), *sealer_).error().is(SealErrc::kNotReady));
  take_keys();
  const auto text = with_picture_sealed(upload.dump(), *sealer_);
  ASSERT_TRUE(text);
  EXPECT_FALSE(holds_open_picture(*text));
  EXPECT_TRUE(opened(nlohmann::json::parse(*text)).starts_with(jpeg));
  EXPECT_EQ(*with_picture_sealed(*text, *sealer_), *text) << "once is enough";
  for (const nlohmann::json& bad :
       {nlohmann::json(7), nlohmann::json("%%"), nlohmann::json(crypto::base64("GIF89a"))}) {
    nlohmann::json odd = upload;
    odd["picture_jpeg"] = bad;
    const auto without = with_picture_sealed(odd.dump(), *sealer_);
    ASSERT_TRUE(without);
    EXPECT_FALSE(nlohmann::json::parse(*without).contains("picture_jpeg"));
    EXPECT_FALSE(nlohmann::json::parse(*without).contains("picture_sealed"));
  }
  EXPECT_EQ(*with_picture_sealed("[\"picture_jpeg\"]", *sealer_), "[\"picture_jpeg\"]");
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
