// Entry tiles: the first byte is the width that the tree calls for (0: 256), the rest the file.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "ledger/tile.h"

using namespace glasshouse::ledger;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned width = data[0] == 0 ? kTileWidth : data[0];
  const std::string bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto entries = parse_entry_tile(bytes, width);
  if (entries) {
    std::string again;
    for (const auto entry : *entries) append_entry(again, entry);
    if (again != bytes || entries->size() != width) std::abort();
    const auto half = narrow_tile(bytes, {true, 0, 0, width}, width / 2);
    if (!half || !bytes.starts_with(*half)) std::abort();
  }
  (void)parse_hash_tile(bytes, width);
  return 0;
}
