// ID tokens (OpenID Connect Core 1.0, section 2) and the keys that sign them (RFC 7517).
// docs/formats/sign-on.md says what is taken and what is not.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace glasshouse::oidc {

enum class Errc { kConfig = 1, kProvider, kBadKeys, kBadToken, kFlowGone, kRefused };

inline constexpr std::size_t kMostTokenBytes = 16 * 1024;
inline constexpr std::size_t kMostKeysBytes = 256 * 1024;
inline constexpr std::size_t kMostKeys = 50;
inline constexpr std::size_t kMostListed = 50;  // audiences or methods of one token
inline constexpr base::Millis kClockSlack{60 * 1000};
inline constexpr base::Millis kMostAge{10 * 60 * 1000};  // since it was issued

struct Token {
  std::string algorithm, key_id;  // RS256 or ES256
  std::string signed_part, signature;
  std::string issuer, subject, authorized_party, nonce, acr;
  std::vector<std::string> audience, amr;
  base::Time issued_at, expires_at;
};

struct SigningKey {
  std::string id, algorithm;      // RS256 or ES256
  std::string modulus, exponent;  // RS256
  std::string x, y;               // ES256
};

// Compact form. kBadToken: also for an algorithm that is neither, or a header that must be understood and is
// not (crit). Nothing in the header names a key but by its id.
base::Result<Token> read_token(std::string_view text);
// The keys of a JWK set that sign with RS256 or ES256; others are passed over. kBadKeys.
base::Result<std::vector<SigningKey>> read_keys(std::string_view text);
// By the one key that has the token's id and algorithm; without an id, by any of that algorithm.
bool is_signed_by(const Token& token, const std::vector<SigningKey>& keys);
bool has_key_for(const Token& token, const std::vector<SigningKey>& keys);

struct Expected {
  std::string issuer, client_id, nonce;
  base::Time now;
};
// Everything but the signature. kBadToken says which.
base::Result<void> check_claims(const Token& token, const Expected& expected);

}  // namespace glasshouse::oidc
