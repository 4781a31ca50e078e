#include "adapters/adapters.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>

#include "adapters/parts.h"

namespace glasshouse::adapters {
namespace {

const base::Time kNow = *base::parse_rfc3339("2026-11-22T12:00:00Z");
const base::Time kSeen = *base::parse_rfc3339("2026-11-22T11:04:31.250Z");

std::string sample(const std::string& name) {
  std::ifstream in(std::string(GLASSHOUSE_ADAPTER_SAMPLES) + "/" + name, std::ios::binary);
  EXPECT_TRUE(in) << name;
  return {std::istreambuf_iterator<char>(in), {}};
}

Sighting one(Kind kind, const std::string& file, const std::string& type = "application/json") {
  const auto taken = take(kind, type, sample(file), kNow);
  EXPECT_TRUE(taken) << (taken ? "" : taken.error().message());
  if (!taken || taken->sightings.empty()) {
    ADD_FAILURE() << file << " gave nothing: " << (taken && !taken->skipped.empty() ? taken->skipped[0] : "");
    return {};
  }
  return taken->sightings[0];
}

TEST(Samples, RekorGroup) {
  const Sighting seen = one(Kind::kRekor, "rekor-group.json");
  EXPECT_EQ(seen.plate.text(), "GHX4471");
  EXPECT_EQ(seen.camera, "1711");
  EXPECT_EQ(seen.event, "AGENTUID0001-1711-1795345472100");
  EXPECT_EQ(base::to_ms(seen.captured_at), 1795345471250);
  EXPECT_NEAR(seen.confidence, 0.931, 1e-9);
  EXPECT_EQ(seen.region, "us-va");
  EXPECT_EQ(seen.candidates.size(), 2u);
  EXPECT_EQ(seen.color, "white");
  EXPECT_EQ(seen.body, "pickup");
  EXPECT_EQ(seen.make, "ford");
  EXPECT_TRUE(seen.had_picture);
}

TEST(Samples, RekorHeartbeatIsNoSighting) {
  const auto taken = take(Kind::kRekor, "application/json", sample("rekor-heartbeat.json"), kNow);
  ASSERT_TRUE(taken);
  EXPECT_TRUE(taken->sightings.empty());
  EXPECT_EQ(taken->skipped.size(), 1u);
}

TEST(Samples, Flock) {
  const Sighting seen = one(Kind::kFlock, "flock.json");
  EXPECT_EQ(seen.plate.text(), "GHX4471");
  EXPECT_EQ(seen.camera, "INV-0007");
  EXPECT_EQ(seen.captured_at, kSeen);
  EXPECT_EQ(seen.region, "us-va");
  EXPECT_NEAR(seen.confidence, 0.97, 1e-9);
}

TEST(Samples, BlueIrisGivesEachPlateOfTheDump) {
  const auto taken = take(Kind::kBlueIris, "application/json", sample("blue-iris.json"), kNow);
  ASSERT_TRUE(taken) << taken.error().message();
  ASSERT_EQ(taken->sightings.size(), 2u);
  EXPECT_EQ(taken->sightings[0].plate.text(), "GHX4471");
  EXPECT_EQ(taken->sightings[1].plate.text(), "7KJ220");
  EXPECT_EQ(taken->sightings[1].camera, "Driveway");
  EXPECT_NE(taken->sightings[0].event, taken->sightings[1].event);
}

TEST(Samples, FrigateEndAndUpdateAreTheSamePassing) {
  const Sighting end = one(Kind::kFrigate, "frigate-end.json");
  const Sighting update = one(Kind::kFrigate, "frigate-lpr.json");
  EXPECT_EQ(end.plate.text(), "GHX4471");
  EXPECT_EQ(end.captured_at, kSeen);
  EXPECT_EQ(end.event, update.event);
  EXPECT_EQ(end.camera, "front_gate");
  const auto before = take(Kind::kFrigate, "", R"({"type":"update","after":{"id":"1","camera":"c"}})", kNow);
  ASSERT_TRUE(before);
  EXPECT_TRUE(before->sightings.empty());
}

TEST(Samples, PlateRecognizerWithItsPicture) {
  const Sighting seen =
      one(Kind::kPlateRecognizer, "plate-recognizer.form", "multipart/form-data; boundary=invented7");
  EXPECT_EQ(seen.plate.text(), "GHX4471");
  EXPECT_EQ(seen.camera, "camera-1");
  EXPECT_EQ(seen.captured_at, kSeen);
  EXPECT_EQ(seen.body, "pickup");
  EXPECT_EQ(seen.color, "white");
  EXPECT_EQ(seen.make, "ford");
  EXPECT_EQ(seen.region, "us-va");
  EXPECT_TRUE(seen.had_picture);
}

TEST(Samples, HikvisionAloneAndAsAForm) {
  const Sighting seen = one(Kind::kHikvision, "hikvision-anpr.xml", "application/xml");
  EXPECT_EQ(seen.plate.text(), "GHX4471");
  EXPECT_EQ(seen.camera, "North gate");
  EXPECT_EQ(seen.captured_at, *base::parse_rfc3339("2026-11-22T11:04:31Z"));
  EXPECT_NEAR(seen.confidence, 0.97, 1e-9);
  EXPECT_EQ(seen.color, "white");
  EXPECT_EQ(seen.body, "pickup");
  const std::string form =
      "--b\r\nContent-Disposition: form-data; name=\"anpr.xml\"\r\nContent-Type: text/xml\r\n\r\n" +
      sample("hikvision-anpr.xml") + "\r\n--b\r\nContent-Type: image/jpeg\r\n\r\nxx\r\n--b--\r\n";
  const auto taken = take(Kind::kHikvision, "multipart/form-data; boundary=b", form, kNow);
  ASSERT_TRUE(taken) << taken.error().message();
  ASSERT_EQ(taken->sightings.size(), 1u);
  EXPECT_EQ(taken->sightings[0].event, seen.event);
  EXPECT_TRUE(taken->sightings[0].had_picture);
}

TEST(Samples, OnvifMetadata) {
  const auto taken = take(Kind::kOnvif, "application/xml", sample("onvif-metadata.xml"), kNow);
  ASSERT_TRUE(taken) << taken.error().message();
  ASSERT_EQ(taken->sightings.size(), 1u);
  EXPECT_EQ(taken->skipped.size(), 1u) << "the animal";
  const Sighting& seen = taken->sightings[0];
  EXPECT_EQ(seen.plate.text(), "GHX4471");
  EXPECT_EQ(seen.camera, "Bridge camera");
  EXPECT_EQ(seen.captured_at, kSeen);
  EXPECT_EQ(seen.region, "us-va");
  EXPECT_EQ(seen.body, "truck");
  EXPECT_EQ(seen.make, "ford");
}

TEST(Take, RefusesWhatItCannotReadWithoutQuotingIt) {
  for (const Kind kind : all_kinds()) {
    for (const std::string bad : {"", "SECRET1", "{", "[]", "{\"data_type\":7}", "<a>", "<!DOCTYPE a><a/>"}) {
      const auto taken = take(kind, "application/json", bad, kNow);
      if (taken) {
        EXPECT_TRUE(taken->sightings.empty()) << name_of(kind) << " " << bad;
        continue;
      }
      EXPECT_TRUE(taken.error().is(Errc::kBadMessage));
      EXPECT_EQ(taken.error().message().find("SECRET"), std::string::npos);
      EXPECT_FALSE(taken.error().next().empty());
    }
    EXPECT_FALSE(take(kind, "", std::string(kMaxMessageBytes + 1, ' '), kNow));
    EXPECT_FALSE(take(kind, "", std::string(200'000, '['), kNow)) << "depth";
    EXPECT_EQ(kind_named(name_of(kind)), kind);
  }
}

TEST(Take, NothingExpandsInXml) {
  const std::string bomb =
      "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>"
      "<EventNotificationAlert><ANPR><licensePlate>&b;</licensePlate></ANPR></EventNotificationAlert>";
  EXPECT_FALSE(take(Kind::kHikvision, "application/xml", bomb, kNow));
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "<a>";
  EXPECT_FALSE(take(Kind::kOnvif, "application/xml", deep, kNow));
}

TEST(Take, SkipsWhatHasNoUsableTimeOrPlate) {
  const std::string late =
      R"({"type":"lpr","id":"1","camera":"c","timestamp":1795500000,"plate":"ABC123","score":1})";
  const auto future = take(Kind::kFrigate, "", late, kNow);
  ASSERT_TRUE(future);
  EXPECT_TRUE(future->sightings.empty());
  const std::string none =
      R"({"type":"lpr","id":"1","camera":"c","timestamp":1795345473,"plate":"","score":1})";
  EXPECT_TRUE(take(Kind::kFrigate, "", none, kNow)->sightings.empty());
}

TEST(Words, TimesAsSendersWriteThem) {
  const base::Time whole = *base::parse_rfc3339("2026-11-22T11:04:31Z");
  for (const char* text : {"2026-11-22T11:04:31Z", "2026-11-22 11:04:31", "2026-11-22T06:04:31-05:00",
                           "2026-11-22T06:04:31-0500", "2026-11-22 06:04:31.000000-05:00"}) {
    const auto time = time_of_text(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(*time, whole) << text;
  }
  EXPECT_FALSE(time_of_text("yesterday"));
  EXPECT_FALSE(time_of_text(""));
}

TEST(Words, RegionsAndLooks) {
  for (const char* text : {"VA", "us-va", "Virginia", "US-VA", "va"})
    EXPECT_EQ(region_of(text), "us-va") << text;
  EXPECT_EQ(region_of("West Virginia"), "us-wv");
  EXPECT_EQ(region_of("wyoming"), "us-wy");
  for (const char* text : {"", "gb", "Ontario", "0"}) EXPECT_EQ(region_of(text), "unknown") << text;
  EXPECT_EQ(color_of("silver-gray"), "silver");
  EXPECT_EQ(color_of("chartreuse"), "unknown");
  EXPECT_EQ(body_of("Big Truck"), "truck");
}

}  // namespace
}  // namespace glasshouse::adapters
