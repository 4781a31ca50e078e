// Inside vision only: how sure a reading of a plate is.
#pragma once

#include "vision/candidates.h"

namespace glasshouse::vision {

// The probability that the best candidate is right as a whole, from what the reader saw in each character,
// how far ahead of the next candidate it is, and how sure the finder is that there is a plate at all.
float reading_confidence(const Choice& choice, float found_score);

}  // namespace glasshouse::vision
