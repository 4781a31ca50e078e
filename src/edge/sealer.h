// Seals pictures on the camera: to the agency's key of the day, with a manifest that the camera signs.
//
//   auto sealer = Sealer::open(spool_dir + "/seal");        // makes the camera's key at the first start
//   (*sealer)->take_keys(list, camera_id);                  // as the server hands them out, signed by the
//   agency auto sealed = (*sealer)->seal(read_id, captured_at, jpeg);
//
// DIR/camera.key   the camera's Ed25519 seed, made here and sent nowhere
// DIR/agency       the agency's public key that was seen first; lists by another are refused
// DIR/camera       which camera the server says this is
// DIR/day-keys     the last list, so that a camera without a line to the server goes on
// DIR/chain        sequence and hash of the last manifest
// Formats: docs/formats/age-sealed-picture.md, docs/formats/spool.md.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/crypto.h"
#include "seal/day_keys.h"

namespace glasshouse::edge {

enum class SealErrc { kDamaged = 1, kOtherAgency, kOldKeys, kNotReady };

// The key in this file; made, with mode 0600, when there is none.
base::Result<crypto::SigningKey> camera_key(base::FileSystem& files, const std::string& path);

struct Sealed {
  std::string file;      // age v1
  std::string manifest;  // signed text
};

// Thread-safe.
class Sealer {
 public:
  // kDamaged when a file of the folder cannot be understood: a camera that lost count must be claimed anew.
  static base::Result<std::unique_ptr<Sealer>> open(std::string dir,
                                                    base::FileSystem* files = &base::posix_files());

  // kOtherAgency, kOldKeys (it ends before the one that is known), seal::Errc::kBadKeys. What was known then
  // stays.
  base::Result<void> take_keys(std::string_view list, const std::string& camera_id);
  bool is_ready() const;  // it has a list and knows which camera it is

  // The sequence is on disk before this returns: after a crash a number may be missing, none comes twice.
  base::Result<Sealed> seal(const std::string& read_id, base::Time captured_at, std::string_view jpeg);
  const std::string& public_key() const { return key_.public_key(); }

 private:
  Sealer(std::string dir, base::FileSystem* files, crypto::SigningKey key)
      : dir_(std::move(dir)), files_(files), key_(std::move(key)) {}
  base::Result<void> load();
  base::Result<void> load_chain();

  std::string dir_;
  base::FileSystem* files_;
  crypto::SigningKey key_;
  mutable std::mutex mutex_;
  std::string camera_id_, agency_;  // agency_: 32 bytes, empty until the first list
  seal::DayKeys keys_;
  std::uint64_t sequence_ = 0;
  std::string previous_ = std::string(32, '\0');
};

}  // namespace glasshouse::edge
