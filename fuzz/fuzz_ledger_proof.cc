// tlog-proof files.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "ledger/proof_file.h"

using namespace glasshouse::ledger;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const VerifierKey key = verifier_key_for("town.example/pd", std::string(32, '\x07'));
  if (const auto proof = parse_proof_file(text)) {
    if (format_proof_file(*proof) != text) std::abort();
    (void)verify_proof_file(*proof, "leaf", key);
    (void)verify_inclusion({}, proof->index + 1, proof->index, {}, proof->hashes);
    (void)verify_consistency(proof->index / 2, {}, proof->index, {}, proof->hashes);
  }
  return 0;
}
