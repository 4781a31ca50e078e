// What other makers' cameras and programs send, turned into sightings of vehicles. Pure functions: bytes in,
// sightings out; knows nothing of HTTP, keys or stores. docs/formats/adapters.md says what is read of each.
//
//   auto taken = adapters::take(Kind::kRekor, content_type, body, now);
//   if (!taken) answer(taken.error());  // the whole message cannot be read
//   keep(taken->sightings);
//   tell(taken->skipped);               // what was no vehicle with a plate, and why
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "plate/plate.h"

namespace glasshouse::adapters {

enum class Errc { kBadMessage = 1 };

enum class Kind { kRekor, kFlock, kBlueIris, kFrigate, kPlateRecognizer, kHikvision, kOnvif };
std::string_view name_of(Kind kind);   // "rekor": in addresses and records
std::string_view title_of(Kind kind);  // "OpenALPR / Rekor web hook"
std::optional<Kind> kind_named(std::string_view name);
std::span<const Kind> all_kinds();

inline constexpr std::size_t kMaxMessageBytes = 12u << 20;  // a message with its pictures, which are dropped
inline constexpr std::size_t kMaxSightings = 100;           // of one message

struct Candidate {
  std::string text;
  double confidence = 0;
};

struct Sighting {
  std::string camera;  // as the sender names it; may be empty
  std::string
      event;  // the sender's own id of this passing, or what stands for it; the same again is the same
  base::Time captured_at;
  plate::Plate plate;
  double confidence = 0;  // 0..1; 0 where the sender gives none
  std::string region;     // "us-va", or "unknown"
  std::vector<Candidate> candidates;
  std::string color = "unknown", body = "unknown", make = "unknown";  // our words (docs/formats/read.md)
  bool had_picture = false;
};

struct Taken {
  std::vector<Sighting> sightings;
  std::vector<std::string> skipped;  // a sentence for each part that is no sighting; none names a plate
};

// kBadMessage; its words never quote the message.
base::Result<Taken> take(Kind kind, std::string_view content_type, std::string_view body, base::Time now);

}  // namespace glasshouse::adapters
