#include "api/places.h"

#include <gtest/gtest.h>

namespace glasshouse::api {
namespace {

// A school of about 111 m by 80 m, with a yard left out in its middle, and a clinic that is a point.
const std::string kTown =
    R"({"type":"FeatureCollection","features":[
     {"type":"Feature","properties":{"kind":"school","name":"Falls Elementary"},"geometry":{"type":"Polygon","coordinates":
       [[[-75,44],[-74.999,44],[-74.999,44.001],[-75,44.001],[-75,44]],
        [[-74.9996,44.0004],[-74.9994,44.0004],[-74.9994,44.0006],[-74.9996,44.0006],[-74.9996,44.0004]]]}},
     {"type":"Feature","properties":{"kind":"health-care","consent":"filed 2026-03-01"},"geometry":
       {"type":"Point","coordinates":[-74.99,44]}}]})";

TEST(Places, AreMeasuredFromTheirBoundary) {
  const auto places = SensitivePlaces::parse(kTown);
  ASSERT_TRUE(places) << places.error().message();
  EXPECT_EQ(places->size(), 2U);
  auto near = places->near({44.0002, -74.9998});
  ASSERT_EQ(near.size(), 2U);
  EXPECT_EQ(near[0].kind, "school");
  EXPECT_EQ(near[0].distance_m, 0);
  EXPECT_FALSE(near[0].consent);
  EXPECT_TRUE(near[1].consent);
  near = places->near({44.0015, -74.9995});  // 0.0005 degrees north of the boundary
  EXPECT_NEAR(near[0].distance_m, 55.6, 0.2);
  near = places->near({44.0005, -74.9995});  // in the yard
  EXPECT_GT(near[0].distance_m, 5);
  EXPECT_LT(near[0].distance_m, 15);
  EXPECT_TRUE(places->near({45, -75}).empty());
}

TEST(Places, AFileWithAFaultIsNotUsedAtAll) {
  for (
      const char* bad :
      {"", "[]", "{}", R"({"type":"FeatureCollection"})", R"({"type":"FeatureCollection","features":[1]})",
       R"({"type":"FeatureCollection","features":[{"properties":{"kind":"casino"},"geometry":{"type":"Point","coordinates":[0,0]}}]})",
       R"({"type":"FeatureCollection","features":[{"properties":{"kind":"school"},"geometry":{"type":"Point","coordinates":[0,99]}}]})",
       R"({"type":"FeatureCollection","features":[{"properties":{"kind":"school"},"geometry":{"type":"Line","coordinates":[0,9]}}]})",
       R"({"type":"FeatureCollection","features":[{"properties":{"kind":"school"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,1]]]}}]})",
       R"({"type":"FeatureCollection","features":[{"properties":{"kind":"school"}}]})"}) {
    EXPECT_FALSE(SensitivePlaces::parse(bad)) << bad;
  }
  EXPECT_FALSE(SensitivePlaces::parse(std::string(100'000, '[')));
  EXPECT_TRUE(SensitivePlaces::parse(R"({"type":"FeatureCollection","features":[]})"));
}

}  // namespace
}  // namespace glasshouse::api
