// A witness (C2SP tlog-witness): co-signs checkpoints of logs that it knows, each only when it grew out of
// the last one that the witness signed. What it signed is on disk before it answers.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "crypto/crypto.h"
#include "ledger/note.h"

namespace glasshouse::ledger {

class CheckpointStore;

// What goes over the wire, as the protocol numbers it.
struct WitnessAnswer {
  int status = 0;  // 200, 400, 403, 404, 409, 422; 500 when the witness cannot keep what it would sign
  std::string content_type;
  std::string body;  // 200: signature lines; 409: the size that the witness last signed
};

// Thread-safe. Two processes on one folder do no harm: what was signed changes by compare-and-swap.
class Witness {
 public:
  struct Options {
    std::string dir;   // witness.db, witness.key (made at first start), witness.vkey
    std::string name;  // of the key, "witness.clerk.example"
    std::vector<VerifierKey> logs;
    const base::Clock* clock = nullptr;  // required; outlives the witness
  };
  static base::Result<std::unique_ptr<Witness>> open(Options options);
  ~Witness();

  WitnessAnswer add_checkpoint(std::string_view body);
  // The latest checkpoint of the log whose origin has this SHA-256 (hex), with this witness's cosignature;
  // 404.
  WitnessAnswer latest(std::string_view origin_sha256_hex);
  std::string witness_key() const;  // "name+hex8+base64"

 private:
  Witness(Options options, crypto::SigningKey key, std::unique_ptr<CheckpointStore> store);
  struct Asked;
  WitnessAnswer judge(const Asked& asked);
  WitnessAnswer lost_race(const std::string& origin, const base::Error& why);
  WitnessAnswer keep_and_sign(const Asked& asked);

  const Options options_;
  const crypto::SigningKey key_;
  std::mutex mutex_;
  std::unique_ptr<CheckpointStore> store_;
};

}  // namespace glasshouse::ledger
