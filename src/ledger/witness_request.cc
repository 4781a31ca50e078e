#include "ledger/witness_request.h"

#include <utility>

#include "ledger/ledger.h"

namespace glasshouse::ledger {
namespace {

tl::unexpected<base::Error> bad_request(std::string why) {
  return base::failure(Errc::kBadProof, "The request to the witness is not valid", std::move(why),
                       "See C2SP tlog-witness for its form.");
}

}  // namespace

std::string format_witness_request(const WitnessRequest& request) {
  std::string body = "old " + std::to_string(request.old_size) + "\n";
  for (const crypto::Hash& hash : request.proof) body += crypto::base64(bytes_of(hash)) + "\n";
  return body + "\n" + request.checkpoint;
}

base::Result<WitnessRequest> parse_witness_request(std::string_view body) {
  if (body.size() > kMaxWitnessRequestBytes) return bad_request("it is too long");
  WitnessRequest request;
  bool first = true;
  for (;;) {
    const std::size_t end = body.find('\n');
    if (end == std::string_view::npos) return bad_request("it ends before its checkpoint");
    const std::string_view line = body.substr(0, end);
    body.remove_prefix(end + 1);
    if (first) {
      if (!line.starts_with("old ")) return bad_request("it does not start with the old size");
      auto size = parse_size(line.substr(4));
      if (!size) return bad_request("the old size is not a number");
      request.old_size = *size;
      first = false;
      continue;
    }
    if (line.empty()) {
      request.checkpoint = std::string(body);
      return request;
    }
    if (request.proof.size() == kMaxProofHashes) return bad_request("its proof has more than 63 hashes");
    auto hash = hash_from_base64(line);
    if (!hash) return bad_request("a line of its proof is not 32 bytes of base64");
    request.proof.push_back(*hash);
  }
}

}  // namespace glasshouse::ledger
