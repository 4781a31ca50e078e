// Signed notes, verifier keys and checkpoint texts from outside. What is taken must be spelled as we would
// spell it.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "ledger/note.h"

using namespace glasshouse::ledger;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const VerifierKey key = verifier_key_for("town.example/pd", std::string(32, '\x07'));
  if (const auto note = parse_note(text)) {
    std::string again = note->text + "\n";
    for (const auto& s : note->signatures) {
      again += "\xE2\x80\x94 " + s.name + " " + glasshouse::crypto::base64(s.key_id + s.signature) + "\n";
    }
    if (again != text) std::abort();
    (void)verify_note(*note, key);
  }
  if (const auto parsed = parse_verifier_key(text)) {
    if (parse_verifier_key(format_verifier_key(*parsed))->public_key != parsed->public_key) std::abort();
  }
  if (const auto head = parse_tree_head(text)) {
    if (format_tree_head(*head) != text) std::abort();
  }
  return 0;
}
