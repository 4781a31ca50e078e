// Lines "name value", the last one the Ed25519 signature of all before it. For this module and for grants
// (sharing).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/crypto.h"

namespace glasshouse::seal {

inline constexpr std::size_t kSignatureLineBytes =
    10 + 128 + 1;  // "signature ", 64 bytes in hexadecimal, a line feed

std::string sign_text(std::string body, const crypto::SigningKey& key);  // body ends with a line feed
// What was signed; nothing when the last line is no signature by `public_key`.
std::optional<std::string_view> signed_body(std::string_view text, std::string_view public_key);

// Takes "name value\n" off the front; nothing when the next line is another.
std::optional<std::string_view> take_line(std::string_view& text, std::string_view name);
std::optional<std::string> take_hex(std::string_view& text, std::string_view name, std::size_t bytes);

}  // namespace glasshouse::seal
