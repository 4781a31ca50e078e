#include "crypto/sealed_text.h"

#include "crypto/crypto.h"

namespace glasshouse::crypto {

base::Result<TextSealer> TextSealer::from_secret(std::string_view secret) {
  auto identity = AgeIdentity::from_secret(secret);
  if (!identity) return tl::unexpected(identity.error());
  return TextSealer(std::move(*identity));
}

base::Result<std::string> TextSealer::seal(std::string_view text) const {
  const auto sealed = age_seal(text, {identity_.recipient()});
  if (!sealed) return tl::unexpected(sealed.error());
  return base64(*sealed);
}

base::Result<std::string> TextSealer::open(std::string_view sealed) const {
  const auto file = from_base64(sealed);
  if (!file) return tl::unexpected(file.error());
  return age_open(*file, identity_);
}

}  // namespace glasshouse::crypto
