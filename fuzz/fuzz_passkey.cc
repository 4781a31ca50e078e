// Any bytes as what an authenticator and a browser say: the first byte cuts them in two. A key that is read
// has a name and bytes, and nothing signs for it by chance.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "accounts/client_data.h"
#include "crypto/crypto.h"
#include "crypto/passkey.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glasshouse;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t cut = std::min<std::size_t>(data[0], bytes.size());
  (void)accounts::read_client_data(bytes);
  (void)accounts::site_of(bytes);
  // The hash of the site is put in its place: else nothing would come past it.
  const crypto::Hash site = crypto::sha256("plates.example");
  const std::string head(reinterpret_cast<const char*>(site.data()), site.size());
  const std::string authenticator_data = head + std::string(bytes);
  const auto made = crypto::read_made_passkey(authenticator_data, "plates.example");
  if (made && (made->credential_id.empty() || made->key.bytes.empty() || made->aaguid.size() != 16))
    std::abort();
  const crypto::PasskeyKey key = made ? made->key : crypto::PasskeyKey{-8, std::string(32, 'k')};
  const auto used = crypto::verify_passkey(key, "plates.example", head + std::string(bytes.substr(0, cut)),
                                           "{}", bytes.substr(cut));
  if (used && !made) std::abort();
  return 0;
}
