#include "ledger/tree_writer.h"

#include <bit>
#include <filesystem>
#include <utility>

#include "ledger/ledger.h"

namespace glasshouse::ledger {

using crypto::Hash;

base::Result<TreeWriter> TreeWriter::resume(base::FileSystem& files, std::string dir, std::uint64_t size,
                                            const Hash& root) {
  TreeWriter writer(files, dir);
  const TileFetcher fetch = tiles_in(dir);
  for (unsigned level = 0; level < kLevels; ++level) {
    const std::uint64_t hashes = size >> (8 * level);
    const auto width = static_cast<unsigned>(hashes % kTileWidth);
    if (width == 0) continue;
    auto bytes = fetch(TileId{false, level, hashes / kTileWidth, width});
    if (!bytes) {
      return base::failure(
          Errc::kCorrupt, "A tile of the ledger is missing", bytes.error().message(),
          "Restore the tile folder from a backup or an export; then run: glasshouse ledger fsck DIR");
    }
    auto edge = parse_hash_tile(*bytes, width);
    if (!edge) return tl::unexpected(edge.error());
    writer.edges_[level] = std::move(*edge);
  }
  writer.size_ = size;
  if (writer.root() != root) {
    return base::failure(
        Errc::kCorrupt, "The ledger's tiles do not give the root that was signed",
        "tile files were changed or put back from a backup",
        "Restore the tile folder from a backup or an export; then run: glasshouse ledger fsck DIR");
  }
  return writer;
}

// The complete subtrees stand, largest first, in the edges from the top level down; fold them from the right.
Hash TreeWriter::root() const {
  if (size_ == 0) return empty_root();
  bool any = false;
  Hash root{};
  for (const auto& edge : edges_) {
    std::size_t end = edge.size();
    while (end > 0) {
      const std::size_t count = std::size_t{1} << static_cast<unsigned>(std::countr_zero(end));
      const auto from = edge.begin() + static_cast<std::ptrdiff_t>(end - count);
      const Hash subtree = perfect_root({from, from + static_cast<std::ptrdiff_t>(count)});
      root = any ? node_hash(subtree, root) : subtree;
      any = true;
      end -= count;
    }
  }
  return root;
}

base::Result<void> TreeWriter::write_tile(const TileId& tile, std::string_view bytes) {
  const std::string path = dir_ + "/" + tile_path(tile);
  if (auto written = files_->write_atomic(path, bytes); !written) {
    const bool full = written.error().is(base::FileErrc::kNoSpace);
    return base::failure(full ? Errc::kNoSpace : Errc::kIo, "A tile of the ledger cannot be written",
                         written.error().message(),
                         "Check the disk; entries stay safe in the database until then.");
  }
  if (tile.width == kTileWidth) {
    // The narrower ones are part of this file now; readers cut them from it. Losing this removal costs
    // nothing.
    std::error_code ignored;
    std::filesystem::remove_all(path + ".p", ignored);
  }
  return {};
}

base::Result<void> TreeWriter::write_hashes(unsigned level, std::uint64_t index) {
  const auto width = static_cast<unsigned>(edges_[level].size());
  return write_tile(TileId{false, level, index, width}, format_hash_tile(edges_[level]));
}

base::Result<void> TreeWriter::push(unsigned level, const Hash& hash) {
  edges_[level].push_back(hash);
  changed_[level] = true;
  if (edges_[level].size() < kTileWidth) return {};
  const std::uint64_t index = ((size_ + 1) >> (8 * level)) / kTileWidth - 1;
  if (auto written = write_hashes(level, index); !written) return written;
  const Hash root = perfect_root(edges_[level]);
  edges_[level].clear();
  changed_[level] = false;
  return push(level + 1, root);
}

base::Result<void> TreeWriter::add(const std::vector<std::string>& leaves) {
  const std::uint64_t start = round_start();
  const auto known = static_cast<std::size_t>(size_ - start);
  std::string bundle;
  changed_ = {};
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    append_entry(bundle, leaves[i]);
    const bool fills = (i + 1) % kTileWidth == 0;
    const std::uint64_t tile = (start + i) / kTileWidth;
    // Entries before hashes: whoever sees a hash tile finds its entries.
    if (fills || i + 1 == leaves.size()) {
      const auto width = static_cast<unsigned>(i % kTileWidth + 1);
      if (auto written = write_tile(TileId{true, 0, tile, width}, bundle); !written) return written;
      bundle.clear();
    }
    if (i < known) continue;
    if (auto pushed = push(0, leaf_hash(leaves[i])); !pushed) return pushed;
    ++size_;
  }
  for (unsigned level = 0; level < kLevels; ++level) {
    if (!changed_[level]) continue;
    if (auto written = write_hashes(level, (size_ >> (8 * level)) / kTileWidth); !written) return written;
  }
  return {};
}

}  // namespace glasshouse::ledger
