// Pictures to reads: finds vehicles and their plates, reads the text, describes the vehicle.
//
//   auto reader = vision::Reader::open({.country = "us"});
//   if (!reader) return tl::unexpected(reader.error());
//   auto result = (*reader)->read_picture(bytes);
//   for (const vision::PictureRead& read : result->reads) ...   // most confident plate first
//
// A Reader holds about 120 MB and is used by one thread at a time; for more speed open several
// (one-thread sessions in N workers beat one session with N threads). Nothing is stored or sent.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "vision/errors.h"
#include "vision/picture.h"

namespace glasshouse::vision {

inline constexpr int kMaxCandidates = 10;
inline constexpr int kMaxReadsPerPicture = 8;

struct Alternative {
  char value = '?';
  float confidence = 0;  // 0..1
};

struct Character {
  char value = '?';                       // A–Z 0–9, as in PlateReading::text
  float confidence = 0;                   // 0..1
  std::vector<Alternative> alternatives;  // at most 3 others, best first
};

struct Candidate {
  std::string text;
  float confidence = 0;  // 0..1
};

struct Evidence;  // evidence.h

struct PlateReading {
  std::string text;      // A–Z 0–9, 2..10 characters: the best candidate
  float confidence = 0;  // 0..1 that `text` is right as a whole
  Box box_px;
  std::array<Point, 4> corners_px{};  // top-left, top-right, bottom-right, bottom-left of the plate
  std::vector<Character> characters;  // as many as text has
  std::vector<Candidate> candidates;  // 1..kMaxCandidates, best first; the first is `text`
  std::string region = "unknown";     // "us-mo", "us", "eu-de", "eu", "br" or "unknown"
  float region_confidence = 0;
  std::string raw_text;  // what the net saw before any rule about formats, or about O and 0
  std::shared_ptr<const Evidence> evidence;  // for vote() alone: never kept or sent, null once it has voted
};

// How a vehicle looks, for finding it again without its plate: a direction, of length 127. Only fingerprints
// of one version can be compared.
inline constexpr std::size_t kFingerprintSize = 64;
inline constexpr int kFingerprintVersion = 1;
using Fingerprint = std::array<std::int8_t, kFingerprintSize>;
// The cosine of the angle between two: 1 the same, about 0 for two vehicles that have nothing in common.
float likeness(const Fingerprint& a, const Fingerprint& b);

struct VehicleLooks {
  Box box_px;                     // empty (w = 0) where a plate was read without a vehicle around it
  std::string body = "unknown";   // sedan suv hatchback wagon minivan van pickup truck bus motorcycle unknown
  std::string color = "unknown";  // black white gray silver red blue green yellow orange brown beige unknown
  std::string make = "unknown";
  std::string vehicle_class = "unknown";  // car truck bus motorcycle unknown
  std::string view = "unknown";           // front rear unknown
  std::vector<std::string> features;      // temporary-plate trailer-plate; sorted, no doubles
  float body_confidence = 0;
  float color_confidence = 0;
  float make_confidence = 0;
  float class_confidence = 0;
  float view_confidence = 0;
  std::optional<Fingerprint> fingerprint;  // of the box; none where a plate was read without a vehicle around
};

// One vehicle. A vehicle whose plate could not be read has no plate.
struct PictureRead {
  std::optional<PlateReading> plate;
  VehicleLooks vehicle;
};

struct StageTimings {  // wall milliseconds
  double decode = 0, vehicles = 0, plates = 0, text = 0, looks = 0, total = 0;
  double nets = 0;  // of total: inside the recognition runtime
};

struct PictureResult {
  int width = 0, height = 0;       // px
  std::vector<PictureRead> reads;  // at most kMaxReadsPerPicture; plates first, most confident first
  std::vector<Box> private_px;  // people and the glass of vehicles: blurred before a picture is kept (blur.h)
  StageTimings timings_ms;
};

struct ReaderOptions {
  std::string models_dir;  // empty: $GLASSHOUSE_MODELS, else the folder that scripts/bootstrap fills
  std::string country;     // "us", "eu", a country such as "de", "br", or empty: any
  int threads = 1;         // threads inside one net; 1 unless one picture at a time must be fast
};

// The folder that `open` would use for an empty models_dir.
std::string default_models_dir();

// Whether the country is one that ReaderOptions::country takes.
bool is_known_country(std::string_view country);

class Reader {
 public:
  // kNoModels names the missing file and scripts/bootstrap; kBadArgument for a country it does not know.
  static base::Result<std::unique_ptr<Reader>> open(ReaderOptions options);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // kNotAPicture, kDamaged, kTooLarge, kInference. A picture without a vehicle is a success with no reads.
  base::Result<PictureResult> read_picture(std::span<const std::byte> encoded);
  base::Result<PictureResult> read_frame(const Frame& frame);

 private:
  struct Impl;
  explicit Reader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace glasshouse::vision
