#include "edge/sealer.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/id.h"
#include "seal/picture.h"

namespace glasshouse::edge {
namespace {

namespace fs = std::filesystem;

const base::Time kShot = *base::parse_rfc3339("2026-11-24T18:00:00.123Z");
const base::Day kShotDay = base::day_of(kShot);
constexpr std::string_view kJpeg = "\xFF\xD8\xFF one picture";

class SealerTest : public ::testing::Test {
 protected:
  SealerTest() {
    std::string name = (fs::temp_directory_path() / "glasshouse-sealer-XXXXXX").string();
    dir_ = ::mkdtemp(name.data());
  }
  ~SealerTest() override { fs::remove_all(dir_); }

  std::unique_ptr<Sealer> open() {
    auto sealer = Sealer::open(dir_ + "/seal");
    EXPECT_TRUE(sealer) << (sealer ? "" : sealer.error().message());
    return sealer ? std::move(*sealer) : nullptr;
  }
  std::string list(int days, const crypto::SigningKey& agency) const {
    std::map<base::Day, std::string> keys;
    for (int i = 0; i < days; ++i) keys[{kShotDay.since_epoch + i}] = day_.recipient();
    return seal::write_day_keys(keys, agency);
  }
  base::Result<Sealed> shoot(Sealer& sealer, base::Time at = kShot) {
    return sealer.seal(base::new_id("read", at), at, kJpeg);
  }

  std::string dir_;
  const std::string camera_ = base::new_id("cam", kShot);
  const crypto::AgeIdentity day_ = crypto::AgeIdentity::generate();
  const crypto::SigningKey agency_ = crypto::SigningKey::generate();
};

TEST_F(SealerTest, SealsToTheDayAndSignsAChainThatASecondStartGoesOnWith) {
  std::string key, previous(32, '\0');
  for (std::uint64_t sequence = 1; sequence <= 6; ++sequence) {
    const auto sealer = open();  // a new start each time
    if (sequence == 1) {
      EXPECT_FALSE(sealer->is_ready());
      EXPECT_TRUE(shoot(*sealer).error().is(SealErrc::kNotReady));
      ASSERT_TRUE(sealer->take_keys(list(8, agency_), camera_));
      key = sealer->public_key();
    }
    ASSERT_TRUE(sealer->is_ready());
    const auto sealed = shoot(*sealer);
    ASSERT_TRUE(sealed) << sealed.error().message();
    const auto manifest = seal::read_manifest(sealed->manifest);
    ASSERT_TRUE(manifest) << manifest.error().message();
    EXPECT_EQ(manifest->key, key);
    EXPECT_EQ(manifest->camera_id, camera_);
    EXPECT_EQ(manifest->sequence, sequence);
    EXPECT_EQ(manifest->previous, previous);
    EXPECT_EQ(manifest->key_day, kShotDay);
    EXPECT_TRUE(seal::open_picture(sealed->file, day_, *manifest)->starts_with(kJpeg));
    previous = seal::manifest_hash(sealed->manifest);
  }
}

TEST_F(SealerTest, NothingInItsFolderHoldsThePictureOrADaysSecret) {
  const auto sealer = open();
  ASSERT_TRUE(sealer->take_keys(list(8, agency_), camera_));
  ASSERT_TRUE(shoot(*sealer));
  std::size_t files = 0;
  for (const auto& file : fs::directory_iterator(dir_ + "/seal")) {
    std::ifstream in(file.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(text.find("one picture"), std::string::npos) << file.path();
    EXPECT_EQ(text.find("SECRET"), std::string::npos) << file.path();
    ++files;
  }
  EXPECT_EQ(files, 5u);
  const auto rights = fs::status(dir_ + "/seal/camera.key").permissions();
  EXPECT_EQ(rights & (fs::perms::group_all | fs::perms::others_all), fs::perms::none);
}

TEST_F(SealerTest, AnotherAgencysListAndAnOlderOneAreRefused) {
  auto sealer = open();
  ASSERT_TRUE(sealer->take_keys(list(8, agency_), camera_));
  const auto stranger = crypto::SigningKey::generate();
  EXPECT_TRUE(sealer->take_keys(list(9, stranger), camera_).error().is(SealErrc::kOtherAgency));
  EXPECT_TRUE(sealer->take_keys(list(7, agency_), camera_).error().is(SealErrc::kOldKeys));
  EXPECT_TRUE(sealer->take_keys("nonsense", camera_).error().is(seal::Errc::kBadKeys));
  sealer = open();
  EXPECT_TRUE(sealer->take_keys(list(9, stranger), camera_).error().is(SealErrc::kOtherAgency))
      << "after a start too";
  EXPECT_TRUE(shoot(*sealer)) << "what was known before stays good";
}

TEST_F(SealerTest, OfflineItGoesOnWithTheLastKeyThatItKnows) {
  const auto sealer = open();
  ASSERT_TRUE(sealer->take_keys(list(8, agency_), camera_));
  const auto sealed = shoot(*sealer, kShot + std::chrono::hours(24 * 20));
  ASSERT_TRUE(sealed);
  EXPECT_EQ(seal::read_manifest(sealed->manifest)->key_day, base::Day{kShotDay.since_epoch + 7});
  EXPECT_TRUE(shoot(*sealer, kShot - std::chrono::hours(24)).error().is(seal::Errc::kNoKey));
}

TEST_F(SealerTest, ADamagedFolderIsSaid) {
  ASSERT_TRUE(open()->take_keys(list(8, agency_), camera_));
  ASSERT_TRUE(shoot(*open()));
  for (const char* name : {"chain", "agency", "camera.key", "day-keys"}) {
    const std::string path = dir_ + "/seal/" + name;
    const std::string before = base::posix_files().read(path, 1 << 20).value();
    std::ofstream(path) << "x";
    const auto sealer = Sealer::open(dir_ + "/seal");
    ASSERT_FALSE(sealer) << name;
    EXPECT_TRUE(sealer.error().is(SealErrc::kDamaged)) << name;
    std::ofstream(path) << before;
  }
  EXPECT_TRUE(Sealer::open(dir_ + "/seal"));
}

}  // namespace
}  // namespace glasshouse::edge
