// A witness's answer, its key, and a note that it may have signed.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "ledger/cosignature.h"

using namespace glasshouse::ledger;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const WitnessKey key = witness_key_for("clerk.example/w", std::string(32, '\x07'));
  if (const auto lines = parse_cosignatures(text)) {
    std::string again;
    for (const NoteSignature& line : *lines) again += format_signature_line(line) + "\n";
    if (again != text) std::abort();
    if (verify_cosignature({"x\n", *lines}, key)) std::abort();  // nobody has signed with that key
  }
  if (const auto other = parse_witness_key(text); other && !parse_witness_key(format_witness_key(*other)))
    std::abort();
  return 0;
}
