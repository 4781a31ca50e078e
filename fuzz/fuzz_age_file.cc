// Any bytes as a sealed file: only what was sealed for this identity opens, and a header that is read has an
// end inside the bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "crypto/age.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glasshouse::crypto;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static const AgeIdentity identity = *AgeIdentity::from_secret("a key of 32 bytes for the fuzzer");
  const auto header = age_header_bytes(bytes);
  if (header && (*header > size || bytes[*header - 1] != '\n')) std::abort();
  const auto opened = age_open(bytes, identity);
  if (opened && !header) std::abort();
  if (opened && opened->size() >= size) std::abort();
  const auto reheaded = age_rehead(bytes, identity, {identity.recipient()});
  if (opened && (!reheaded || age_open(*reheaded, identity).value_or("") != *opened)) std::abort();
  (void)age_recipient_from_text(bytes);
  (void)AgeIdentity::from_text(bytes);
  return 0;
}
