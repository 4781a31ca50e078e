// Keys on P-256, as web push has them (RFC 8291, RFC 8292): agreeing on a secret, and ES256.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace glasshouse::crypto {

// The secret is wiped when it goes.
class P256Key {
 public:
  static P256Key generate();
  static base::Result<P256Key> from_secret(std::string_view secret);  // 32 bytes, big-endian
  ~P256Key();
  P256Key(P256Key&&) noexcept = default;
  P256Key& operator=(P256Key&&) noexcept = default;
  P256Key(const P256Key&) = delete;
  P256Key& operator=(const P256Key&) = delete;

  const std::string& secret() const { return secret_; }
  const std::string& public_key() const { return public_key_; }  // 65 bytes: 04 and both coordinates
  // The x coordinate of the shared point. kBadKey: `theirs` is no point of the curve.
  base::Result<std::string> agree(std::string_view theirs) const;
  std::string sign(std::string_view message) const;  // ECDSA with SHA-256: r and s, 64 bytes

 private:
  P256Key() = default;
  std::string secret_, public_key_;
};

}  // namespace glasshouse::crypto
