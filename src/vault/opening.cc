#include "vault/opening.h"

#include <algorithm>
#include <map>

#include "crypto/age.h"
#include "crypto/crypto.h"
#include "ledger/commitment.h"
#include "vault/vault.h"

namespace glasshouse::vault {
namespace {

// What the disclosures say, when the leaf commits to each of them and none speaks twice.
base::Result<std::map<std::string, std::string>> disclosed(const std::vector<std::string>& disclosures,
                                                           std::string_view leaf) {
  std::map<std::string, std::string> fields;
  for (const std::string& text : disclosures) {
    auto opened = ledger::parse_disclosure(text);
    if (!opened || !ledger::opens(text, leaf))
      return no_proof("the entry does not commit to what it is said to say");
    if (!fields.emplace(std::move(opened->name), std::move(opened->value)).second)
      return no_proof("the entry says a thing twice");
  }
  return fields;
}

base::Result<ledger::TreeHead> signed_head(const ledger::ProofFile& proof,
                                           const std::vector<ledger::VerifierKey>& logs) {
  if (logs.empty()) return no_proof("the agent was told of no log: put a line \"log VKEY\" into its policy");
  base::Result<ledger::TreeHead> head = no_proof("no log is known");
  for (const ledger::VerifierKey& log : logs) {
    head = ledger::verify_proof_file(proof, proof.extra, log);
    if (head) return head;
  }
  return no_proof(head.error().why());
}

}  // namespace

tl::unexpected<base::Error> no_proof(std::string why) {
  return base::failure(Errc::kNoProof, "The vault's agent did not release the picture", std::move(why),
                       "If it stays so, tell whoever keeps the agent");
}

std::string picture_of(std::string_view header) {
  const crypto::Hash hash = crypto::sha256(header);
  return crypto::base64url(ledger::bytes_of(hash));
}

base::Result<Opening> check_opening(const ReleaseRequest& request,
                                    const std::vector<ledger::VerifierKey>& logs, base::Time now) {
  auto proof = ledger::parse_proof_file(request.proof);
  if (!proof) return no_proof(proof.error().why());
  auto head = signed_head(*proof, logs);
  if (!head) return tl::unexpected(head.error());
  if (!ledger::parse_leaf(proof->extra)) return no_proof("what stands in the log there is no entry");
  const auto fields = disclosed(request.disclosures, proof->extra);
  if (!fields) return tl::unexpected(fields.error());
  const auto says = [&](const char* name, std::string_view value) {
    const auto found = fields->find(name);
    return found != fields->end() && found->second == value;
  };
  if (!says("kind", kReleaseKind)) return no_proof("the entry is of another kind");
  if (!says("subject", request.read_id)) return no_proof("the entry is about another read");
  if (!says("picture", picture_of(request.header))) return no_proof("the entry is about another picture");
  if (!says("recipient", crypto::age_recipient_text(request.recipient)))
    return no_proof("the entry names another recipient");
  if (!fields->contains("officer") || !fields->contains("agency"))
    return no_proof("the entry does not say who asked");
  const auto time = fields->contains("time") ? base::parse_rfc3339(fields->at("time")) : std::nullopt;
  if (!time || *time > now + kMostProofAhead) return no_proof("the entry is of no time that has come");
  if (now - *time > kMostProofAge) return no_proof("the entry is older than five minutes");
  return Opening{proof->index, *time, std::move(proof->extra), std::move(*head),
                 std::move(proof->checkpoint)};
}

}  // namespace glasshouse::vault
