// Inside vision only: from a recogniser's column-by-column probabilities to texts. Pure arithmetic.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace glasshouse::vision {

inline constexpr std::string_view kPlateAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
inline constexpr int kSymbols = 1 + static_cast<int>(kPlateAlphabet.size());  // 0 is "no character here"

// One column of the strip: probabilities of nothing (0) and of each plate character (1 + its place in
// kPlateAlphabet).
using Column = std::array<float, kSymbols>;

int symbol_of(char c);  // 0 when it is not a plate character
inline char char_of_symbol(int symbol) {
  return symbol > 0 ? kPlateAlphabet[symbol - 1] : '\0';
}

struct Hypothesis {
  std::string text;
  double log_probability = 0;  // natural, summed over every path that spells the text
};

// Prefix beam search; at most `count` texts, best first. Texts longer than kMostCharacters are not followed.
inline constexpr std::size_t kMostCharacters = 16;
std::vector<Hypothesis> beam_search(const std::vector<Column>& columns, int beam_width, std::size_t count);

// Of that text: summed over every path that spells it; the logarithm of something tiny when none does.
double log_probability(const std::vector<Column>& columns, std::string_view text);

// Where each character of a text stands on the best path that spells it.
struct Aligned {
  int first = 0, last = 0, peak = 0;                // columns
  std::array<float, kPlateAlphabet.size()> seen{};  // probability of each character, sums to about 1
};
// One for each character; empty when the text cannot be spelled in so few columns.
std::vector<Aligned> align(const std::vector<Column>& columns, std::string_view text);

}  // namespace glasshouse::vision
