// Whether bytes are well-formed UTF-8 (no surrogates, no overlong forms, at most U+10FFFF).
#pragma once

#include <string_view>

namespace glasshouse::ledger {

bool is_utf8(std::string_view bytes);

}  // namespace glasshouse::ledger
