// Inside vision only: several readings of the same plate to one.
#pragma once

#include <vector>

#include "vision/reader.h"

namespace glasshouse::vision {

// Characters are voted position by position among the readings of the winning length, each weighted by the
// reading's and the character's confidence, alternatives included. Where that leaves doubt, what the nets saw
// in the surest readings is weighed as if all were looks at one picture, and the surer answer stands. Boxes,
// corners and raw_text are those of the most confident reading. readings: at least one.
PlateReading vote(const std::vector<PlateReading>& readings);

// Leaves the most confident of them, at most so many, in that order.
void keep_most_confident(std::vector<PlateReading>& readings, std::size_t most);

// Characters to change, add or leave out to turn one text into the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace glasshouse::vision
