#include "vision/ctc.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace glasshouse::vision {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();
constexpr float kFloor = 1e-6f;       // no probability is taken as smaller
constexpr float kWorthwhile = 5e-4f;  // characters below this in a column do not start a branch

double log_sum(double a, double b) {
  if (a == kNever) return b;
  if (b == kNever) return a;
  const double high = std::max(a, b);
  return high + std::log1p(std::exp(std::min(a, b) - high));
}

struct Score {
  double ends_blank = kNever;
  double ends_char = kNever;
  double total() const { return log_sum(ends_blank, ends_char); }
};

}  // namespace

int symbol_of(char c) {
  const std::size_t at = kPlateAlphabet.find(c);
  return at == std::string_view::npos ? 0 : static_cast<int>(at) + 1;
}

std::vector<Hypothesis> beam_search(const std::vector<Column>& columns, int beam_width, std::size_t count) {
  std::vector<std::pair<std::string, Score>> beams{{"", {0.0, kNever}}};
  for (const Column& column : columns) {
    std::unordered_map<std::string, Score> next;
    for (const auto& [text, score] : beams) {
      const double log_blank = std::log(std::max(column[0], kFloor));
      Score& stay = next[text];
      stay.ends_blank = log_sum(stay.ends_blank, score.total() + log_blank);
      const int last = text.empty() ? 0 : symbol_of(text.back());
      if (last > 0) {
        const double log_last = std::log(std::max(column[last], kFloor));
        stay.ends_char = log_sum(stay.ends_char, score.ends_char + log_last);
      }
      if (text.size() >= kMostCharacters) continue;
      for (int symbol = 1; symbol < kSymbols; ++symbol) {
        if (column[symbol] < kWorthwhile) continue;
        const double from = symbol == last ? score.ends_blank : score.total();
        Score& longer = next[text + char_of_symbol(symbol)];
        longer.ends_char = log_sum(longer.ends_char, from + std::log(column[symbol]));
      }
    }
    beams.assign(next.begin(), next.end());
    const auto better = [](const auto& a, const auto& b) {
      const double x = a.second.total(), y = b.second.total();
      return x != y ? x > y : a.first < b.first;
    };
    if (beams.size() > static_cast<std::size_t>(beam_width)) {
      std::nth_element(beams.begin(), beams.begin() + beam_width, beams.end(), better);
      beams.resize(beam_width);
    }
    std::sort(beams.begin(), beams.end(), better);
  }
  std::vector<Hypothesis> found;
  for (const auto& [text, score] : beams) {
    if (found.size() == count) break;
    found.push_back({text, score.total()});
  }
  return found;
}

double log_probability(const std::vector<Column>& columns, std::string_view text) {
  // Forward over blank, c0, blank, c1, … blank.
  const std::size_t states = 2 * text.size() + 1;
  if (columns.empty()) return kNever;
  const auto symbol = [&](std::size_t s) { return s % 2 == 0 ? 0 : symbol_of(text[s / 2]); };
  std::vector<double> score(states, kNever);
  const auto log_of = [&](const Column& column, std::size_t s) {
    return std::log(std::max(column[symbol(s)], kFloor));
  };
  score[0] = log_of(columns.front(), 0);
  if (states > 1) score[1] = log_of(columns.front(), 1);
  for (std::size_t t = 1; t < columns.size(); ++t) {
    for (std::size_t s = states; s-- > 0;) {  // from the end: what comes before is still the column's before
      double sum = score[s];
      if (s >= 1) sum = log_sum(sum, score[s - 1]);
      if (s >= 2 && symbol(s) != 0 && symbol(s) != symbol(s - 2)) sum = log_sum(sum, score[s - 2]);
      score[s] = sum == kNever ? kNever : sum + log_of(columns[t], s);
    }
  }
  return states > 1 ? log_sum(score[states - 1], score[states - 2]) : score[0];
}

std::vector<Aligned> align(const std::vector<Column>& columns, std::string_view text) {
  // Viterbi over blank, c0, blank, c1, … blank.
  const int states = 2 * static_cast<int>(text.size()) + 1;
  const int steps = static_cast<int>(columns.size());
  if (text.empty() || steps == 0) return {};
  std::vector<int> symbols(states, 0);
  for (std::size_t i = 0; i < text.size(); ++i) symbols[2 * i + 1] = symbol_of(text[i]);
  std::vector<double> score(states, kNever);
  std::vector<std::vector<signed char>> came(steps, std::vector<signed char>(states, 0));
  const auto log_of = [&](int t, int s) { return std::log(std::max(columns[t][symbols[s]], kFloor)); };
  score[0] = log_of(0, 0);
  score[1] = log_of(0, 1);
  for (int t = 1; t < steps; ++t) {
    std::vector<double> now(states, kNever);
    for (int s = 0; s < states; ++s) {
      double best = score[s];
      signed char from = 0;
      if (s >= 1 && score[s - 1] > best) best = score[s - 1], from = 1;
      const bool may_jump = s >= 2 && symbols[s] != 0 && symbols[s] != symbols[s - 2];
      if (may_jump && score[s - 2] > best) best = score[s - 2], from = 2;
      came[t][s] = from;
      if (best != kNever) now[s] = best + log_of(t, s);
    }
    score = std::move(now);
  }
  int state = score[states - 1] >= score[states - 2] ? states - 1 : states - 2;
  if (score[state] == kNever) return {};
  std::vector<Aligned> places(text.size());
  std::vector<bool> begun(text.size(), false);
  for (int t = steps - 1; t >= 0; --t) {
    if (state % 2 == 1) {
      Aligned& place = places[state / 2];
      if (!begun[state / 2]) place.last = place.peak = t;
      begun[state / 2] = true;
      place.first = t;
      if (columns[t][symbols[state]] > columns[place.peak][symbols[state]]) place.peak = t;
    }
    state -= came[t][state];
  }
  for (Aligned& place : places) {
    float sum = 0;
    for (std::size_t c = 0; c < place.seen.size(); ++c) sum += place.seen[c] = columns[place.peak][c + 1];
    for (float& seen : place.seen) seen = sum > kFloor ? seen / sum : 0;
  }
  return places;
}

}  // namespace glasshouse::vision
