#include "vision/plate_choice.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace glasshouse::vision {

namespace {

// Few plates have so few characters, or letters alone; signs, badges and cut-off plates do.
double likely_text(std::size_t characters, bool has_digit) {
  constexpr double kShort[] = {0, 0.2, 0.4, 0.6, 0.8};
  constexpr double kLettersAlone = 0.75;
  return (characters < std::size(kShort) ? kShort[characters] : 1) * (has_digit ? 1 : kLettersAlone);
}

}  // namespace

float reading_confidence(const Choice& choice, float found_score) {
  if (choice.candidates.empty()) return 0;
  const double seen = 0.5 * choice.mean_seen + 0.5 * choice.least_seen;
  const double text = std::sqrt(std::max(0.0f, choice.candidates.front().confidence));
  const double likely = likely_text(choice.candidates.front().text.size(), choice.has_digit);
  const double plate = 1 / (1 + std::exp(-8 * (found_score - 0.35)));
  return static_cast<float>(std::clamp(plate * seen * text * likely, 0.0, 1.0));
}

}  // namespace glasshouse::vision
