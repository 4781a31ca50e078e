#include "app/traffic.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "app/simulated_read.h"
#include "base/id.h"
#include "plate/plate.h"

namespace glasshouse::app {
namespace {

constexpr const char* kTown = R"({
  "name": "Testville", "center": {"lat": 44.0, "lon": -75.0},
  "nodes": [{"id": "w", "lat": 44.0, "lon": -75.02, "gate": true}, {"id": "m", "lat": 44.0, "lon": -75.0, "gate": false},
            {"id": "e", "lat": 44.0, "lon": -74.98, "gate": true}, {"id": "n", "lat": 44.01, "lon": -75.0, "gate": false}],
  "edges": [{"id": "wm", "from": "w", "to": "m", "length_m": 1600, "limit_mph": 30},
            {"id": "me", "from": "m", "to": "e", "length_m": 1600, "limit_mph": 30},
            {"id": "mn", "from": "m", "to": "n", "length_m": 1100, "limit_mph": 25}],
  "cameras": [{"id": "a", "name": "West", "edge": "wm", "at_m": 800, "bearing_deg": 90},
              {"id": "b", "name": "East", "edge": "me", "at_m": 400, "bearing_deg": 90}],
  "traffic": {"reads_per_day": 4800, "weekday_by_hour": [1,1,1,1,1,1,4,4,4,2,2,2,2,2,2,4,4,4,2,2,1,1,1,1],
              "weekend_by_hour": [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1], "resident_share": 0.5, "residents": 50,
              "bodies": {"sedan": 1, "van": 1}, "colors": {"red": 1, "blue": 1}, "plate_formats": {"AAA 1234": 1, "12345AA": 1},
              "letters": "ABC", "wanted_that_pass": [{"plate": "QJT5182", "body": "van", "color": "gray"}]}})";

class TrafficTest : public ::testing::Test {
 protected:
  TrafficTest() : path_(::testing::TempDir() + "glasshouse_town_" + std::to_string(::getpid()) + ".json") {
    std::ofstream(path_) << kTown;
  }
  ~TrafficTest() override { std::filesystem::remove(path_); }
  std::string path_;
};

constexpr std::int64_t kHour = 498'600;

TEST_F(TrafficTest, TheSameHourIsAlwaysTheSame) {
  const Traffic one(*read_town(path_), 1), again(*read_town(path_), 1), other(*read_town(path_), 2);
  const auto first = one.hour(kHour, 1), second = again.hour(kHour, 1), third = other.hour(kHour, 1);
  ASSERT_GT(first.size(), 20u);
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(simulate_read(one.town(), first[i], 1, false).id,
              simulate_read(again.town(), second[i], 1, false).id);
    EXPECT_TRUE(plate::Plate::parse(first[i].vehicle.plate)) << first[i].vehicle.plate;
    EXPECT_LT(first[i].camera, 2u);
    if (i > 0) {
      EXPECT_LE(first[i - 1].at, first[i].at);
    }
  }
  EXPECT_NE(third.empty() ? "" : third[0].vehicle.plate, first[0].vehicle.plate);
}

TEST_F(TrafficTest, ADayHasAboutAsManyReadsAsTheTownSays) {
  const Traffic traffic(*read_town(path_), 1);
  std::size_t reads = 0;
  double expected = 0;
  for (std::int64_t hour = kHour; hour < kHour + 24; ++hour) {
    reads += traffic.hour(hour, 1).size();
    expected += traffic.reads_in(hour);
  }
  EXPECT_NEAR(expected, 4800, 400);  // a day by the sun may take hours of a weekday and of a weekend
  EXPECT_NEAR(static_cast<double>(reads), expected, expected * 0.25);
}

TEST_F(TrafficTest, AWantedVehicleComesWhenItShould) {
  const Traffic traffic(*read_town(path_), 1);
  const base::Time at = base::from_ms(kHour * 3'600'000 + 5000);
  const auto trip = traffic.wanted_trip(0, at);
  ASSERT_FALSE(trip.empty());
  EXPECT_EQ(trip[0].at, at);
  EXPECT_TRUE(trip[0].wanted);
  EXPECT_EQ(trip[0].vehicle.plate, "QJT5182");
}

TEST_F(TrafficTest, ReadsAreUnsureAndPicturesSmall) {
  const Traffic traffic(*read_town(path_), 1);
  std::size_t right = 0, wrong = 0, none = 0, pictures = 0;
  std::set<std::string> ids;
  for (std::int64_t hour = kHour; hour < kHour + 6; ++hour) {
    for (const auto& passing : traffic.hour(hour, 1)) {
      const auto seen = simulate_read(traffic.town(), passing, 1, pictures < 5);
      EXPECT_TRUE(base::is_id(seen.id, "read"));
      EXPECT_TRUE(ids.insert(seen.id).second);
      if (!seen.plate) {
        ++none;
      } else {
        ++(seen.plate->text == passing.vehicle.plate ? right : wrong);
        EXPECT_EQ(seen.plate->characters.size(), seen.plate->text.size());
        EXPECT_EQ(seen.plate->candidates[0].text, seen.plate->text);
      }
      if (!seen.frame.empty()) {
        ++pictures;
        EXPECT_LE(vision::encode_jpeg(seen.frame, edge::kPictureQuality, edge::kPictureSide)->size(),
                  22'000u);
      }
    }
  }
  EXPECT_GT(right, 20 * wrong / 2);
  EXPECT_GT(wrong, 0u);
  EXPECT_GT(none, 0u);
  EXPECT_EQ(pictures, 5u);
}

TEST_F(TrafficTest, ATownWithoutItsPartsIsRefused) {
  std::ofstream(path_) << "{}";
  EXPECT_TRUE(read_town(path_).error().is(TownErrc::kBadTown));
  std::ofstream(path_) << "{";
  EXPECT_TRUE(read_town(path_).error().is(TownErrc::kBadTown));
  EXPECT_FALSE(read_town(path_ + ".none"));
}

TEST(Bearing, GoesClockwiseFromNorth) {
  EXPECT_NEAR(bearing_deg({44, -75}, {45, -75}), 0, 0.1);
  EXPECT_NEAR(bearing_deg({44, -75}, {44, -74}), 90, 0.1);
  EXPECT_NEAR(bearing_deg({44, -75}, {43, -75}), 180, 0.1);
  EXPECT_NEAR(bearing_deg({44, -75}, {44, -76}), 270, 0.1);
}

}  // namespace
}  // namespace glasshouse::app
