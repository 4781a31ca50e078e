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

}  // namespace glasshouse::api
