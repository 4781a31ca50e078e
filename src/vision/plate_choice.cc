#include "vision/plate_choice.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace glasshouse::vision {

namespace {

// Few plates have so few characters; signs, badges and cut-off plates do.
double likely_length(std::size_t characters) {
  constexpr double kShort[] = {0, 0.2, 0.4, 0.6, 0.8};
  return characters < std::size(kShort) ? kShort[characters] : 1;
}

}  // namespace

float reading_confidence(const Choice& choice, float found_score) {
  if (choice.candidates.empty()) return 0;
  const double seen = 0.5 * choice.mean_seen + 0.5 * choice.least_seen;
  const double text = std::sqrt(std::max(0.0f, choice.candidates.front().confidence));
  const double length = likely_length(choice.candidates.front().text.size());
  const double plate = 1 / (1 + std::exp(-8 * (found_score - 0.35)));
  return static_cast<float>(std::clamp(plate * seen * text * length, 0.0, 1.0));
}

}  // namespace glasshouse::vision
