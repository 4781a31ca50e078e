// Cameras: the list with their state, one camera's health in plain words, device tokens, the town's outlines.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/picture_chains.h"
#include "api/route.h"

namespace glasshouse::api {

std::span<const Route> cameras_routes();

inline constexpr base::Millis kAwayAfter{5 * 60 * 1000};    // a camera reports every 30 s
inline constexpr base::Millis kQuietAfter{60 * 60 * 1000};  // it reports, but no vehicle passed
inline constexpr std::uint64_t kSpoolWorthSaying = 50;      // reads waiting on the device

// All that the state and the findings follow from.
struct CameraFacts {
  bool enabled = true;
  bool has_token = false;   // or a certificate
  std::string certificate;  // the state of CameraCertificate; empty: not asked
  std::optional<records::Contact> contact;
  std::optional<base::Time> last_read_at;
  std::uint64_t reads_last_hour = 0;
  PictureHealth pictures;
  std::string vault_trouble;         // why no picture can be opened just now; empty: they can
  double usual_reads_this_hour = 0;  // mean of the same clock hour of the last seven days
  base::Time now;
};

std::string_view camera_state(const CameraFacts& facts);  // "ok", "quiet", "away", "never-seen", "disabled"

struct Finding {
  std::string level;  // "ok", "warn", "problem"
  std::string sentence;
  std::string next;
};
// The answer to "why is nothing arriving from this one?": the first is the most likely cause. Never empty.
std::vector<Finding> camera_findings(const CameraFacts& facts);

// What the log says of a camera that an act is about: its place is public (the portal shows it), its id is
// not.
std::vector<ledger::Field> camera_fields(const records::Camera& camera);

// "just now", "3 minutes ago", "2 days ago".
std::string ago(base::Time then, base::Time now);

}  // namespace glasshouse::api
