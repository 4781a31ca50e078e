// The offline proof (C2SP tlog-proof): one text file with index, hashes and checkpoint, enough to check an
// entry without the log. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ledger/note.h"
#include "ledger/tree.h"

namespace glasshouse::ledger {

inline constexpr std::size_t kMaxProofFileBytes = kMaxNoteBytes + 64 * 1024;

struct ProofFile {
  std::string extra;  // bytes; usually empty
  std::uint64_t index = 0;
  Proof hashes;
  std::string checkpoint;  // the signed note
};

std::string format_proof_file(const ProofFile& proof);
base::Result<ProofFile> parse_proof_file(std::string_view text);  // kBadProof

// The log's key signed the checkpoint, and the leaf stands at the index of the tree that it names.
base::Result<TreeHead> verify_proof_file(const ProofFile& proof, std::string_view leaf,
                                         const VerifierKey& key);

}  // namespace glasshouse::ledger
