// Any text as the list of sensitive places: refused, or places at real distances.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api/places.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto places = glasshouse::api::SensitivePlaces::parse(text);
  if (!places) return 0;
  for (const auto& place : places->near({44.0, -75.0})) {
    if (place.kind.empty() || !(place.distance_m >= 0) ||
        !(place.distance_m <= glasshouse::api::kNearPlace_m))
      std::abort();
  }
  return 0;
}
