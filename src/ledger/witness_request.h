// What a log asks of a witness (C2SP tlog-witness, add-checkpoint): the size that the witness last saw, the
// proof that the log only grew since, and the checkpoint. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ledger/note.h"
#include "ledger/tree.h"

namespace glasshouse::ledger {

inline constexpr std::size_t kMaxWitnessRequestBytes = kMaxNoteBytes + 4096;  // a proof is below 3 KB

struct WitnessRequest {
  std::uint64_t old_size = 0;
  Proof proof;             // at most kMaxProofHashes
  std::string checkpoint;  // the signed note
};

std::string format_witness_request(const WitnessRequest& request);
base::Result<WitnessRequest> parse_witness_request(std::string_view body);  // kBadProof

}  // namespace glasshouse::ledger
