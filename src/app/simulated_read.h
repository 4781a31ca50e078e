// What a camera makes of a simulated passing: doubt, misread characters, looks that are unsure.
#pragma once

#include <cstdint>

#include "app/traffic.h"
#include "edge/upload.h"

namespace glasshouse::app {

// The same passing and seed always give the same read, with the same id. with_picture: draw it too (some 2
// ms).
edge::Seen simulate_read(const Town& town, const SimulatedPassing& passing, std::uint64_t seed,
                         bool with_picture);

}  // namespace glasshouse::app
