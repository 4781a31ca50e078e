#include "ledger/verify.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <system_error>
#include <utility>
#include <vector>

#include "base/file.h"
#include "ledger/commitment.h"
#include "ledger/ledger.h"
#include "ledger/proof_file.h"
#include "ledger/tile.h"
#include "ledger/tree.h"
#include "ledger/witness_policy.h"

namespace glasshouse::ledger {
namespace {

using crypto::Hash;

constexpr std::size_t kMaxKeyFileBytes = 1024;

tl::unexpected<base::Error> does_not_hold(Errc code, std::string what, std::string why) {
  return base::failure(code, std::move(what), std::move(why),
                       "Do not trust this copy; fetch it again, and ask who changed it.");
}

tl::unexpected<base::Error> unreadable(const base::Error& error) {
  return base::failure(error.is(base::FileErrc::kNotFound) ? Errc::kNotFound : Errc::kIo,
                       "The ledger's folder cannot be read", error.message(),
                       "Give the folder that holds checkpoint, tile/ and log.vkey.");
}

base::Result<VerifierKey> read_key(const std::string& dir, const std::optional<std::string>& vkey) {
  if (vkey) return parse_verifier_key(*vkey);
  auto line = base::posix_files().read(dir + "/log.vkey", kMaxKeyFileBytes);
  if (!line) return unreadable(line.error());
  if (!line->ends_with('\n'))
    return does_not_hold(Errc::kBadNote, "log.vkey is not valid", "it does not end with a line end");
  line->pop_back();
  return parse_verifier_key(*line);
}

base::Result<TreeHead> read_checkpoint(const std::string& path, const VerifierKey& key) {
  auto note = base::posix_files().read(path, kMaxNoteBytes);
  if (!note) return unreadable(note.error());
  return open_checkpoint(*note, key);
}

// Reads every tile of one level, compares it with the hashes that it must hold, and gives the next level's
// hashes.
class Rebuild {
 public:
  Rebuild(std::string dir, std::uint64_t size) : fetch_(tiles_in(std::move(dir))), size_(size) {}

  base::Result<Hash> root() {
    auto level = leaves();
    for (unsigned l = 1; level && !level->empty(); ++l) level = upper(l, *level);
    if (!level) return tl::unexpected(level.error());
    // Every tile is known to be right now, so any way to the root will do.
    TileHashes hashes(size_, fetch_);
    return root_of(size_, std::ref(hashes));
  }
  std::uint64_t tiles() const { return tiles_; }

 private:
  base::Result<std::vector<Hash>> leaves() {
    std::vector<Hash> next;
    for (std::uint64_t index = 0; tile_width(size_, 0, index) > 0; ++index) {
      const unsigned width = tile_width(size_, 0, index);
      auto bytes = fetch_(TileId{true, 0, index, width});
      if (!bytes) return unreadable(bytes.error());
      auto entries = parse_entry_tile(*bytes, width);
      if (!entries) return tl::unexpected(entries.error());
      std::vector<Hash> hashes;
      for (const std::string_view entry : *entries) {
        if (auto leaf = parse_leaf(entry); !leaf) return tl::unexpected(leaf.error());
        hashes.push_back(leaf_hash(entry));
      }
      ++tiles_;
      if (auto same = compare(0, index, hashes); !same) return tl::unexpected(same.error());
      if (width == kTileWidth) next.push_back(perfect_root(hashes));
    }
    return next;
  }

  base::Result<std::vector<Hash>> upper(unsigned level, const std::vector<Hash>& hashes) {
    std::vector<Hash> next;
    for (std::size_t from = 0; from < hashes.size(); from += kTileWidth) {
      const std::size_t to = std::min<std::size_t>(from + kTileWidth, hashes.size());
      const std::vector<Hash> tile(hashes.begin() + static_cast<std::ptrdiff_t>(from),
                                   hashes.begin() + static_cast<std::ptrdiff_t>(to));
      if (auto same = compare(level, from / kTileWidth, tile); !same) return tl::unexpected(same.error());
      if (tile.size() == kTileWidth) next.push_back(perfect_root(tile));
    }
    return next;
  }

