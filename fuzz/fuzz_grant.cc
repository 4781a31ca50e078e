// Any bytes as a grant and as a revocation: what is taken carries its signers' signatures under these very
// bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "seal/signed_text.h"
#include "sharing/grant.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glasshouse;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto read = sharing::read_grant(bytes)) {
    if (!sharing::check(read->grant)) std::abort();
    if (!seal::signed_body(bytes, read->accepted ? read->grant.recipient_key : read->grant.owner_key))
      std::abort();
  }
  if (const auto read = sharing::read_revocation(bytes); read && !seal::signed_body(bytes, read->by_key))
    std::abort();
  return 0;
}
