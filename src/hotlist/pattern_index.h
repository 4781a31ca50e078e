// Inside hotlist: many plate patterns matched at once, by mask.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "plate/pattern.h"
#include "plate/plate.h"

namespace glasshouse::hotlist {

// A pattern of one length without `*`: the characters under the mask must equal value.
struct FixedPattern {
  std::uint64_t mask = 0;
  std::uint64_t value = 0;
  std::uint32_t id = 0;
  std::uint8_t length = 0;
};

// Every fixed form of `text` (letters, digits, ?, *); empty when there are more than `most`.
std::vector<FixedPattern> spread(std::string_view text, std::uint32_t id, std::size_t most);

// Length of a packed plate without a loop.
inline int packed_length(std::uint64_t packed) {
  return packed == 0 ? 0 : plate::kMaxChars - __builtin_ctzll(packed) / plate::kBitsPerChar;
}

// Built once; any number of threads ask.
class PatternTable {
 public:
  void build(std::vector<FixedPattern> patterns);
  bool empty() const { return patterns_.empty(); }

  // Calls found(id) for every fixed pattern that matches (an id once for each of its forms that do).
  template <class Found>
  void find(std::uint64_t packed, Found&& found) const {
    const int length = packed_length(packed);
    for (const Mask& one : masks_[static_cast<std::size_t>(length)]) {
      const std::uint64_t mask = one.mask;
      const std::uint64_t hash = hash_of(packed & mask, one.salt);
      const std::uint64_t bits = bits_of(hash);
      if ((bloom_[hash >> bloom_shift_] & bits) != bits) continue;
      for (std::uint64_t i = hash >> table_shift_; table_[i].count != 0; i = (i + 1) & table_mask_) {
        const FixedPattern& first = patterns_[table_[i].first];
        if (first.value != (packed & mask) || first.mask != mask || first.length != length) continue;
        for (std::uint32_t n = 0; n < table_[i].count; ++n) found(patterns_[table_[i].first + n].id);
        break;
      }
    }
  }

 private:
  struct Bucket {
    std::uint32_t first = 0, count = 0;
  };
  struct Mask {
    std::uint64_t mask, salt;
  };
  static std::uint64_t salt_of(std::uint64_t mask, int length) {
    return mask * 0x9E3779B97F4A7C15ull + static_cast<std::uint64_t>(length);
  }
  static std::uint64_t hash_of(std::uint64_t value, std::uint64_t salt) {
    std::uint64_t x = value ^ salt;
    x ^= x >> 29;
    return x * 0xBF58476D1CE4E5B9ull;
  }
  // Two bits of one word.
  static std::uint64_t bits_of(std::uint64_t hash) {
    return std::uint64_t{1} << (hash >> 8 & 63) | std::uint64_t{1} << (hash >> 14 & 63);
  }

  std::array<std::vector<Mask>, plate::kMaxChars + 1> masks_;
  std::vector<FixedPattern> patterns_;  // equal ones side by side
  std::vector<Bucket> table_;
  std::vector<std::uint64_t> bloom_;
  int bloom_shift_ = 63, table_shift_ = 63;
  std::uint64_t table_mask_ = 0;
};

}  // namespace glasshouse::hotlist
