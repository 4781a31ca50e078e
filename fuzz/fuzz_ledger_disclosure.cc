// Disclosures, leaves and the database's field text.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "ledger/commitment.h"

using namespace glasshouse::ledger;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)parse_disclosure(text);
  (void)parse_disclosure(glasshouse::crypto::base64url(text));
  if (const auto digests = parse_leaf(text)) {
    if (digests->size() != kDigests) std::abort();
  }
  if (const auto fields = decode_fields(text)) {
    const auto again = decode_fields(encode_fields(*fields));
    if (!again || again->size() != fields->size()) std::abort();
  }
  return 0;
}
