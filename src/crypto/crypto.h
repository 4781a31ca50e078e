// Hashes, signatures, key derivation, passwords and randomness. The only door to OpenSSL and libsodium.
// All functions are thread-safe. Byte strings are std::string; secrets are Secret, wiped when destroyed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace glasshouse::crypto {

enum class Errc { kBadEncoding = 1, kBadKey, kBadSignature, kBadPasswordHash, kInternal };

using Hash = std::array<std::uint8_t, 32>;

Hash sha256(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view bytes);  // 32 bytes
std::string hkdf_sha256(std::string_view key, std::string_view salt, std::string_view info, std::size_t length);

std::string random_bytes(std::size_t count);
bool equal_constant_time(std::string_view a, std::string_view b);

std::string base64(std::string_view bytes);      // standard alphabet, padded
std::string base64url(std::string_view bytes);   // URL alphabet, no padding
std::string hex(std::string_view bytes);         // lower case
base::Result<std::string> from_base64(std::string_view text);
base::Result<std::string> from_base64url(std::string_view text);
base::Result<std::string> from_hex(std::string_view text);

// Ed25519 (RFC 8032). seed and public key 32 bytes, signature 64 bytes.
class SigningKey {
 public:
  static SigningKey generate();
  static base::Result<SigningKey> from_seed(std::string_view seed);
  ~SigningKey();
  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;

  std::string seed() const;
  const std::string& public_key() const { return public_key_; }
  std::string sign(std::string_view message) const;

 private:
  SigningKey() = default;
  std::array<unsigned char, 64> secret_{};
  std::string public_key_;
};
bool verify(std::string_view public_key, std::string_view message, std::string_view signature);

// argon2id, 64 MiB, t=3, p=1 (reference: docs/decisions). Returns the PHC string "$argon2id$…".
std::string hash_password(std::string_view password);
bool check_password(std::string_view phc, std::string_view password);

}  // namespace glasshouse::crypto
