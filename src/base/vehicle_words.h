// Words for a vehicle's looks and a plate's home, as people, lists and other makers' cameras write them,
// turned into those that reads use (docs/formats/read.md): "grey" is gray, "Pick-up" pickup, "Chevy"
// chevrolet, "VA" us-va. Case, blanks and signs do not count. Each is empty where the word is none.
#pragma once

#include <string>
#include <string_view>

namespace glasshouse::base {

std::string folded_word(std::string_view text);  // its letters and digits in lower case

std::string color_of_word(std::string_view word);
std::string body_of_word(std::string_view word);
std::string make_of_word(std::string_view word);    // of the makes that are known
std::string region_of_word(std::string_view word);  // U.S. states: "VA", "us-va", "Virginia"

}  // namespace glasshouse::base
