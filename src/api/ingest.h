// What cameras send: reads with their pictures, and how they are.
//
// A read is acknowledged after it is durable *and* after its hotlist hits stand as alerts. A crash in between
// loses nothing: the camera keeps what was not acknowledged and sends it again, the store knows it by its id,
// and all reads of a batch are matched, not only the new ones; raising the same alert again gives the first.
#pragma once

#include <span>

#include "api/route.h"

namespace glasshouse::api {

inline constexpr std::size_t kIngestBody = 16u << 20;  // about 20 pictures of a passing at full size
inline constexpr std::size_t kMaxBatch = 1000;

std::span<const Route> ingest_routes();

struct Intake {
  std::size_t stored = 0, already_known = 0;
  std::size_t not_kept = 0;  // matched and forgotten, where the packs want that
  std::vector<std::pair<std::string, std::string>> refused;  // id, reason
  bool alerts_kept = true;                                   // false: the sender sends again
};
// Stores reads of one camera, shows them to those who watch, and raises alerts.
base::Result<Intake> take_in(Services& services, const std::string& camera_id,
                             std::vector<reads::Incoming> incoming);

}  // namespace glasshouse::api
