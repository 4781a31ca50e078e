// What the files of this module share of libsodium. For this module only.
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>

#include "base/result.h"

namespace glasshouse::crypto {

// Everything that calls libsodium calls this before. It is thread-safe and cheap after the first time;
// without it random bytes are not trustworthy, so a failure ends the process.
void start_library();

// For what fails only without memory: nothing that follows could be trusted.
inline void need(bool done) {
  if (!done) std::abort();
}

// variant: one of libsodium's sodium_base64_VARIANT_….
std::string encode_base64(std::string_view bytes, int variant);
base::Result<std::string> decode_base64(std::string_view text, int variant);

// Never null: libsodium's functions must not be given that, not even for no bytes.
inline const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data() == nullptr ? "" : text.data());
}
inline unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace glasshouse::crypto
