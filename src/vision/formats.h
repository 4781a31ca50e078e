// Inside vision only: what plates of a region look like, and which characters a reader mistakes for one
// another.
//
// The table says how common a layout is, not which plates are lawful: a vanity plate fits none of it and is
// still read, only without the help that a format gives between O and 0.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace glasshouse::vision {

struct PlateFormat {
  std::string_view region;           // "us-mo", "eu-de", "br"
  std::string_view pattern;          // A: letter, 9: digit, 2: one of 0 to 2, 7: one of 5 to 7
  float weight;                      // share within its region's plates on the road
  std::string_view never;            // letters that the region leaves out of this layout
  std::string_view beginnings = {};  // see below; empty: any
};

// What plates of a layout begin with, where that is the code of a district or so far the only letters given
// out: codes of one length, a space between two ("BA BB BC"). How many there are, and how long each is.
struct Beginnings {
  std::string_view codes;
  std::size_t count = 0, length = 0;

  explicit constexpr Beginnings(std::string_view all) : codes(all) {
    if (all.empty()) return;
    length = std::min(all.find(' '), all.size());
    count = (all.size() + 1) / (length + 1);
  }
  constexpr std::string_view operator[](std::size_t i) const {
    return codes.substr(i * (length + 1), length);
  }
};

std::span<const PlateFormat> all_formats();

// Whether a pattern's digit at that place takes this one.
constexpr bool takes_digit(char kind, char digit) {
  return kind == '9' || (kind == '2' ? digit <= '2' : digit >= '5' && digit <= '7');
}

// A format with the probability that a plate of the asked-for kind has it.
struct LikelyFormat {
  const PlateFormat* format = nullptr;
  double probability = 0;
};

struct FormatPrior {
  std::vector<LikelyFormat> formats;
  double probability_free = 1;  // of a plate that fits no format
  // A round character that no format places is written 0: on plates of the United States zero and letter O
  // are mostly one shape, and a vanity plate must not be read now one way and now the other.
  bool round_is_zero = false;
};

// country: as ReaderOptions. hint: a region that something else than the format told ("us-mo" from the small
// print), with the probability that it is right.
FormatPrior format_prior(std::string_view country, std::string_view hint = {}, double hint_probability = 0);

bool fits(std::string_view text, const PlateFormat& format);

// How likely the net is to see `seen` where `truth` stands, given that it errs there: 0 when shapes are
// unlike.
double confusion(char truth, char seen);

// A line of small print as it is compared: its letters and digits in capitals, the first 40.
std::string print_letters(std::string_view small_print);

// Least number of letters to change, add or leave out so that `text` stands somewhere in `letters`: stickers
// and counties are printed beside a state's name.
std::size_t edits_to_contain(std::string_view letters, std::string_view text);

// The names and slogans that us_state_of() knows, letters only.
std::vector<std::string_view> state_prints();

// The state whose name or slogan a line of small print on a US plate spells, "us-mo"; allows a few misread
// letters.
std::optional<std::string> us_state_of(std::string_view small_print);

}  // namespace glasshouse::vision
