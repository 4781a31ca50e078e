#include "vision/passing_tracker.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <opencv2/imgproc.hpp>
#include <set>

#include "vision/blur.h"
#include "vision/pixels.h"
#include "vision/vote.h"

namespace glasshouse::vision {
namespace {

constexpr std::size_t kMostReadings = 40;  // kept for a track, the most confident ones
constexpr std::size_t kMostRecent = 64;    // plates remembered against reporting them twice
constexpr double kLeastOverlap = 0.15;
constexpr std::int64_t kReadAnywayMs = 3'000;  // also without motion, for what the gate does not see
constexpr std::int64_t kRereadMs = 300;        // a standing vehicle is read so often until it is reported
constexpr std::int64_t kSettledMs = 250;       // and a moving one whose plate is known, to keep hold of it

// --- the motion gate ---

constexpr int kGateWidth = 64, kGateHeight = 36;
constexpr int kCellDiffers = 13;  // of 255
constexpr int kCellsMove = 4;     // of 2304
constexpr double kBackgroundRate = 0.06;

// Sampled first, averaged then: reading every pixel of a large frame would cost more than the whole gate.
cv::Mat tiny_gray(const cv::Mat& bgr) {
  cv::Mat sampled, small, gray;
  cv::resize(bgr, sampled, {kGateWidth * 4, kGateHeight * 4}, 0, 0, cv::INTER_NEAREST);
  cv::resize(sampled, small, {kGateWidth, kGateHeight}, 0, 0, cv::INTER_AREA);
  cv::cvtColor(small, gray, cv::COLOR_BGR2GRAY);
  gray.convertTo(gray, CV_32F);
  return gray;
}

class MotionGate {
 public:
  bool moves(const cv::Mat& bgr) {
    const cv::Mat now = tiny_gray(bgr);
    if (background_.empty()) {
      now.copyTo(background_);
      before_ = now;
      return true;
    }
    // A cloud changes every cell alike: only what differs from the frame's own change counts.
    const double shift = cv::mean(now)[0] - cv::mean(background_)[0];
    cv::Mat changed = now - background_;
    changed -= shift;  // not in one expression: OpenCV's abs() of it would forget the shift
    changed = cv::abs(changed);
    const cv::Mat moved = cv::abs(now - before_);
    const int cells =
        std::max(cv::countNonZero(changed > kCellDiffers), cv::countNonZero(moved > kCellDiffers));
    background_ = background_ * (1 - kBackgroundRate) + now * kBackgroundRate;
    before_ = now;
    return cells >= kCellsMove;
  }

