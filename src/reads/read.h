// A read: one passing of one vehicle before one camera. Never changed once stored; a correction stands beside
// it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "plate/plate.h"

namespace glasshouse::reads {

struct Box {
  int x = 0, y = 0, w = 0, h = 0;  // pixels of the stored picture, origin top left
};
struct Alternative {
  char value = 0;
  float confidence = 0;
};
struct Character {
  char value = 0;
  float confidence = 0;
  std::vector<Alternative> alternatives;  // at most 5
};
struct Candidate {
  std::string text;
  float confidence = 0;
};

struct PlateReading {
  plate::Plate plate;
  float confidence = 0;
  Box box;
  std::string region;  // "us-va", "eu-de", "unknown"
  float region_confidence = 0;
  std::vector<Character> characters;
  std::vector<Candidate> candidates;  // at most 10, best first
};

inline constexpr std::size_t kMostFeatures = 8;
// "unknown" where it is unknown. Vocabulary: docs/formats/read.md.
struct Looks {
  std::string body = "unknown", color = "unknown", make = "unknown";
  std::string vehicle_class = "unknown", view = "unknown";
  float body_confidence = 0, color_confidence = 0, make_confidence = 0;
  std::vector<std::string> features = {};  // what stands out, sorted; at most kMostFeatures
};

// How the vehicle looks as its camera measured it: a direction of length 127 (docs/formats/read.md). Only
// those of one version can be compared; this is the one that is kept.
inline constexpr std::size_t kFingerprintSize = 64;
inline constexpr int kFingerprintVersion = 1;
using Fingerprint = std::array<std::int8_t, kFingerprintSize>;
// Whether its length is 127, as far as whole numbers allow. One that is longer would be found by everybody.
bool is_direction(const Fingerprint& fingerprint);

struct Correction {
  std::string id;  // "corr_…"
  plate::Plate plate;
  std::string region;
  std::string reason;
  std::string officer_id;
  base::Time at;
  // Taken back: it still stands in the history, and no question finds the read by it any more.
  struct Withdrawal {
    std::string reason, officer_id;
    base::Time at;
  };
  std::optional<Withdrawal> withdrawn = std::nullopt;
};

struct Read {
  std::string id;  // "read_…", made by the camera; its first 48 bits are the camera's clock
  std::string camera_id;
  base::Time captured_at;
  std::optional<PlateReading> plate;
  Looks looks;
  std::optional<Fingerprint> fingerprint;
  std::optional<Box> vehicle_box;
  int frames = 1;
  bool has_picture = false;
  int picture_width = 0, picture_height = 0;
  std::vector<Correction> corrections;  // oldest first; filled when read back
};

// What anyone on duty may see without a case.
struct MaskedRead {
  std::string id;
  std::string camera_id;
  base::Time captured_at;
  int plate_chars = 0;
  std::string region;
  Looks looks;
  bool has_picture = false;
};
MaskedRead mask(const Read& read);

}  // namespace glasshouse::reads
