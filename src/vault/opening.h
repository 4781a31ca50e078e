// The ledger entry that opens a picture, and the proof that it stands in the log. Pure: what must be
// remembered (the log's last checkpoint, what was used) is the agent's.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/note.h"
#include "ledger/proof_file.h"
#include "vault/wire.h"

namespace glasshouse::vault {

inline constexpr const char* kReleaseKind = "picture.release";
inline constexpr base::Millis kMostProofAge{5 * 60 * 1000};  // from the entry's time
inline constexpr base::Millis kMostProofAhead{60 * 1000};    // the server's clock before the agent's

// SHA-256 of the stored file's header, as the entry's field `picture` spells it: base64url.
std::string picture_of(std::string_view header);

struct Opening {
  std::uint64_t index = 0;
  base::Time time;
  std::string leaf;
  ledger::TreeHead head;   // the checkpoint that the proof ends in, signed by the log
  std::string checkpoint;  // its note
};

// kNoProof unless one of the log's keys signed the checkpoint, the entry stands in its tree, and the entry
// itself says that this picture was opened for this recipient, by whom, and within kMostProofAge of `now`.
base::Result<Opening> check_opening(const ReleaseRequest& request,
                                    const std::vector<ledger::VerifierKey>& logs, base::Time now);

tl::unexpected<base::Error> no_proof(std::string why);

}  // namespace glasshouse::vault
