// The two signatures of JSON Web Tokens that we take (RFC 7518, sections 3.3 and 3.4).
#pragma once

#include <string_view>

namespace glasshouse::crypto {

// RSASSA-PKCS1-v1_5 with SHA-256. modulus and exponent as big-endian bytes; keys of 2,048 to 8,192 bits.
bool verify_rs256(std::string_view modulus, std::string_view exponent, std::string_view message,
                  std::string_view signature);
// ECDSA on P-256 with SHA-256. x and y: 32 bytes each; signature: r and s, 64 bytes.
bool verify_es256(std::string_view x, std::string_view y, std::string_view message,
                  std::string_view signature);

}  // namespace glasshouse::crypto
