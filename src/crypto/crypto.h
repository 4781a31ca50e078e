// Hashes, signatures, key derivation, passwords and randomness. The only door to OpenSSL and libsodium.
// All functions are thread-safe. Byte strings are std::string. A SigningKey wipes its secret when destroyed;
// a caller who holds other secret bytes calls wipe() on them.
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
std::string sha256_hex(std::string_view bytes);                         // 64 characters, lower case
std::string hmac_sha256(std::string_view key, std::string_view bytes);  // 32 bytes
// RFC 5869; length 1..8,160 bytes. An empty salt is 32 zero bytes, as the RFC says.
std::string hkdf_sha256(std::string_view key, std::string_view salt, std::string_view info,
                        std::size_t length);
// Its two halves, for many outputs from one (key, salt): hkdf_expand(hkdf_extract(key, salt), info, length).
std::string hkdf_extract(std::string_view key, std::string_view salt);
std::string hkdf_expand(std::string_view prk, std::string_view info, std::size_t length);

std::string random_bytes(std::size_t count);
bool equal_constant_time(std::string_view a, std::string_view b);  // false at once when the lengths differ
void wipe(std::string& secret);                                    // overwritten with zeros, then emptied

std::string base64(std::string_view bytes);     // standard alphabet, padded
std::string base64url(std::string_view bytes);  // URL alphabet, no padding
std::string hex(std::string_view bytes);        // lower case
// kBadEncoding for anything but the one canonical spelling (hex: either case).
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
// check_password is false for a wrong password and for a string that is no argon2id PHC string.
std::string hash_password(std::string_view password);
bool check_password(std::string_view phc, std::string_view password);

}  // namespace glasshouse::crypto
