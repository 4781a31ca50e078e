// Voting, the passing tracker, the motion gate, and video files.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <opencv2/imgproc.hpp>

#include "vision/frame_source.h"
#include "vision/passing_tracker.h"
#include "vision/pixels.h"
#include "vision/vote.h"

namespace glasshouse::vision {
namespace {

PlateReading reading(const std::string& text, float confidence) {
  PlateReading plate;
  plate.text = plate.raw_text = text;
  plate.confidence = confidence;
  plate.box_px = {100, 100, 80, 24};
  for (char c : text) plate.characters.push_back({c, 0.9f, {}});
  plate.candidates = {{text, confidence}};
  return plate;
}

TEST(Vote, OutvotesAFrameThatMisread) {
  const PlateReading voted =
      vote({reading("ABC123", 0.7f), reading("A8C123", 0.6f), reading("ABC123", 0.5f)});
  EXPECT_EQ(voted.text, "ABC123");
  EXPECT_GT(voted.confidence, 0.5f);
  ASSERT_GE(voted.candidates.size(), 2u);
  EXPECT_EQ(voted.candidates[0].text, "ABC123");
  EXPECT_EQ(voted.candidates[1].text, "A8C123");
  ASSERT_EQ(voted.characters.size(), 6u);
  EXPECT_EQ(voted.characters[1].alternatives.at(0).value, '8');
}

TEST(Vote, CombinesCharactersThatNoFrameHadAllRight) {
  PlateReading a = reading("ABC1Z3", 0.6f), b = reading("A8C123", 0.6f), c = reading("ABC123", 0.1f);
  a.characters[4].confidence = 0.4f;
  b.characters[1].confidence = 0.4f;
  EXPECT_EQ(vote({a, b, c}).text, "ABC123");
}

TEST(Vote, PrefersTheLengthThatWasReadMoreSurely) {
  EXPECT_EQ(vote({reading("ABC123", 0.8f), reading("BC123", 0.5f)}).text, "ABC123");
}

TEST(Vote, AgreementRaisesConfidenceButNeverToCertainty) {
  std::vector<PlateReading> many(30, reading("ABC123", 0.8f));
  const float one = vote({many[0]}).confidence, all = vote(many).confidence;
  EXPECT_GT(all, one);
  EXPECT_LT(all, 1.0f);
}

TEST(EditDistance, CountsChangesAdditionsAndOmissions) {
  EXPECT_EQ(edit_distance("ABC123", "ABC123"), 0u);
  EXPECT_EQ(edit_distance("ABC123", "A8C123"), 1u);
  EXPECT_EQ(edit_distance("ABC123", "BC123"), 1u);
  EXPECT_EQ(edit_distance("", "XY"), 2u);
}

// --- the tracker ---

Frame gray_frame(std::int64_t at_ms, int square_x = -1) {
  cv::Mat picture(360, 640, CV_8UC3, cv::Scalar::all(120));
  if (square_x >= 0) cv::rectangle(picture, {square_x, 150, 120, 90}, {30, 30, 200}, cv::FILLED);
  return frame_from_mat(picture, at_ms);
}

PictureResult seen(int x, const std::string& text, float confidence) {
  PictureResult result{640, 360, {}, {}};
  PictureRead read;
  read.vehicle.box_px = {x, 150, 120, 90};
  read.vehicle.vehicle_class = "car";
  read.vehicle.class_confidence = 0.8f;
  if (!text.empty()) {
    read.plate = reading(text, confidence);
    read.plate->box_px = {x + 40, 215, 40, 12};
  }
  result.reads.push_back(read);
  return result;
}

TEST(PassingTracker, OnePassingGivesOneReadWithItsBestFrame) {
  PassingTracker tracker;
  std::vector<Passing> all;
  const char* texts[] = {"", "ABC123", "A8C123", "ABC123", "ABC123", ""};
  const float sure[] = {0, 0.5f, 0.4f, 0.9f, 0.6f, 0};
  for (int i = 0; i < 6; ++i) {
    const int x = 50 + 60 * i;
    auto over = tracker.add(gray_frame(i * 100, x), seen(x, texts[i], sure[i]));
    all.insert(all.end(), over.begin(), over.end());
  }
  EXPECT_TRUE(all.empty());
  all = tracker.tick(2'000);
  ASSERT_EQ(all.size(), 1u);
  ASSERT_TRUE(all[0].plate);
  EXPECT_EQ(all[0].plate->text, "ABC123");
  EXPECT_EQ(all[0].frames_seen, 6);
  EXPECT_EQ(all[0].first_ms, 0);
  EXPECT_EQ(all[0].last_ms, 500);
  EXPECT_EQ(all[0].best_ms, 300);
  EXPECT_EQ(all[0].plate->box_px.x, 50 + 60 * 3 + 40);
  EXPECT_EQ(all[0].vehicle.vehicle_class, "car");
  auto header = probe_picture(std::as_bytes(std::span(all[0].best_jpeg)));
  ASSERT_TRUE(header);
  EXPECT_EQ(header->width, 640);
  EXPECT_TRUE(tracker.finish().empty());
}

TEST(PassingTracker, TwoVehiclesAreTwoPassings) {
  PassingTracker tracker;
  for (int i = 0; i < 4; ++i) {
    PictureResult both = seen(40 + 30 * i, "ABC123", 0.8f);
    both.reads.push_back(seen(420 - 30 * i, "XYZ987", 0.8f).reads[0]);
    tracker.add(gray_frame(i * 100), both);
  }
  const auto all = tracker.finish();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_NE(all[0].plate->text, all[1].plate->text);
}

TEST(PassingTracker, AnotherPlateInTheSamePlaceIsAnotherVehicle) {
  PassingTracker tracker;
  for (int i = 0; i < 3; ++i) tracker.add(gray_frame(i * 100), seen(200, "ABC123", 0.9f));
  for (int i = 3; i < 6; ++i) tracker.add(gray_frame(i * 100), seen(200, "XYZ987", 0.9f));
  EXPECT_EQ(tracker.finish().size(), 2u);
}

std::vector<std::string> features_after(
    const std::vector<std::pair<std::string, std::vector<std::string>>>& frames) {
  PassingTracker tracker;
  std::int64_t at_ms = 0;
  for (const auto& [text, features] : frames) {
    PictureResult result = seen(200, text, 0.9f);
    result.reads[0].vehicle.features = features;
    tracker.add(gray_frame(at_ms += 100), result);
  }
  const auto all = tracker.finish();
  return all.size() == 1 ? all[0].vehicle.features : std::vector<std::string>{"not one passing"};
}

TEST(PassingTracker, WhatStandsOutIsWhatEnoughFramesSaid) {
  using Words = std::vector<std::string>;
  const Words none, temporary{"temporary-plate"};
  EXPECT_EQ(features_after({{"ABC123", temporary}, {"ABC123", none}, {"ABC123", temporary}}), temporary);
  EXPECT_EQ(features_after({{"ABC123", temporary}, {"ABC123", none}, {"ABC123", none}}), none);
  EXPECT_EQ(features_after({{"ABC123", temporary}, {"", none}}), temporary);  // the only look at the plate
}

TEST(PassingTracker, TheSamePlateIsNotToldTwiceAtOnce) {
  PassingTracker tracker;
  for (int i = 0; i < 3; ++i) tracker.add(gray_frame(i * 100), seen(100, "ABC123", 0.9f));
  EXPECT_EQ(tracker.tick(1'500).size(), 1u);
  for (int i = 0; i < 3; ++i) tracker.add(gray_frame(2'000 + i * 100), seen(480, "ABC123", 0.9f));
  EXPECT_TRUE(tracker.tick(4'000).empty());
  // Much later it is a new passing.
  for (int i = 0; i < 3; ++i) tracker.add(gray_frame(60'000 + i * 100), seen(100, "ABC123", 0.9f));
  EXPECT_EQ(tracker.finish().size(), 1u);
}

TEST(PassingTracker, AGlimpseCountsOnlyWhenItIsSure) {
  PassingTracker tracker;
  tracker.add(gray_frame(0), seen(100, "ABC123", 0.5f));
  EXPECT_TRUE(tracker.finish().empty());
  tracker.add(gray_frame(5'000), seen(100, "ABC123", 0.9f));
  EXPECT_EQ(tracker.finish().size(), 1u);
}

TEST(PassingTracker, AParkedVehicleIsToldOnce) {
  PassingTracker tracker;
  std::size_t told = 0;
  for (std::int64_t at = 0; at < 300'000; at += 250) {
    const Frame frame = gray_frame(at, 200);
    told +=
        tracker.wants(frame) ? tracker.add(frame, seen(200, "ABC123", 0.8f)).size() : tracker.tick(at).size();
  }
  told += tracker.finish().size();
  EXPECT_EQ(told, 1u);
}

TEST(PassingTracker, HoldsABoundedNumberOfVehicles) {
  PassingTracker tracker;
  for (int i = 0; i < 200; ++i) {
    PictureResult result = seen((i * 137) % 3'000, "", 0);
    result.reads[0].vehicle.box_px = {(i * 131) % 4'000, (i * 217) % 4'000, 40, 40};
    tracker.add(gray_frame(i), result);
  }
  EXPECT_LE(tracker.finish().size(), static_cast<std::size_t>(kMaxTracks));
}

TEST(MotionGate, SleepsOnAStillSceneAndWakesForAVehicle) {
  PassingTracker tracker;
  EXPECT_TRUE(tracker.wants(gray_frame(0)));
  tracker.add(gray_frame(0), {640, 360, {}, {}});
  int woken = 0;
  for (int i = 1; i < 20; ++i) woken += tracker.wants(gray_frame(i * 100));
  EXPECT_EQ(woken, 0);
  EXPECT_TRUE(tracker.wants(gray_frame(2'000, 200)));
}

TEST(PassingTracker, TellsAVehicleThatDroveOutAtOnce) {
  PassingTracker tracker;
  std::int64_t at_ms = 0;
  for (int x = 100; x <= 520; x += 70, at_ms += 100)
    EXPECT_TRUE(tracker.add(gray_frame(at_ms, x), seen(x, "ABC123", 0.9f)).empty());
  const auto over = tracker.add(gray_frame(at_ms + 50), {640, 360, {}, {}});
  ASSERT_EQ(over.size(), 1u);
  EXPECT_EQ(over[0].last_ms, at_ms - 100);
  EXPECT_EQ(over[0].told_ms, at_ms + 50);
}

TEST(PassingTracker, TellsAtOnceAVehicleThatWasSeenLastJustBeforeTheEdge) {
  PassingTracker tracker;
  std::int64_t at_ms = 0;
  for (int x = 60; x <= 460; x += 100, at_ms += 67)
    EXPECT_TRUE(tracker.add(gray_frame(at_ms, x), seen(x, "ABC123", 0.9f)).empty());
  EXPECT_TRUE(tracker.add(gray_frame(at_ms), {640, 360, {}, {}}).empty());
  EXPECT_EQ(tracker.add(gray_frame(at_ms + 67), {640, 360, {}, {}}).size(), 1u);
}

TEST(PassingTracker, JoinsAPlateThatIsReadNowWithItsVehicleNowAlone) {
  const auto alone = [](int x, const std::string& text) {
    PictureResult result{640, 360, {}, {}};
    result.reads.push_back({reading(text, 0.6f), {}});
    result.reads[0].plate->box_px = {x + 300, 280, 20, 8};  // far from where the vehicle's box would be
    return result;
  };
  PassingTracker tracker;
  for (int i = 0; i < 8; ++i)
    tracker.add(gray_frame(i * 100, 100 + 10 * i),
                i % 2 == 0 ? seen(100 + 10 * i, "ABC123", 0.8f) : alone(100 + 10 * i, "ABC128"));
  const auto over = tracker.finish();
  ASSERT_EQ(over.size(), 1u);
  EXPECT_EQ(over[0].plate.value_or(PlateReading{}).text, "ABC123");
  EXPECT_EQ(over[0].first_ms, 0);
  EXPECT_EQ(over[0].last_ms, 700);
}

// One vehicle's plate with the vehicle, another's alone at the other side, in the frames that say so.
std::size_t passings_of_two(const PlateReading& with_vehicle, const PlateReading& alone, bool ever_together) {
  PassingTracker tracker;
  for (int i = 0; i < 8; ++i) {
    const int x = 100 + 10 * i;
    const bool first = i % 2 == 0 || (ever_together && i == 3), second = i % 2 == 1;
    PictureResult result{640, 360, {}, {}};
    if (first) result = seen(x, with_vehicle.text, with_vehicle.confidence);
    if (second) {
      result.reads.push_back({alone, {}});
      result.reads.back().plate->box_px = {x + 300, 280, 20, 8};
    }
    tracker.add(gray_frame(i * 100, x), result);
  }
  return tracker.finish().size();
}

TEST(PassingTracker, DoubtfulReadingsOfOnePlateMayDifferMore) {
  EXPECT_EQ(passings_of_two(reading("ABC123", 0.9f), reading("A8C128", 0.5f), false), 1u);
  EXPECT_EQ(passings_of_two(reading("ABC123", 0.9f), reading("A8C128", 0.9f), false), 2u);
}

TEST(PassingTracker, APlateCutByTheFramesEdgeIsNoOther) {
  EXPECT_EQ(passings_of_two(reading("ABC123", 0.9f), reading("ABC1", 0.9f), false), 1u);
  EXPECT_EQ(passings_of_two(reading("ABC123", 0.9f), reading("C123", 0.9f), false), 1u);
  EXPECT_EQ(passings_of_two(reading("ABC123", 0.9f), reading("123", 0.9f), false), 2u);
}

TEST(PassingTracker, TwoPlatesInOneFrameAreTwoVehiclesHoweverAlike) {
  EXPECT_EQ(passings_of_two(reading("ABC123", 0.9f), reading("ABC128", 0.9f), true), 2u);
}

TEST(PassingTracker, WaitsForAVehicleThatIsOnlyHiddenInTheMiddle) {
  PassingTracker tracker;
  for (int i = 0; i < 4; ++i)
    tracker.add(gray_frame(i * 100, 200 + 20 * i), seen(200 + 20 * i, "ABC123", 0.9f));
  EXPECT_TRUE(tracker.add(gray_frame(500), {640, 360, {}, {}}).empty());
  EXPECT_EQ(tracker.add(gray_frame(1'100), {640, 360, {}, {}}).size(), 1u);
}

TEST(MotionGate, LooksLessOftenAtAVehicleWhosePlateIsKnown) {
  PassingTracker tracker;
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(tracker.wants(gray_frame(i * 100, 100 + 40 * i)));
    tracker.add(gray_frame(i * 100, 100 + 40 * i), seen(100 + 40 * i, "ABC123", 0.9f));
  }
  EXPECT_FALSE(tracker.wants(gray_frame(300, 220)));
  EXPECT_FALSE(tracker.wants(gray_frame(400, 260)));
  EXPECT_TRUE(tracker.wants(gray_frame(500, 300)));
}

TEST(MotionGate, ACloudIsNoMotion) {
  PassingTracker tracker;
  int woken = 0;
  for (int i = 0; i < 20; ++i) {
    const Frame frame = frame_from_mat(cv::Mat(360, 640, CV_8UC3, cv::Scalar::all(120 + i * 4)), i * 100);
    if (!tracker.wants(frame)) continue;
    ++woken;
    tracker.add(frame, {640, 360, {}, {}});
  }
  EXPECT_EQ(woken, 1);  // the first frame
}

// --- sources ---

TEST(FrameSource, SaysWhatIsWrong) {
  auto missing = FrameSource::open("/nonexistent/clip.mp4");
  ASSERT_FALSE(missing);
  EXPECT_TRUE(missing.error().is(Errc::kCannotOpen));
  const auto folder = std::filesystem::temp_directory_path() / ("vision_test_" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const std::string path = (folder / "text.mp4").string();
  std::ofstream(path) << "this is no video";
  auto text = FrameSource::open(path);
  ASSERT_FALSE(text);
  EXPECT_TRUE(text.error().is(Errc::kCannotOpen));
  EXPECT_NE(text.error().message().find("not a video"), std::string::npos);
  std::filesystem::remove_all(folder);
}

TEST(FrameSource, AServerThatIsDownIsToldWithoutThePassword) {
  auto down = FrameSource::open("rtsp://user:hunter2@127.0.0.1:1/stream", {.open_timeout_ms = 2'000});
  ASSERT_FALSE(down);
  EXPECT_EQ(down.error().message().find("hunter2"), std::string::npos);
  EXPECT_NE(down.error().message().find("127.0.0.1"), std::string::npos);
}

TEST(FrameSource, HidesCredentials) {
  EXPECT_EQ(without_credentials("rtsp://u:p@host/x"), "rtsp://host/x");
  EXPECT_EQ(without_credentials("rtsp://u:p@w@host/x@y"), "rtsp://host/x@y");
  EXPECT_EQ(without_credentials("rtsp://host/x@y"), "rtsp://host/x@y");
  EXPECT_EQ(without_credentials("/a/b@c.mp4"), "/a/b@c.mp4");
}

}  // namespace
}  // namespace glasshouse::vision
