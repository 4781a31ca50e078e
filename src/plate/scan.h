// Finds plates in a long array of packed words: the whole dictionary in memory at once, in a few milliseconds
// a million. A question becomes a few tests "shifted word & mask == value"; what passes one of them is then
// verified.
//
//   const Scan scan = Scan::contains(*Plate::parse("7K"));
//   scan.run(words, folded, hits);   // indexes into words, ascending
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "plate/pattern.h"

namespace glasshouse::plate {

// Immutable; thread-safe.
class Scan {
 public:
  static Scan prefix(Plate prefix);
  static Scan contains(Plate part);
  static Scan wildcard(const Pattern& pattern);
  static Scan confusable(Plate plate);

  // `folded[i]` is fold(words[i]); both arrays have the same length. Words that are 0 never match. Appends to
  // hits.
  void run(std::span<const std::uint64_t> words, std::span<const std::uint64_t> folded,
           std::vector<std::uint32_t>& hits) const;

 private:
  struct Test {
    int left_bits = 0, right_bits = 0;
    std::uint64_t mask = 0, value = 0;
  };
  bool verify(std::uint64_t word, std::uint64_t folded) const;

  enum class Verify { kNone, kPattern, kConfusable } verify_ = Verify::kNone;
  std::vector<Test> tests_;
  std::optional<Pattern> pattern_;
  Plate folded_;
};

}  // namespace glasshouse::plate
