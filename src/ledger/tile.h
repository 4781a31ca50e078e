// Tiles: the static files of the log (C2SP tlog-tiles v0.1.0). A hash tile is up to 256 hashes of complete
// subtrees of 256^level leaves; an entry tile is up to 256 entries, each after its length in two bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/crypto.h"
#include "ledger/tree.h"

namespace glasshouse::ledger {

inline constexpr unsigned kTileWidth = 256;
inline constexpr std::size_t kHashBytes = 32;
inline constexpr unsigned kMaxTileLevel = 63;
inline constexpr std::size_t kMaxEntryBytes = 65535;
// A full entry tile of the largest entries.
inline constexpr std::size_t kMaxEntryTileBytes = kTileWidth * (2 + kMaxEntryBytes);

struct TileId {
  bool entries = false;  // an entry tile; level is then 0
  unsigned level = 0;
  std::uint64_t index = 0;
  unsigned width = kTileWidth;  // 1..256

  bool operator==(const TileId&) const = default;
};

std::string tile_path(const TileId& tile);                     // "tile/0/x001/234.p/7", "tile/entries/000"
std::optional<TileId> parse_tile_path(std::string_view path);  // nothing but the one canonical spelling

// How many hashes (level 0 also: entries) tile `index` at `level` has in a tree of `size`: 0..256.
unsigned tile_width(std::uint64_t size, unsigned level, std::uint64_t index);

void append_entry(std::string& tile, std::string_view entry);  // entry at most kMaxEntryBytes
base::Result<std::vector<std::string_view>> parse_entry_tile(std::string_view bytes,
                                                             unsigned width);                     // kCorrupt
base::Result<std::vector<crypto::Hash>> parse_hash_tile(std::string_view bytes, unsigned width);  // kCorrupt
std::string format_hash_tile(const std::vector<crypto::Hash>& hashes);
crypto::Hash perfect_root(const std::vector<crypto::Hash>& hashes);  // of 2^n hashes

// The first `width` hashes or entries of a wider tile's bytes.
base::Result<std::string> narrow_tile(std::string_view bytes, const TileId& wide, unsigned width);

// The bytes of a tile, exactly as wide as asked.
using TileFetcher = std::function<base::Result<std::string>(const TileId&)>;

// Reads tiles below `dir`; a partial tile that is gone is cut from the full one that replaced it.
TileFetcher tiles_in(std::string dir);

// Subtree hashes out of the tiles of a tree of `size`. Not thread-safe; keeps what it read (one question's
// worth).
class TileHashes {
 public:
  TileHashes(std::uint64_t size, TileFetcher fetch) : size_(size), fetch_(std::move(fetch)) {}
  base::Result<crypto::Hash> operator()(unsigned level, std::uint64_t index);

 private:
  std::uint64_t size_;
  TileFetcher fetch_;
  std::map<std::pair<unsigned, std::uint64_t>, std::vector<crypto::Hash>> kept_;
};

}  // namespace glasshouse::ledger
