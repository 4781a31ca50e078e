#include "ledger/tile.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <utility>

#include "base/file.h"
#include "ledger/ledger.h"
#include "ledger/note.h"

namespace glasshouse::ledger {
namespace {

using crypto::Hash;

constexpr unsigned kHeight = 8;  // 256 = 2^8 hashes a tile

tl::unexpected<base::Error> bad_tile(std::string why) {
  return base::failure(Errc::kCorrupt, "A tile of the ledger is damaged", std::move(why),
                       "Run: glasshouse ledger fsck DIR");
}

bool is_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Three-digit groups, all but the last with an x before: 1234067 is x001/x234/067.
std::string grouped(std::uint64_t n) {
  char group[8];
  std::snprintf(group, sizeof group, "%03u", static_cast<unsigned>(n % 1000));
  std::string text = group;
  for (n /= 1000; n > 0; n /= 1000) {
    std::snprintf(group, sizeof group, "x%03u/", static_cast<unsigned>(n % 1000));
    text.insert(0, group);
  }
  return text;
}

std::optional<std::uint64_t> parse_grouped(std::string_view text) {
  std::uint64_t n = 0;
  for (std::size_t groups = 0; groups < 6; ++groups) {
    const bool more = text.starts_with('x');
    if (more) text.remove_prefix(1);
    if (text.size() < 3 || !is_digits(text.substr(0, 3))) return std::nullopt;
    const auto group =
        static_cast<std::uint64_t>((text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0'));
    if (more && groups == 0 && group == 0) return std::nullopt;  // a leading group of zeros
    n = n * 1000 + group;
    text.remove_prefix(3);
    if (!more) return text.empty() ? std::optional(n) : std::nullopt;
    if (!text.starts_with('/')) return std::nullopt;
    text.remove_prefix(1);
  }
  return std::nullopt;
}

std::optional<unsigned> parse_small(std::string_view text, unsigned most) {
  if (text.empty() || text.size() > 3 || !is_digits(text) || (text.size() > 1 && text[0] == '0'))
    return std::nullopt;
  unsigned n = 0;
  for (const char c : text) n = n * 10 + static_cast<unsigned>(c - '0');
  return n <= most ? std::optional(n) : std::nullopt;
}

}  // namespace

std::string tile_path(const TileId& tile) {
  std::string path =
      "tile/" + (tile.entries ? "entries" : std::to_string(tile.level)) + "/" + grouped(tile.index);
  if (tile.width < kTileWidth) path += ".p/" + std::to_string(tile.width);
  return path;
}

std::optional<TileId> parse_tile_path(std::string_view path) {
  if (!path.starts_with("tile/")) return std::nullopt;
  path.remove_prefix(5);
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  TileId tile;
  if (path.substr(0, slash) == "entries") {
    tile.entries = true;
  } else if (const auto level = parse_small(path.substr(0, slash), kMaxTileLevel)) {
    tile.level = *level;
  } else {
    return std::nullopt;
  }
  path.remove_prefix(slash + 1);
  if (const std::size_t partial = path.find(".p/"); partial != std::string_view::npos) {
    const auto width = parse_small(path.substr(partial + 3), kTileWidth - 1);
    if (!width || *width == 0) return std::nullopt;
    tile.width = *width;
    path = path.substr(0, partial);
  }
  const auto index = parse_grouped(path);
  if (!index) return std::nullopt;
  tile.index = *index;
  return tile;
}

unsigned tile_width(std::uint64_t size, unsigned level, std::uint64_t index) {
  const std::uint64_t hashes = level * kHeight < 64 ? size >> (level * kHeight) : 0;
  if (index >= (1ULL << 56U)) return 0;
  const std::uint64_t first = index * kTileWidth;
  return hashes <= first ? 0 : static_cast<unsigned>(std::min<std::uint64_t>(hashes - first, kTileWidth));
}

void append_entry(std::string& tile, std::string_view entry) {
  tile += static_cast<char>(entry.size() >> 8U);
  tile += static_cast<char>(entry.size() & 0xFFU);
  tile += entry;
}

base::Result<std::vector<std::string_view>> parse_entry_tile(std::string_view bytes, unsigned width) {
  std::vector<std::string_view> entries;
  while (!bytes.empty()) {
    if (entries.size() == width) return bad_tile("an entry tile has bytes after its last entry");
    if (bytes.size() < 2) return bad_tile("an entry tile ends inside a length");
    const std::size_t length =
        static_cast<unsigned char>(bytes[0]) * 256U + static_cast<unsigned char>(bytes[1]);
    if (bytes.size() - 2 < length) return bad_tile("an entry tile ends inside an entry");
    entries.push_back(bytes.substr(2, length));
    bytes.remove_prefix(2 + length);
  }
  if (entries.size() != width) {
    return bad_tile("an entry tile has " + std::to_string(entries.size()) + " entries instead of " +
                    std::to_string(width));
  }
  return entries;
}

base::Result<std::vector<Hash>> parse_hash_tile(std::string_view bytes, unsigned width) {
  if (bytes.size() != width * kHashBytes) {
    return bad_tile("a hash tile has " + std::to_string(bytes.size()) + " bytes instead of " +
                    std::to_string(width * kHashBytes));
  }
  std::vector<Hash> hashes(width);
  if (width > 0) std::memcpy(hashes.data(), bytes.data(), bytes.size());
  return hashes;
}

std::string format_hash_tile(const std::vector<Hash>& hashes) {
  return {reinterpret_cast<const char*>(hashes.data()), hashes.size() * kHashBytes};
}

Hash perfect_root(const std::vector<Hash>& hashes) {
  std::vector<Hash> row = hashes;
  while (row.size() > 1) {
    for (std::size_t i = 0; i < row.size() / 2; ++i) row[i] = node_hash(row[2 * i], row[2 * i + 1]);
    row.resize(row.size() / 2);
  }
  return row[0];
}

base::Result<std::string> narrow_tile(std::string_view bytes, const TileId& wide, unsigned width) {
  if (!wide.entries) {
    if (bytes.size() != wide.width * kHashBytes) return bad_tile("a hash tile has the wrong length");
    return std::string(bytes.substr(0, width * kHashBytes));
  }
  auto entries = parse_entry_tile(bytes, wide.width);
  if (!entries) return tl::unexpected(entries.error());
  std::string narrow;
  for (unsigned i = 0; i < width; ++i) append_entry(narrow, (*entries)[i]);
  return narrow;
}

TileFetcher tiles_in(std::string dir) {
  return [dir = std::move(dir)](const TileId& tile) -> base::Result<std::string> {
    auto bytes = base::posix_files().read(dir + "/" + tile_path(tile), kMaxEntryTileBytes);
    if (bytes || tile.width == kTileWidth || !bytes.error().is(base::FileErrc::kNotFound)) return bytes;
    TileId full = tile;
    full.width = kTileWidth;
    auto wide = base::posix_files().read(dir + "/" + tile_path(full), kMaxEntryTileBytes);
    if (!wide) return bytes;  // the error names the tile that was asked for
    return narrow_tile(*wide, full, tile.width);
  };
}

base::Result<Hash> TileHashes::operator()(unsigned level, std::uint64_t index) {
  const unsigned tile_level = level / kHeight;
  const unsigned inside = level % kHeight;      // levels above the tile's own hashes
  const std::uint64_t first = index << inside;  // in hashes of the tile's level
  const std::uint64_t tile_index = first / kTileWidth;
  auto kept = kept_.find({tile_level, tile_index});
  if (kept == kept_.end()) {
    const unsigned width = tile_width(size_, tile_level, tile_index);
    if (width == 0) return bad_tile("a tile beyond the end of the tree was asked for");
    auto bytes = fetch_(TileId{false, tile_level, tile_index, width});
    if (!bytes) return tl::unexpected(bytes.error());
    auto hashes = parse_hash_tile(*bytes, width);
    if (!hashes) return tl::unexpected(hashes.error());
    kept = kept_.emplace(std::pair{tile_level, tile_index}, std::move(*hashes)).first;
  }
  const std::size_t start = first % kTileWidth;
  const std::size_t count = std::size_t{1} << inside;
  if (start + count > kept->second.size()) return bad_tile("a tile is narrower than the tree needs");
  std::vector<Hash> row(kept->second.begin() + static_cast<std::ptrdiff_t>(start),
                        kept->second.begin() + static_cast<std::ptrdiff_t>(start + count));
  return perfect_root(row);
}

}  // namespace glasshouse::ledger
