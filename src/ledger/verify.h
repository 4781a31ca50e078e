// Checking a ledger's folder as an outsider would: only its public files are read. And making such a folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "ledger/note.h"

namespace glasshouse::ledger {

struct Verified {
  TreeHead head;
  std::uint64_t tiles = 0;             // hash and entry tiles read
  std::optional<TreeHead> grown_from;  // checkpoint.old, when there is one
  std::string note;                    // the checkpoint, for whoever asks who else signed it
};

// dir: a live ledger folder or an export: checkpoint, tile/, log.vkey, and perhaps checkpoint.old. Rebuilds
// the root from the entries, compares every tile on the way, checks the signatures with log.vkey (or with
// `vkey`, when the reader has it from elsewhere, which is better) and that checkpoint.old grew into
// checkpoint. kCorrupt, kBadNote or kBadProof say what does not hold.
base::Result<Verified> verify_folder(const std::string& dir,
                                     const std::optional<std::string>& vkey = std::nullopt);

// The .tlog-proof of an entry of a live folder or an export, with the entry itself as its extra.
base::Result<std::string> prove_entry(const std::string& dir, std::uint64_t index);

// Writes checkpoint, checkpoint.old, tile/, log.vkey, witness.policy and witness.vkey of the live folder
// `dir` to `out`, readable by everybody. A checkpoint that `out` already holds becomes its checkpoint.old.
// Safe while a server runs.
base::Result<TreeHead> export_folder(const std::string& dir, const std::string& out);

}  // namespace glasshouse::ledger
