// Grows the tree on disk: takes leaves in order, writes full tiles as they fill and partial ones at the end
// of a round, and knows the root. Copyable and small: the publisher works on a copy and keeps it only when
// the whole round was written. Writing the same round again writes the same bytes. Internal to the module.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "crypto/crypto.h"
#include "ledger/tile.h"

namespace glasshouse::ledger {

class TreeWriter {
 public:
  // An empty tree.
  TreeWriter(base::FileSystem& files, std::string dir) : files_(&files), dir_(std::move(dir)) {}

  // A tree of `size` whose tiles are below dir. kCorrupt when they do not give `root`.
  static base::Result<TreeWriter> resume(base::FileSystem& files, std::string dir, std::uint64_t size,
                                         const crypto::Hash& root);

  std::uint64_t size() const { return size_; }
  crypto::Hash root() const;
  const std::vector<crypto::Hash>& edge(unsigned level) const { return edges_[level]; }

  // Where the next round's leaves must start: the first leaf of the tile that is not full.
  std::uint64_t round_start() const { return size_ / kTileWidth * kTileWidth; }

  // The leaves from round_start() on; those below size() are only bundled again. Written when it returns.
  base::Result<void> add(const std::vector<std::string>& leaves);

 private:
  static constexpr unsigned kLevels = 8;  // 256^8 leaves

  base::Result<void> write_tile(const TileId& tile, std::string_view bytes);
  base::Result<void> write_hashes(unsigned level, std::uint64_t index);
  base::Result<void> push(unsigned level, const crypto::Hash& hash);

  base::FileSystem* files_;
  std::string dir_;
  std::uint64_t size_ = 0;
  std::array<std::vector<crypto::Hash>, kLevels> edges_;  // the hashes of each level's unfinished tile
  std::array<bool, kLevels> changed_{};
};

}  // namespace glasshouse::ledger
