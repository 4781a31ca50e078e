// The path below /log. One tile has one path.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "ledger/tile.h"

using namespace glasshouse::ledger;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view path(reinterpret_cast<const char*>(data), size);
  if (const auto tile = parse_tile_path(path)) {
    if (tile_path(*tile) != path || path.find("..") != std::string_view::npos) std::abort();
    (void)tile_width(~0ULL >> 2U, tile->level, tile->index);
  }
  return 0;
}
