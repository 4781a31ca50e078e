// A plate's text: 1..10 characters of A–Z 0–9, packed 6 bits a character into one 64-bit word.
// Packing is left-aligned (character 0 in the highest six of the low 60 bits; 0 means "no character"),
// so comparing words compares texts, a prefix is a range of words, and a wildcard is mask plus compare.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace glasshouse::plate {

inline constexpr int kMaxChars = 10;
inline constexpr int kBitsPerChar = 6;

class Plate {
 public:
  constexpr Plate() = default;  // empty: no plate

  // Exactly A–Z 0–9, 1..10 characters; nothing else. No folding, no trimming.
  static std::optional<Plate> parse(std::string_view text);

  // What a person or a list may write: spaces, hyphens, dots and lower case are folded away first.
  static std::optional<Plate> parse_lenient(std::string_view text);

  static constexpr Plate from_packed(std::uint64_t packed) {
    Plate p;
    p.packed_ = packed;
    return p;
  }

  constexpr std::uint64_t packed() const { return packed_; }
  constexpr bool empty() const { return packed_ == 0; }
  int size() const;
  char at(int index) const;  // '\0' past the end
  std::string text() const;

  auto operator<=>(const Plate&) const = default;

 private:
  std::uint64_t packed_ = 0;
};

// Codes: 0 none, 1..10 digits 0–9, 11..36 letters A–Z. -1 for a character outside the alphabet.
int code_of(char c);
char char_of(int code);

}  // namespace glasshouse::plate

template <>
struct std::hash<glasshouse::plate::Plate> {
  std::size_t operator()(const glasshouse::plate::Plate& p) const noexcept {
    std::uint64_t x = p.packed() * 0x9E3779B97F4A7C15ull;
    return static_cast<std::size_t>(x ^ (x >> 32));
  }
};
