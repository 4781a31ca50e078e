// Any bytes as a device's signing request and as its certificate: what is taken is for a key of 32 bytes, and
// nothing that this authority did not sign is taken for its own.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "crypto/device_certificate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glasshouse::crypto;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto key = read_certificate_request(bytes); key && key->size() != 32) std::abort();
  const auto facts = read_certificate(bytes);
  if (facts && (facts->public_key.size() != 32 || facts->name.size() > 64)) std::abort();
  static const SigningKey authority = SigningKey::generate();  // no corpus holds its signature
  if (check_device_certificate(bytes, authority.public_key())) std::abort();
  return 0;
}
