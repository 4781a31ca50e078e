#include "vision/plate_choice.h"

#include <algorithm>
#include <cmath>

namespace glasshouse::vision {

float reading_confidence(const Choice& choice, float found_score) {
  if (choice.candidates.empty()) return 0;
  const double seen = 0.5 * choice.mean_seen + 0.5 * choice.least_seen;
  const double text = std::sqrt(std::max(0.0f, choice.candidates.front().confidence));
  const double plate = 1 / (1 + std::exp(-8 * (found_score - 0.35)));
  return static_cast<float>(std::clamp(plate * seen * text, 0.0, 1.0));
}

}  // namespace glasshouse::vision
