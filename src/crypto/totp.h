// One-time codes from a shared secret and the time (RFC 6238 on SHA-1, six digits, 30 seconds): what every
// authenticator app makes. Weaker than a passkey, since a person can be talked into telling one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

namespace glasshouse::crypto {

inline constexpr base::Millis kTotpStep{30 * 1000};
inline constexpr std::size_t kTotpSecretBytes = 20;

std::int64_t totp_step(base::Time now);
std::string totp_code(std::string_view secret, std::int64_t step);  // "042817"
std::string base32(std::string_view bytes);  // RFC 4648 without padding, as apps take a secret by hand

}  // namespace glasshouse::crypto