  base::Result<void> compare(unsigned level, std::uint64_t index, const std::vector<Hash>& hashes) {
    const TileId tile{false, level, index, static_cast<unsigned>(hashes.size())};
    auto bytes = fetch_(tile);
    if (!bytes) return unreadable(bytes.error());
    ++tiles_;
    if (*bytes == format_hash_tile(hashes)) return {};
    return does_not_hold(Errc::kCorrupt, "The ledger does not hold together",
                         tile_path(tile) + " does not fit the entries below it");
  }

  TileFetcher fetch_;
  std::uint64_t size_;
  std::uint64_t tiles_ = 0;
};

base::Result<void> check_growth(const std::string& dir, const TreeHead& old, const TreeHead& head) {
  TileHashes hashes(head.size, tiles_in(dir));
  auto proof = prove_consistency(old.size, head.size, std::ref(hashes));
  if (proof && verify_consistency(old.size, old.root, head.size, head.root, *proof)) return {};
  return does_not_hold(Errc::kBadProof, "The ledger's history was changed",
                       "the checkpoint of size " + std::to_string(old.size) +
                           " did not grow into the one of size " + std::to_string(head.size));
}

// Not synced: an export is a copy, and one that a crash cut short is told by verify and mended by exporting
// again.
base::Result<void> put(const std::string& out, const std::string& name, const std::string& bytes) {
  namespace fs = std::filesystem;
  const fs::path path = fs::path(out) / name;
  const fs::path temp = path.string() + ".part";
  std::error_code code;
  fs::create_directories(path.parent_path(), code);
  {
    std::ofstream file(temp, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    if (!file) code = std::make_error_code(std::errc::io_error);
  }
  if (!code) fs::rename(temp, path, code);
  if (code) {
    return base::failure(Errc::kIo, "The export cannot be written: " + path.string(), code.message(),
                         "Check the folder and the disk.");
  }
  return {};
}

base::Result<void> copy_tiles(const std::string& dir, const std::string& out, std::uint64_t size) {
  const TileFetcher fetch = tiles_in(dir);
  const auto copy = [&](const TileId& tile) -> base::Result<void> {
    // A full tile never changes: one that an earlier export left is kept.
    if (tile.width == kTileWidth && base::posix_files().exists(out + "/" + tile_path(tile))) return {};
    auto bytes = fetch(tile);
    if (!bytes) return unreadable(bytes.error());
    return put(out, tile_path(tile), *bytes);
  };
  for (unsigned level = 0; tile_width(size, level, 0) > 0; ++level) {
    for (std::uint64_t index = 0; tile_width(size, level, index) > 0; ++index) {
      const unsigned width = tile_width(size, level, index);
      if (auto copied = copy({false, level, index, width}); !copied) return copied;
      if (level > 0) continue;
      if (auto copied = copy({true, 0, index, width}); !copied) return copied;
    }
  }
  return {};
}

// Who must have signed, beside the log that they signed.
base::Result<void> copy_witnesses(const std::string& dir, const std::string& out) {
  for (const char* name : {"witness.policy", "witness.vkey"}) {
    auto text = base::posix_files().read(dir + "/" + name, kMaxPolicyBytes);
    if (!text) {
      if (!text.error().is(base::FileErrc::kNotFound)) return unreadable(text.error());
      std::error_code ignored;
      std::filesystem::remove(std::filesystem::path(out) / name, ignored);
      continue;
    }
    if (auto written = put(out, name, *text); !written) return written;
  }
  return {};
}

}  // namespace

base::Result<Verified> verify_folder(const std::string& dir, const std::optional<std::string>& vkey) {
  auto key = read_key(dir, vkey);
  if (!key) return tl::unexpected(key.error());
  // The old one first: while a server runs, the newest checkpoint must be read last to be the larger one.
  std::optional<TreeHead> old;
  if (base::posix_files().exists(dir + "/checkpoint.old")) {
    auto head = read_checkpoint(dir + "/checkpoint.old", *key);
    if (!head) return tl::unexpected(head.error());
    old = std::move(*head);
  }
  auto note = base::posix_files().read(dir + "/checkpoint", kMaxNoteBytes);
  if (!note) return unreadable(note.error());
  auto head = open_checkpoint(*note, *key);
  if (!head) return tl::unexpected(head.error());
  Rebuild rebuild(dir, head->size);
  auto root = rebuild.root();
  if (!root) return tl::unexpected(root.error());
  if (*root != head->root) {
    return does_not_hold(Errc::kCorrupt, "The ledger does not hold together",
                         "its entries give another root than the one that was signed");
  }
  if (old) {
    if (auto grown = check_growth(dir, *old, *head); !grown) return tl::unexpected(grown.error());
  }
  return Verified{std::move(*head), rebuild.tiles(), std::move(old), std::move(*note)};
}

base::Result<std::string> prove_entry(const std::string& dir, std::uint64_t index) {
  auto key = read_key(dir, std::nullopt);
  if (!key) return tl::unexpected(key.error());
  const std::string witnessed = dir + "/" + kWitnessedFile;
  auto note = base::posix_files().read(
      base::posix_files().exists(witnessed) ? witnessed : dir + "/checkpoint", kMaxNoteBytes);
  if (!note) return unreadable(note.error());
  auto head = open_checkpoint(*note, *key);
  if (!head) return tl::unexpected(head.error());
  if (index >= head->size) {
    return base::failure(Errc::kNotFound, "There is no proof for entry " + std::to_string(index),
                         "the checkpoint covers " + std::to_string(head->size) + " entries");
  }
  const std::uint64_t tile = index / kTileWidth;
  const unsigned width = tile_width(head->size, 0, tile);
  auto bytes = tiles_in(dir)(TileId{true, 0, tile, width});
  if (!bytes) return unreadable(bytes.error());
  auto entries = parse_entry_tile(*bytes, width);
  if (!entries) return tl::unexpected(entries.error());
  TileHashes hashes(head->size, tiles_in(dir));
  auto path = prove_inclusion(head->size, index, std::ref(hashes));
  if (!path) return tl::unexpected(path.error());
  const ProofFile proof{std::string((*entries)[index % kTileWidth]), index, std::move(*path),
                        std::move(*note)};
  // A folder that does not hold together must not hand out proofs that fail elsewhere.
  if (auto good = verify_proof_file(proof, proof.extra, *key); !good) return tl::unexpected(good.error());
  return format_proof_file(proof);
}

base::Result<TreeHead> export_folder(const std::string& dir, const std::string& out) {
  base::FileSystem& files = base::posix_files();
  auto key = read_key(dir, std::nullopt);
  if (!key) return tl::unexpected(key.error());
  // Where there are witnesses, what they signed is what the world is given.
  const std::string witnessed = dir + "/" + kWitnessedFile;
  auto note = files.read(files.exists(witnessed) ? witnessed : dir + "/checkpoint", kMaxNoteBytes);
  if (!note) return unreadable(note.error());
  auto head = open_checkpoint(*note, *key);
  if (!head) return head;
  // What the reader had before is the best old checkpoint; then the live folder's own; then none but this
  // one.
  auto old = files.read(out + "/checkpoint", kMaxNoteBytes);
  if (!old) old = files.read(dir + "/checkpoint.old", kMaxNoteBytes);
  if (!old) old = *note;
  auto old_head = open_checkpoint(*old, *key);
  if (!old_head) return tl::unexpected(old_head.error());
  if (auto grown = check_growth(dir, *old_head, *head); !grown) return tl::unexpected(grown.error());
  if (auto copied = copy_tiles(dir, out, head->size); !copied) return tl::unexpected(copied.error());
  if (auto copied = copy_witnesses(dir, out); !copied) return tl::unexpected(copied.error());
  const std::pair<const char*, std::string> last[] = {
      {"log.vkey", format_verifier_key(*key) + "\n"}, {"checkpoint.old", *old}, {"checkpoint", *note}};
  for (const auto& [name, bytes] : last) {
    if (auto written = put(out, name, bytes); !written) return tl::unexpected(written.error());
  }
  return head;
}

}  // namespace glasshouse::ledger
