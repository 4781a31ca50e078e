// A certificate that an Ed25519 key signs for itself (X.509 v3, RFC 8410), so that two servers can speak TLS
// and each knows the other by its key. It says nothing about names that anybody should trust.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "crypto/crypto.h"

namespace glasshouse::crypto {

// PEM. `name`: the common name, 1 to 64 printable ASCII characters.
std::string self_signed_certificate_pem(const SigningKey& key, std::string_view name, base::Time from,
                                        base::Time until);
std::string private_key_pem(const SigningKey& key);  // PKCS #8; the caller wipes it

// "sha256//" and base64 of SHA-256 over the SubjectPublicKeyInfo of this Ed25519 key (32 bytes): how curl
// pins one.
std::string certificate_pin(std::string_view public_key);

}  // namespace glasshouse::crypto