 private:
  cv::Mat background_, before_;
};

// --- tracks ---

struct Track {
  cv::Rect2d box;
  double vx = 0, vy = 0;  // px a millisecond, of the centre
  std::int64_t first_ms = 0, last_ms = 0, best_ms = 0;
  std::int64_t last_plate_ms = -1;
  int frames_seen = 0;
  std::vector<PlateReading> readings;
  std::map<std::string, double> bodies, colors, classes, views, makes;
  std::map<std::string, std::size_t> features;  // frames that said each
  Frame best_frame;
  std::vector<Box> best_private_px, best_plates_px;  // in best_frame: what to blur, what never
  VehicleLooks best_looks;
  std::optional<PlateReading> best_plate;
  double best_quality = -1;
  bool reported = false;
  cv::Size2d frame;
  int number = 0;
  std::set<int> apart_from;  // numbers of tracks that are other vehicles for sure
};

cv::Rect2d place_of(const PictureRead& read) {
  if (read.vehicle.box_px.w > 0) return cv::Rect2d(to_rect(read.vehicle.box_px));
  if (!read.plate) return {};
  // A plate without a vehicle around it stands for one of about this size.
  const cv::Rect2d p(to_rect(read.plate->box_px));
  return {p.x - 1.5 * p.width, p.y - 5 * p.height, 4 * p.width, 7 * p.height};
}

double overlap_of(const cv::Rect2d& a, const cv::Rect2d& b) {
  const double both = (a & b).area(), either = a.area() + b.area() - both;
  return either > 0 ? both / either : 0;
}

cv::Rect2d predicted(const Track& track, std::int64_t at_ms) {
  const double dt = static_cast<double>(std::clamp<std::int64_t>(at_ms - track.last_ms, 0, 1'000));
  return track.box + cv::Point2d(track.vx * dt, track.vy * dt);
}

// Whether a vehicle that stands there stands at the frame's edge and drives out.
bool is_leaving(const Track& track, const cv::Rect2d& box) {
  constexpr double kEdge = 0.02;  // of the frame's side
  const double dx = kEdge * track.frame.width, dy = kEdge * track.frame.height;
  return (box.x <= dx && track.vx < 0) || (box.y <= dy && track.vy < 0) ||
         (box.x + box.width >= track.frame.width - dx && track.vx > 0) ||
         (box.y + box.height >= track.frame.height - dy && track.vy > 0);
}

// Whether it has gone on across the edge since it was seen.
bool left_frame(const Track& track, std::int64_t now_ms) {
  constexpr double kStillInside = 0.85;  // of the box
  const cv::Rect2d expected = predicted(track, now_ms);
  const double inside = (expected & cv::Rect2d({}, track.frame)).area() / std::max(1.0, expected.area());
  return is_leaving(track, expected) && inside < kStillInside;
}

// Whether further frames would hardly change what was read.
bool is_settled(const Track& track) {
  constexpr float kSure = 0.85f;
  constexpr int kEnough = 3;
  int sure = 0;
  for (const PlateReading& r : track.readings)
    sure += r.confidence >= kSure && r.text == track.best_plate->text;
  return sure >= kEnough;
}

// A plate that the frame's edge cuts begins or ends like the whole one.
bool is_part_of(const std::string& part, const std::string& whole) {
  constexpr std::size_t kLeastLength = 4;
  return part.size() >= kLeastLength && part.size() < whole.size() &&
         (whole.starts_with(part) || whole.ends_with(part));
}

// Two readings that may be of one plate: nearly the same text, the nearer the surer both are.
bool may_be_one_plate(const PlateReading& a, const PlateReading& b) {
  constexpr std::size_t kLeastLength = 5;
  constexpr float kDoubtful = 0.6f;
  if (is_part_of(a.text, b.text) || is_part_of(b.text, a.text)) return true;
  const std::size_t edits = std::min(a.confidence, b.confidence) < kDoubtful ? 2 : 1;
  return std::min(a.text.size(), b.text.size()) >= kLeastLength && edit_distance(a.text, b.text) <= edits;
}

// How well a read continues a track; 0: not at all.
double likeness(const Track& track, const PictureRead& read, const cv::Rect2d& box, std::int64_t at_ms) {
  const cv::Rect2d expected = predicted(track, at_ms);
  double score = std::max(overlap_of(expected, box), overlap_of(track.box, box));
  if (read.plate && track.best_plate) {
    const std::size_t edits = edit_distance(read.plate->text, track.best_plate->text);
    const float surer = std::min(read.plate->confidence, track.best_plate->confidence);
    if (may_be_one_plate(*read.plate, *track.best_plate))
      score += 1;
    else if (edits >= 4 && surer > 0.6f)
      return 0;  // another vehicle took its place
  }
  const cv::Point2d a = (expected.tl() + expected.br()) * 0.5, b = (box.tl() + box.br()) * 0.5;
  const double far = std::hypot(a.x - b.x, a.y - b.y) / std::max(1.0, std::sqrt(box.area()));
  const double size = std::max(box.area(), 1.0) / std::max(track.box.area(), 1.0);
  if (score < kLeastOverlap && far < 0.45 && size > 0.5 && size < 2) score = kLeastOverlap;
  return score;
}

void count(std::map<std::string, double>& votes, const std::string& value, float confidence) {
  if (value != "unknown") votes[value] += confidence;
}

void decide(const std::map<std::string, double>& votes, int frames, std::string& value, float& confidence) {
  value = "unknown";
  confidence = 0;
  double all = 0, best = 0;
  for (const auto& [name, weight] : votes) {
    all += weight;
    if (weight > best) best = weight, value = name;
  }
  if (all > 0)
    confidence =
        static_cast<float>(std::min(1.0, best / all * std::min(1.0, all / std::max(1, frames) * 1.5)));
}

// What two frames said of the plate's kind, or the only one that read it.
std::vector<std::string> features_of(const Track& track) {
  const std::size_t enough = std::min<std::size_t>(2, track.readings.size());
  std::vector<std::string> said;
  for (const auto& [name, frames] : track.features)
    if (frames >= enough) said.push_back(name);
  return said;
}

void observe(Track& track, const Frame& frame, const PictureResult& result, const PictureRead& read,
             const cv::Rect2d& box) {
  const std::int64_t at_ms = frame.offset_ms();
  if (track.frames_seen > 0 && at_ms > track.last_ms) {
    const double dt = static_cast<double>(at_ms - track.last_ms);
    const cv::Point2d moved = (box.tl() + box.br() - track.box.tl() - track.box.br()) * 0.5;
    const double trust = track.frames_seen == 1 ? 1.0 : 0.5;
    track.vx += trust * (moved.x / dt - track.vx);
    track.vy += trust * (moved.y / dt - track.vy);
  }
  track.box = box;
  track.frame = cv::Size2d(frame.width(), frame.height());
  if (track.frames_seen == 0) track.first_ms = at_ms;
  track.last_ms = at_ms;
  ++track.frames_seen;
  const VehicleLooks& looks = read.vehicle;
  count(track.bodies, looks.body, looks.body_confidence);
  count(track.colors, looks.color, looks.color_confidence);
  count(track.classes, looks.vehicle_class, looks.class_confidence);
  count(track.views, looks.view, looks.view_confidence);
  count(track.makes, looks.make, looks.make_confidence);
  for (const std::string& feature : looks.features) ++track.features[feature];
  // The best picture is the one with the surest plate; among plates alike, and without one, the largest
  // vehicle.
  double quality = 1e-3 * std::min(1.0, box.area() / (double{1.0} * frame.width() * frame.height()));
  if (read.plate) quality += read.plate->confidence + 1e-4 * read.plate->box_px.w;
  if (quality > track.best_quality) {
    track.best_quality = quality;
    track.best_frame = frame;
    track.best_private_px = result.private_px;
    track.best_plates_px = plates_in(result);
    track.best_ms = at_ms;
    track.best_looks = looks;
    track.best_plate = read.plate;
  }
  if (!read.plate) return;
  track.last_plate_ms = at_ms;
  track.readings.push_back(*read.plate);
  if (track.readings.size() <= kMostReadings) return;
  track.readings.erase(std::min_element(track.readings.begin(), track.readings.end(),
                                        [](auto& a, auto& b) { return a.confidence < b.confidence; }));
}

// Two tracks of one vehicle: its plate was read now with it, now alone, in frames in which the vehicle itself
// was not found. A frame that shows both plates at once shows two vehicles.
bool same_vehicle(const Track& a, const Track& b) {
  if (a.reported || b.reported || !a.best_plate || !b.best_plate) return false;
  if (a.apart_from.contains(b.number) || b.apart_from.contains(a.number)) return false;
  if (a.first_ms > b.last_ms || b.first_ms > a.last_ms) return false;
  return may_be_one_plate(*a.best_plate, *b.best_plate);
}

// Notes of the tracks whose plates were read in this frame that they are of as many vehicles.
void tell_apart(std::vector<Track>& tracks, std::int64_t at_ms) {
  for (Track& a : tracks)
    for (const Track& b : tracks)
      if (a.number != b.number && a.last_plate_ms == at_ms && b.last_plate_ms == at_ms)
        a.apart_from.insert(b.number);
}

void absorb(Track& into, Track& other) {
  if (other.last_ms > into.last_ms) {
    into.box = other.box, into.vx = other.vx, into.vy = other.vy, into.frame = other.frame;
    into.last_ms = other.last_ms;
  }
  into.first_ms = std::min(into.first_ms, other.first_ms);
  into.last_plate_ms = std::max(into.last_plate_ms, other.last_plate_ms);
  into.apart_from.merge(other.apart_from);
  into.frames_seen += other.frames_seen;
  into.readings.insert(into.readings.end(), other.readings.begin(), other.readings.end());
  keep_most_confident(into.readings, kMostReadings);
  const auto add = [](auto& votes, const auto& more) {
    for (const auto& [name, weight] : more) votes[name] += weight;
  };
  add(into.bodies, other.bodies);
  add(into.colors, other.colors);
  add(into.classes, other.classes);
  add(into.views, other.views);
  add(into.makes, other.makes);
  add(into.features, other.features);
  if (other.best_quality <= into.best_quality) return;
  into.best_quality = other.best_quality;
  into.best_ms = other.best_ms;
  into.best_frame = std::move(other.best_frame);
  into.best_private_px = std::move(other.best_private_px);
  into.best_plates_px = std::move(other.best_plates_px);
  into.best_looks = other.best_looks;
  into.best_plate = std::move(other.best_plate);
}

void join_tracks(std::vector<Track>& tracks) {
  for (std::size_t a = 0; a < tracks.size(); ++a)
    for (std::size_t b = tracks.size() - 1; b > a; --b) {
      if (!same_vehicle(tracks[a], tracks[b])) continue;
      absorb(tracks[a], tracks[b]);
      tracks.erase(tracks.begin() + static_cast<std::ptrdiff_t>(b));
    }
}

}  // namespace

struct PassingTracker::Impl {
  explicit Impl(TrackerOptions o) : options(o) {}

  TrackerOptions options;
  MotionGate gate;
  std::vector<Track> tracks;
  int tracks_made = 0;
  struct Recent {
    std::string text;
    std::int64_t last_ms;
  };
  std::deque<Recent> recent;
  std::int64_t last_read_ms = -1;
  bool moves = true;  // what the gate saw last

  bool said_lately(const std::string& text, std::int64_t first_ms, std::int64_t last_ms);
  std::optional<Passing> close(Track& track);
  // looked: what is not in the frame any more would have been seen.
  std::vector<Passing> end_tracks(std::int64_t now_ms, bool all, bool looked);
};

bool PassingTracker::Impl::said_lately(const std::string& text, std::int64_t first_ms, std::int64_t last_ms) {
  for (Recent& r : recent) {
    if (r.text != text || first_ms - r.last_ms > options.same_plate_ms) continue;
    r.last_ms = std::max(r.last_ms, last_ms);
    return true;
  }
  recent.push_back({text, last_ms});
  if (recent.size() > kMostRecent) recent.pop_front();
  return false;
}

// The passing that a track was; nothing when it was too short, doubtful or has been told before.
std::optional<Passing> PassingTracker::Impl::close(Track& track) {
  if (track.reported) return std::nullopt;
  track.reported = true;
  Passing passing;
  if (!track.readings.empty()) {
    PlateReading voted = vote(track.readings);
    if (voted.confidence >= options.min_confidence) passing.plate = std::move(voted);
  }
  const bool sure = passing.plate && passing.plate->confidence >= options.sure_confidence;
  if (track.frames_seen < options.min_frames && !sure) return std::nullopt;
  if (!passing.plate && !options.keep_without_plate) return std::nullopt;
  if (passing.plate && said_lately(passing.plate->text, track.first_ms, track.last_ms)) return std::nullopt;
  if (passing.plate && track.best_plate) {
    passing.plate->box_px = track.best_plate->box_px;
    passing.plate->corners_px = track.best_plate->corners_px;
  }
  passing.first_ms = track.first_ms;
  passing.last_ms = track.last_ms;
  passing.best_ms = track.best_ms;
  passing.frames_seen = track.frames_seen;
  passing.vehicle = track.best_looks;
  const int n = track.frames_seen;
  decide(track.bodies, n, passing.vehicle.body, passing.vehicle.body_confidence);
  decide(track.colors, n, passing.vehicle.color, passing.vehicle.color_confidence);
  decide(track.classes, n, passing.vehicle.vehicle_class, passing.vehicle.class_confidence);
  decide(track.views, n, passing.vehicle.view, passing.vehicle.view_confidence);
  decide(track.makes, n, passing.vehicle.make, passing.vehicle.make_confidence);
  passing.vehicle.features.clear();
  if (passing.plate) passing.vehicle.features = features_of(track);
  passing.best_frame = options.blur_bystanders
                           ? without_bystanders(track.best_frame, track.best_private_px, track.best_plates_px)
                           : track.best_frame;
  if (auto jpeg = encode_jpeg(passing.best_frame, options.jpeg_quality, options.jpeg_max_side_px); jpeg)
    passing.best_jpeg = std::move(*jpeg);
  track.best_frame = Frame();
  return passing;
}

std::vector<Passing> PassingTracker::Impl::end_tracks(std::int64_t now_ms, bool all, bool looked) {
  std::vector<Passing> over;
  std::vector<Track> remaining;
  for (Track& track : tracks) {
    // What was reported and still stands there is looked at seldom: wait for two such looks.
    const std::int64_t patience =
        track.reported ? 2 * kReadAnywayMs + options.gone_after_ms : options.gone_after_ms;
    const std::int64_t unseen_ms = now_ms - track.last_ms;
    const bool left =
        looked && !track.reported && unseen_ms > options.left_after_ms && left_frame(track, now_ms);
    const bool gone = all || left || unseen_ms > patience;
    const bool parked = now_ms - track.first_ms > options.longest_passing_ms;
    if (gone || parked)
      if (auto passing = close(track)) {
        passing->told_ms = all ? track.last_ms : now_ms;
        over.push_back(std::move(*passing));
      }
    if (!gone) remaining.push_back(std::move(track));
  }
  tracks = std::move(remaining);
  return over;
}

PassingTracker::PassingTracker(TrackerOptions options) : impl_(std::make_unique<Impl>(options)) {}
PassingTracker::~PassingTracker() = default;

bool PassingTracker::wants(const Frame& frame) {
  if (frame.empty()) return false;
  const bool moves = impl_->moves = impl_->gate.moves(frame.pixels()->bgr);
  const std::int64_t since =
      impl_->last_read_ms < 0 ? kReadAnywayMs : frame.offset_ms() - impl_->last_read_ms;
  const bool following =
      std::any_of(impl_->tracks.begin(), impl_->tracks.end(), [](const Track& t) { return !t.reported; });
  const bool settled =
      following && std::all_of(impl_->tracks.begin(), impl_->tracks.end(), [](const Track& t) {
        return t.reported || (is_settled(t) && !is_leaving(t, t.box));
      });
  if (settled && since < kSettledMs) return false;
  return moves || since >= kReadAnywayMs || (following && since >= kRereadMs);
}

std::vector<Passing> PassingTracker::add(const Frame& frame, const PictureResult& result) {
  impl_->last_read_ms = frame.offset_ms();
  struct Pair {
    double score;
    std::size_t track, read;
  };
  std::vector<Pair> pairs;
  std::vector<cv::Rect2d> boxes;
  for (const PictureRead& read : result.reads) boxes.push_back(place_of(read));
  for (std::size_t t = 0; t < impl_->tracks.size(); ++t)
    for (std::size_t r = 0; r < boxes.size(); ++r) {
      const double score = likeness(impl_->tracks[t], result.reads[r], boxes[r], frame.offset_ms());
      if (score >= kLeastOverlap) pairs.push_back({score, t, r});
    }
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Pair& a, const Pair& b) { return a.score > b.score; });
  std::vector<bool> track_used(impl_->tracks.size(), false), read_used(boxes.size(), false);
  for (const Pair& pair : pairs) {
    if (track_used[pair.track] || read_used[pair.read]) continue;
    track_used[pair.track] = read_used[pair.read] = true;
    observe(impl_->tracks[pair.track], frame, result, result.reads[pair.read], boxes[pair.read]);
  }
  for (std::size_t r = 0; r < boxes.size(); ++r) {
    if (read_used[r] || boxes[r].area() <= 0 || impl_->tracks.size() >= kMaxTracks) continue;
    impl_->tracks.emplace_back();
    impl_->tracks.back().number = impl_->tracks_made++;
    observe(impl_->tracks.back(), frame, result, result.reads[r], boxes[r]);
  }
  tell_apart(impl_->tracks, frame.offset_ms());
  join_tracks(impl_->tracks);
  return impl_->end_tracks(frame.offset_ms(), false, true);
}

std::vector<Passing> PassingTracker::tick(std::int64_t offset_ms) {
  return impl_->end_tracks(offset_ms, false, !impl_->moves);
}

std::vector<Passing> PassingTracker::finish() {
  return impl_->end_tracks(0, true, true);
}

}  // namespace glasshouse::vision
