// Inside vision only: from what the net saw and what plates look like to at most ten texts with their
// probabilities.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "vision/ctc.h"
#include "vision/formats.h"
#include "vision/reader.h"

namespace glasshouse::vision {

struct Choice {
  std::vector<Candidate> candidates;  // best first, probabilities sum to at most 1; empty: nothing readable
  std::vector<Character> characters;  // of the best
  std::string raw_text;               // the net's own best text
  std::string region = "unknown";
  float region_confidence = 0;
  float mean_seen = 0;  // mean probability that the net itself gave to the best text's characters
  float least_seen = 0;
  bool in_format = false;                 // the best text fits a format of the prior
  bool has_digit = false;                 // the best text, besides zeros that were seen as letters
  int first_column = 0, last_column = 0;  // where the best text stands
};

// How the blue band of a European plate or a state's emblem at an end may have been read as a character: the
// (log) cost of leaving the first or last character away.
struct EdgeCost {
  double drop_first = -5.0;
  double drop_last = -5.5;
};

// What the nets made of a plate, each time they looked at it.
using Looks = std::vector<std::vector<Column>>;

Choice choose(const std::vector<Column>& columns, const FormatPrior& prior, const EdgeCost& edges);

// Of one or more looks at the same plate, taken together: a text is as likely as the mean of what each look
// makes of it (of logarithms), and its characters are seen as all looks together see them.
Choice choose_together(std::span<const std::vector<Column>> looks, const FormatPrior& prior,
                       const EdgeCost& edges);

}  // namespace glasshouse::vision
