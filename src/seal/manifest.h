// What a camera signs about a picture: docs/formats/age-sealed-picture.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "crypto/crypto.h"

namespace glasshouse::seal {

enum class Errc { kBadManifest = 1, kBadKeys, kNoKey, kTooLarge };

inline constexpr std::size_t kMostManifestBytes = 1024;

struct Manifest {
  std::string camera_id, read_id;
  base::Time captured_at;
  base::Day key_day;           // whose key the picture is sealed to
  std::uint64_t sequence = 0;  // 1, 2, 3 … by one key
  std::string previous;        // SHA-256 of the manifest before, 32 bytes; zeros for the first
  std::string payload;         // SHA-256 of what follows the sealed file's header, 32 bytes
  std::string commitment;      // HMAC-SHA-256 of the plaintext under the number at its end, 32 bytes
  std::string key;             // the camera's Ed25519 public key, 32 bytes
};

// `manifest.key` is taken from the key that signs.
std::string write_manifest(Manifest manifest, const crypto::SigningKey& key);
// Whole, spelled as write_manifest does, and signed by the key it names. kBadManifest else.
base::Result<Manifest> read_manifest(std::string_view text);
std::string manifest_hash(std::string_view text);  // 32 bytes

}  // namespace glasshouse::seal
