// Any bytes as a manifest and as a list of day keys: what is taken is signed, and spelled as we spell it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "seal/day_keys.h"
#include "seal/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glasshouse;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static const crypto::SigningKey key = *crypto::SigningKey::from_seed("a seed of 32 bytes for the fuzze");
  if (const auto manifest = seal::read_manifest(bytes);
      manifest && manifest->key == key.public_key() && seal::write_manifest(*manifest, key) != bytes) {
    std::abort();
  }
  if (const auto keys = seal::read_day_keys(bytes);
      keys && keys->agency_key == key.public_key() && seal::write_day_keys(keys->by_day, key) != bytes) {
    std::abort();
  }
  return 0;
}
