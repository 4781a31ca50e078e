#include "vision/body.h"

#include <gtest/gtest.h>

namespace glasshouse::vision {
namespace {

constexpr int kPlatePx = 100;
constexpr double kUsPlateM = 0.305, kEuPlateM = 0.52;

struct Scene {
  FoundVehicle vehicle;
  cv::Rect plate_px;
};

// A vehicle that measures so in its box, with a plate 100 px wide; the finder is sure of its kind.
Scene scene(double plate_m, double plate_above_ground_m, double above_plate_m, VehicleClass kind) {
  const double px = kPlatePx / plate_m;
  const int height = cvRound((plate_above_ground_m + above_plate_m) * px);
  Scene made;
  made.vehicle.box_px = {50, 40, cvRound(1.8 * px), height};
  made.vehicle.kind = kind;
  made.vehicle.confidence = made.vehicle.class_scores[static_cast<int>(kind)] = 0.8f;
  made.plate_px = {200, 40 + cvRound(above_plate_m * px) - 10, kPlatePx, 20};
  return made;
}

std::string named(const Scene& s, std::string_view region, bool from_front = false) {
  return body_of(s.vehicle, s.plate_px, region, from_front).name;
}

TEST(Body, TallVehiclesAreToldFromLowOnesByTheirPlate) {
  EXPECT_EQ(named(scene(kUsPlateM, 0.50, 0.78, VehicleClass::kCar), "us-mo"), "sedan");
  EXPECT_EQ(named(scene(kUsPlateM, 0.95, 0.75, VehicleClass::kCar), "us-mo"), "suv");
  EXPECT_EQ(named(scene(kUsPlateM, 0.50, 1.25, VehicleClass::kTruck), "us-mo"), "pickup");
  EXPECT_EQ(named(scene(kUsPlateM, 0.80, 2.40, VehicleClass::kTruck), "us"), "truck");
}

TEST(Body, AsWideAPlateMeansALargerVehicleWherePlatesAreWide) {
  // The same picture: 1.3 m high under an American plate, 2.2 m under a European one.
  const Scene same = scene(kUsPlateM, 0.50, 0.80, VehicleClass::kCar);
  EXPECT_EQ(named(same, "us"), "sedan");
  EXPECT_NE(named(same, "eu-de"), "sedan");
}

TEST(Body, WhatIsCommonThereDecidesWhereSizesDoNot) {
  EXPECT_EQ(named(scene(kEuPlateM, 0.45, 0.85, VehicleClass::kCar), "eu"), "hatchback");
  EXPECT_EQ(named(scene(kUsPlateM, 0.45, 0.85, VehicleClass::kCar), "us"), "sedan");
}

TEST(Body, OnAFrontWhereThePlateSitsTellsNothing) {
  // A tall SUV; its plate as low as a sedan's, on the bumper.
  const Scene suv = scene(kUsPlateM, 0.42, 1.53, VehicleClass::kCar);
  EXPECT_EQ(named(suv, "us", true), "suv");
  EXPECT_NE(named(suv, "us", false), "suv");
}

TEST(Body, NothingIsSaidWithoutARegionOrOfMotorcycles) {
  EXPECT_EQ(named(scene(kUsPlateM, 0.50, 0.78, VehicleClass::kCar), "unknown"), "unknown");
  EXPECT_EQ(named(scene(kUsPlateM, 0.50, 0.78, VehicleClass::kCar), ""), "unknown");
  EXPECT_EQ(named(scene(kUsPlateM, 0.50, 0.78, VehicleClass::kMotorcycle), "us"), "unknown");
  EXPECT_EQ(body_of(FoundVehicle{}, {}, "us", false).name, "unknown");
}

TEST(Body, ConfidenceIsAShareAndDoubtLowersIt) {
  Scene sure = scene(kUsPlateM, 0.50, 1.25, VehicleClass::kTruck);
  const NamedBody before = body_of(sure.vehicle, sure.plate_px, "us", false);
  sure.vehicle.class_scores[static_cast<int>(VehicleClass::kCar)] = 0.75f;
  ASSERT_FALSE(sure_class(sure.vehicle));
  const NamedBody after = body_of(sure.vehicle, sure.plate_px, "us", false);
  EXPECT_LE(before.confidence, 1);
  EXPECT_LT(after.confidence, before.confidence);
}

}  // namespace
}  // namespace glasshouse::vision
