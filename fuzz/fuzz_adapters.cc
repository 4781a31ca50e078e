// What cameras and programs of other makers send: the first byte chooses the kind, and whether it is a form.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "adapters/adapters.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glasshouse;
  if (size < 1) return 0;
  const auto kinds = adapters::all_kinds();
  const adapters::Kind kind = kinds[data[0] % kinds.size()];
  const bool form = data[0] >= 128;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const base::Time now = base::from_ms(1'795'348'800'000);
  const auto taken =
      adapters::take(kind, form ? "multipart/form-data; boundary=b" : "application/json", body, now);
  if (!taken) return 0;
  if (taken->sightings.size() > adapters::kMaxSightings) std::abort();
  for (const adapters::Sighting& one : taken->sightings) {
    if (one.plate.empty() || one.event.empty() || one.confidence < 0 || one.confidence > 1) std::abort();
    if (one.captured_at > now + std::chrono::minutes(10)) std::abort();
  }
  return 0;
}
