#include <gtest/gtest.h>

#include <set>

#include "base/id.h"
#include "seal/day_keys.h"
#include "seal/manifest.h"
#include "seal/picture.h"

namespace glasshouse::seal {
namespace {

const base::Time kTaken = *base::parse_rfc3339("2026-11-24T18:00:00.123Z");

Manifest manifest_for(const SealedPicture& sealed) {
  return {.camera_id = base::new_id("cam", kTaken),
          .read_id = base::new_id("read", kTaken),
          .captured_at = kTaken,
          .key_day = base::day_of(kTaken),
          .sequence = 17,
          .previous = std::string(32, '\0'),
          .payload = sealed.payload,
          .commitment = sealed.commitment,
          .key = {}};
}

TEST(Manifest, IsReadBackAndNoChangeIsTaken) {
  const auto camera = crypto::SigningKey::generate();
  const auto agency = crypto::AgeIdentity::generate();
  const auto sealed = seal_picture("\xFF\xD8\xFF picture", agency.recipient());
  ASSERT_TRUE(sealed);
  const Manifest written = manifest_for(*sealed);
  const std::string text = write_manifest(written, camera);
  EXPECT_LE(text.size(), kMostManifestBytes);
  const auto read = read_manifest(text);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->camera_id, written.camera_id);
  EXPECT_EQ(read->sequence, 17u);
  EXPECT_EQ(read->captured_at, kTaken);
  EXPECT_EQ(read->key, camera.public_key());
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string bad = text;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    EXPECT_FALSE(read_manifest(bad)) << i;
    EXPECT_FALSE(read_manifest(text.substr(0, i))) << i;
  }
  EXPECT_FALSE(read_manifest(text + "\n"));
}

TEST(Manifest, AnotherKeyUnderTheSameNameIsRefused) {
  const auto sealed = *seal_picture("x", crypto::AgeIdentity::generate().recipient());
  const auto one = crypto::SigningKey::generate(), other = crypto::SigningKey::generate();
  std::string text = write_manifest(manifest_for(sealed), one);
  const std::string forged = write_manifest(manifest_for(sealed), other);
  text.replace(text.find("signature"), std::string::npos, forged.substr(forged.find("signature")));
  EXPECT_FALSE(read_manifest(text));
}

TEST(Picture, LengthsTellLittleAndTheManifestBindsThePlaintext) {
  const auto agency = crypto::AgeIdentity::generate();
  std::set<std::size_t> lengths;
  for (std::size_t size = 3; size < 20'000; size += 997) {
    const std::string jpeg(size, 'j');
    const auto sealed = seal_picture(jpeg, agency.recipient());
    ASSERT_TRUE(sealed);
    lengths.insert(sealed->file.size());
    const auto manifest = manifest_for(*sealed);
    const auto opened = open_picture(sealed->file, agency, manifest);
    ASSERT_TRUE(opened) << opened.error().message();
    EXPECT_TRUE(opened->starts_with(jpeg));
    EXPECT_EQ(opened->find_first_not_of('\0', size), std::string::npos);
    const auto other = seal_picture(jpeg, agency.recipient());
    EXPECT_TRUE(open_picture(other->file, agency, manifest).error().is(Errc::kBadManifest));
  }
  EXPECT_EQ(lengths.size(), 3u);
}

TEST(Picture, TheManifestHoldsUnderANewHeader) {
  const auto agency = crypto::AgeIdentity::generate(), court = crypto::AgeIdentity::generate();
  const auto sealed = *seal_picture("\xFF\xD8\xFF", agency.recipient());
  const auto shared = crypto::age_rehead(sealed.file, agency, {court.recipient()});
  ASSERT_TRUE(shared);
  EXPECT_TRUE(open_picture(*shared, court, manifest_for(sealed)));
}

TEST(DayKeys, AreReadBackAndNoChangeIsTaken) {
  const auto agency = crypto::SigningKey::generate();
  std::map<base::Day, std::string> days;
  const base::Day today = base::day_of(kTaken);
  for (int i = 0; i < 8; ++i) days[{today.since_epoch + i}] = crypto::AgeIdentity::generate().recipient();
  const std::string text = write_day_keys(days, agency);
  const auto keys = read_day_keys(text);
  ASSERT_TRUE(keys) << keys.error().message();
  EXPECT_EQ(keys->by_day, days);
  EXPECT_EQ(keys->agency_key, agency.public_key());
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string bad = text;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    EXPECT_FALSE(read_day_keys(bad)) << i;
  }
  EXPECT_EQ(*keys->day_for(today), today);
  EXPECT_EQ(*keys->day_for({today.since_epoch + 30}), base::Day{today.since_epoch + 7})
      << "dies earlier, not later";
  EXPECT_TRUE(keys->day_for({today.since_epoch - 1}).error().is(Errc::kNoKey));
}

}  // namespace
}  // namespace glasshouse::seal
