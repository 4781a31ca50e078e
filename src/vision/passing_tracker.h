// Joins what was read in the frames of one camera into passings: one vehicle going by, once.
//
//   vision::PassingTracker tracker({});
//   for each frame:
//     if (tracker.wants(frame)) {                     // false: nothing moves, reading would be wasted
//       auto result = reader->read_frame(frame);
//       for (vision::Passing& p : tracker.add(frame, *result)) ...
//     }
//   for (vision::Passing& p : tracker.finish()) ...
//
// Characters are voted over the frames, weighted by their confidence. One thread at a time. Holds at most
// kMaxTracks vehicles and one frame each.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vision/picture.h"
#include "vision/reader.h"

namespace glasshouse::vision {

inline constexpr int kMaxTracks = 32;

struct Passing {
  std::int64_t first_ms = 0;  // Frame::offset_ms of the first and last frame in which it was seen
  std::int64_t last_ms = 0;
  std::int64_t best_ms = 0;  // and of the frame that is shown
  std::int64_t told_ms = 0;  // and of the frame that showed the passing to be over
  int frames_seen = 0;
  std::optional<PlateReading> plate;  // voted; boxes and corners are those in the best frame
  VehicleLooks vehicle;               // voted; box in the best frame
  Frame best_frame;                   // without bystanders, unless TrackerOptions says otherwise
  std::string best_jpeg;              // the same, encoded
};

struct TrackerOptions {
  std::int64_t gone_after_ms = 700;  // not seen for so long: the passing is over
  std::int64_t left_after_ms = 100;  // the same for one that was driving out of the frame
  std::int64_t longest_passing_ms =
      60'000;          // a parked vehicle is reported once after so long, then again only if it moves
  int min_frames = 2;  // fewer sightings count only if the plate is sure (>= sure_confidence)
  float sure_confidence = 0.80f;
  float min_confidence = 0.30f;        // voted plates below are passings without a plate
  std::int64_t same_plate_ms = 5'000;  // the same plate again within this time is the same passing
  bool keep_without_plate = true;      // vehicles whose plate could not be read are passings too
  bool blur_bystanders = true;         // people and the glass of vehicles in best_frame
  int jpeg_quality = 88;
  int jpeg_max_side_px = 1920;
};

class PassingTracker {
 public:
  explicit PassingTracker(TrackerOptions options = {});
  ~PassingTracker();
  PassingTracker(const PassingTracker&) = delete;
  PassingTracker& operator=(const PassingTracker&) = delete;

  // Motion gate: compares a tiny gray copy with the background. True also while a vehicle is being tracked
  // and every few seconds regardless. Costs well under a millisecond.
  bool wants(const Frame& frame);

  // Frames in time order. Returns the passings that are over.
  std::vector<Passing> add(const Frame& frame, const PictureResult& result);
  // Tells the time of a frame that was not read (wants() said no), so that passings can end.
  std::vector<Passing> tick(std::int64_t offset_ms);
  // The source ended: all that remain.
  std::vector<Passing> finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace glasshouse::vision
