// Bech32 (BIP 173 without its limit of 90 characters): how age spells keys. For this module only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace glasshouse::crypto {

// `hrp` in lower case. The text is lower case.
std::string bech32(std::string_view hrp, std::string_view bytes);
// All lower or all upper case; nothing when a character, the checksum, the padding or the prefix is wrong.
std::optional<std::string> from_bech32(std::string_view hrp, std::string_view text);

}  // namespace glasshouse::crypto
