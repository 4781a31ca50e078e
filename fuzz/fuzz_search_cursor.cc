// Any bytes as a search cursor and as a stored read: refused or understood, and what is understood is written
// back alike.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "reads/codec.h"
#include "reads/cursor.h"

using namespace glasshouse;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto cursor = reads::decode_cursor(bytes)) {
    if (reads::encode(*cursor) != bytes) std::abort();
  }
  if (const auto read = reads::decode(bytes)) {
    const auto id = reads::id_bytes(read->id);
    if (!id || !reads::decode(reads::encode(*read, *id))) std::abort();
  }
  if (const auto id = reads::id_bytes(bytes)) {
    if (reads::id_text(*id) != bytes) std::abort();
  }
  // The check value keeps nearly all mutations out of the parser: mend it, so that the parser is tried as
  // well.
  std::string mended(bytes);
  if (mended.size() > 4) {
    std::uint32_t hash = 2166136261u;
    for (std::size_t i = 0; i + 4 < mended.size(); ++i)
      hash = (hash ^ static_cast<std::uint8_t>(mended[i])) * 16777619u;
    for (std::size_t i = 0; i < 4; ++i) mended[mended.size() - 4 + i] = static_cast<char>(hash >> (8 * i));
    if (const auto read = reads::decode(mended)) {
      const auto id = reads::id_bytes(read->id);
      if (!id || !reads::decode(reads::encode(*read, *id))) std::abort();
    }
  }
  return 0;
}
