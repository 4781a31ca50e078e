// Inside plate: where a character's six bits stand in a packed word.
#pragma once

#include <cstdint>

#include "plate/plate.h"

namespace glasshouse::plate {

inline constexpr std::uint64_t kAllBits = (std::uint64_t{1} << (kBitsPerChar * kMaxChars)) - 1;

constexpr int shift_of(int index) {
  return kBitsPerChar * (kMaxChars - 1 - index);
}

// The first n characters' bits.
constexpr std::uint64_t head_mask(int n) {
  return n <= 0 ? 0 : kAllBits & ~((std::uint64_t{1} << (kBitsPerChar * (kMaxChars - n))) - 1);
}

}  // namespace glasshouse::plate
