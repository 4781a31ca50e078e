// Patterns over plates, confusion classes, and region formats' character positions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "plate/plate.h"

namespace glasshouse::plate {

enum class Errc { kBadPlate = 1, kBadPattern };

// A pattern: A–Z 0–9, `?` for exactly one character, `*` for any run (also none). "A?C1*4".
// Folded like Plate::parse_lenient. At most 16 pattern characters, at least one that is not `*`.
class Pattern {
 public:
  static base::Result<Pattern> parse(std::string_view text);

  bool matches(Plate plate) const;
  bool is_exact() const;                    // no wildcard at all
  std::string_view literal_prefix() const;  // the letters before the first wildcard
  const std::string& text() const { return text_; }

 private:
  // What stands between two stars, left-aligned like a plate: matches where (word & mask) == value.
  struct Piece {
    std::uint64_t mask = 0, value = 0;
    int chars = 0;
  };
  void compile();

  std::string text_;
  std::size_t prefix_chars_ = 0;
  std::array<Piece, kMaxChars> piece_{};
  int pieces_ = 0;
  int min_chars_ = 0;
  bool open_start_ = false, open_end_ = false, has_star_ = false;
};

// Characters that readers mistake for one another share a class: 0 O D Q, 1 I L, 8 B, 5 S, 2 Z, 6 G.
// fold() maps each to its class's first member.
char fold(char c);
Plate fold(Plate plate);

// Whether the two differ by nothing, or only inside confusion classes, same length.
inline bool same_class(Plate a, Plate b) {
  return fold(a) == fold(b);
}

// Confusion distance at most 1: equal after folding, or after folding one substitution, one missing or one
// extra character.
bool is_confusable(Plate a, Plate b);
// The same for two plates that are folded already (a dictionary folds its plates once).
bool is_confusable_folded(Plate a, Plate b);

// All plates in the same confusion class as `plate` (itself first); at most `limit`.
std::vector<Plate> class_members(Plate plate, std::size_t limit);

// The packed words of all plates that start with `prefix`: first and last, both included.
std::pair<std::uint64_t, std::uint64_t> prefix_range(Plate prefix);

// Whether `part` stands anywhere in `plate`.
bool contains(Plate plate, Plate part);

}  // namespace glasshouse::plate
