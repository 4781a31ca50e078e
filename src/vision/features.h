// Inside vision only: what stands out about a vehicle, as words of VehicleLooks::features.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace glasshouse::vision {

// What a line of small print on a US plate says of the plate's kind: "temporary-plate", "trailer-plate", both
// or nothing; allows a misread letter.
std::vector<std::string> kinds_of_plate(std::string_view small_print);

// Puts what is new into the sorted words.
void add_features(std::vector<std::string>& into, const std::vector<std::string>& more);

}  // namespace glasshouse::vision
