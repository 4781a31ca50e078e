// Any bytes as what an authenticator and a browser say: the first byte cuts them in two. A key that is read
// has a name and bytes, and nothing signs for it by chance. The same as a browser's subscription to push:
// what is taken has keys of their lengths, and lies at a service that we know.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "accounts/client_data.h"
#include "crypto/crypto.h"
#include "crypto/passkey.h"
#include "delivery/push.h"

namespace {

using namespace glasshouse;

void subscribe(std::string_view p256dh, std::string_view auth, std::string_view endpoint) {
  if (const auto taken = delivery::receiver_text(p256dh, auth)) {
    const auto key = crypto::from_base64url(taken->substr(0, taken->find(' ')));
    const auto secret = crypto::from_base64url(taken->substr(taken->find(' ') + 1));
    if (!key || key->size() != 65 || key->front() != '\4' || !secret || secret->size() != 16) std::abort();
  }
  if (!delivery::is_push_service(endpoint, {})) return;
  // By no parser of ours: nothing before the name, and the name ends where it must.
  constexpr std::string_view kScheme = "https://";
  if (!endpoint.starts_with(kScheme)) std::abort();
  const std::string_view place = endpoint.substr(kScheme.size());
  std::string_view host = place.substr(0, place.find_first_of("/?#:"));
  if (host.find('@') != host.npos || !(host.ends_with(".com"))) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t cut = std::min<std::size_t>(data[0], bytes.size());
  (void)accounts::read_client_data(bytes);
  (void)accounts::site_of(bytes);
  subscribe(bytes.substr(0, cut), bytes.substr(cut), bytes);
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
