// Any bytes as a spool file: only what pack_spooled wrote is taken.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "edge/spool.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glasshouse;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  constexpr std::string_view id = "read_01kb0000000000000000000000";
  const auto text = edge::unpack_spooled(id, bytes);
  if (text && edge::pack_spooled(id, *text) != bytes) std::abort();
  if (edge::unpack_spooled(id, edge::pack_spooled(id, bytes)).has_value() == bytes.empty()) std::abort();
  return 0;
}
