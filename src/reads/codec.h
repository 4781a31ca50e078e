// A read as bytes: what stands in details.body of a day file. docs/formats/read.md gives every byte.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "reads/read.h"

namespace glasshouse::reads {

// The 128 bits that a read's id spells ("read_" and 26 Crockford characters).
using IdBytes = std::array<std::uint8_t, 16>;
std::optional<IdBytes> id_bytes(std::string_view read_id);
std::string id_text(const IdBytes& bytes);
inline std::string_view view(const IdBytes& id) {
  return {reinterpret_cast<const char*>(id.data()), id.size()};
}

// Confidences are kept in steps of 1/10,000. The read's corrections are not part of it.
std::string encode(const Read& read, const IdBytes& id);

// Of a read as bytes, without the rest of it. kCorrupt as decode.
base::Result<std::optional<Fingerprint>> fingerprint_in(std::string_view bytes);

// kCorrupt when the bytes are not what encode wrote (a check value ends them).
base::Result<Read> decode(std::string_view bytes);

}  // namespace glasshouse::reads
