// Any bytes as an ID token, as a provider's keys and as the file about the provider: what is taken has the
// algorithms that we know, and nothing is signed by keys of the same bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "oidc/provider.h"
#include "oidc/token.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glasshouse::oidc;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto cut = bytes.find('\n');
  const auto token = read_token(bytes.substr(0, cut));
  const auto keys = read_keys(cut == bytes.npos ? bytes : bytes.substr(cut + 1));
  if (token && token->algorithm != "RS256" && token->algorithm != "ES256") std::abort();
  if (token && keys && is_signed_by(*token, *keys) && !has_key_for(*token, *keys)) std::abort();
  if (token) (void)check_claims(*token, {.issuer = "https://a", .client_id = "b", .nonce = "c", .now = {}});
  (void)read_config(bytes);
  return 0;
}
