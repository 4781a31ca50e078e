#include "ledger/proof_file.h"

#include <utility>

#include "base/words.h"
#include "ledger/ledger.h"

namespace glasshouse::ledger {
namespace {

constexpr std::string_view kMagic = "c2sp.org/tlog-proof@v1";

tl::unexpected<base::Error> bad_proof(std::string why) {
  return base::failure(Errc::kBadProof, "The proof is not valid", std::move(why),
                       "Fetch it again; if it stays so, do not trust this log.");
}

}  // namespace

std::string format_proof_file(const ProofFile& proof) {
  std::string text(kMagic);
  text += '\n';
  if (!proof.extra.empty()) text += "extra " + crypto::base64(proof.extra) + "\n";
  text += "index " + std::to_string(proof.index) + "\n";
  for (const crypto::Hash& hash : proof.hashes) text += crypto::base64(bytes_of(hash)) + "\n";
  return text + "\n" + proof.checkpoint;
}

base::Result<ProofFile> parse_proof_file(std::string_view text) {
  if (text.size() > kMaxProofFileBytes) return bad_proof("it is too long");
  ProofFile proof;
  std::string_view line;
  if (!base::take_line(text, line) || line != kMagic) return bad_proof("it is not a tlog-proof of version 1");
  if (!base::take_line(text, line)) return bad_proof("it ends too early");
  if (line.starts_with("extra ")) {
    auto extra = crypto::from_base64(line.substr(6));
    if (!extra || extra->empty() || !base::take_line(text, line))
      return bad_proof("its extra line is not base64");
    proof.extra = std::move(*extra);
  }
  if (!line.starts_with("index ")) return bad_proof("it has no index");
  auto index = parse_size(line.substr(6));
  if (!index) return bad_proof("its index is not a number");
  proof.index = *index;
  while (base::take_line(text, line)) {
    if (line.empty()) {
      proof.checkpoint = std::string(text);
      return proof;
    }
    if (proof.hashes.size() == kMaxProofHashes) return bad_proof("it has more than 63 hashes");
    auto hash = hash_from_base64(line);
    if (!hash) return bad_proof("one of its hashes is not 32 bytes of base64");
    proof.hashes.push_back(*hash);
  }
  return bad_proof("it has no checkpoint");
}

base::Result<TreeHead> verify_proof_file(const ProofFile& proof, std::string_view leaf,
                                         const VerifierKey& key) {
  auto head = open_checkpoint(proof.checkpoint, key);
  if (!head) return head;
  if (!verify_inclusion(head->root, head->size, proof.index, leaf_hash(leaf), proof.hashes)) {
    return bad_proof("the entry does not stand at index " + std::to_string(proof.index) +
                     " of the signed tree");
  }
  return head;
}

}  // namespace glasshouse::ledger
