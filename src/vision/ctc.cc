#include "vision/ctc.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace glasshouse::vision {
namespace {

constexpr float kFloor = 1e-6f;       // no probability is taken as smaller
constexpr float kWorthwhile = 5e-4f;  // characters below this in a column do not start a branch

double seen(const Column& column, int symbol) {
  return std::max(column[static_cast<std::size_t>(symbol)], kFloor);
}

// Products of many probabilities leave the range of a double: after each column they are divided by their
// largest, and the logarithm of that is kept.
struct Scale {
  double log = 0;
  double divisor_for(double largest) {
    if (largest <= 0) return 1;
    log += std::log(largest);
    return largest;
  }
};

// Probability of all paths that spell a beam's text so far.
struct Score {
  double ends_blank = 0;
  double ends_char = 0;
  double total() const { return ends_blank + ends_char; }
};

// A text as the states blank, c0, blank, c1, … blank, which a path goes through from left to right.
std::vector<int> states_of(std::string_view text) {
  std::vector<int> symbols(2 * text.size() + 1, 0);
  for (std::size_t i = 0; i < text.size(); ++i) symbols[2 * i + 1] = symbol_of(text[i]);
  return symbols;
}

// Whether a path may leave out the blank between two characters.
bool may_jump(const std::vector<int>& symbols, std::size_t state) {
  return state >= 2 && symbols[state] != 0 && symbols[state] != symbols[state - 2];
}

}  // namespace

int symbol_of(char c) {
  static_assert(kPlateAlphabet[0] == '0' && kPlateAlphabet[10] == 'A' && kPlateAlphabet.back() == 'Z');
  if (c >= '0' && c <= '9') return 1 + (c - '0');
  return c >= 'A' && c <= 'Z' ? 11 + (c - 'A') : 0;
}

namespace {

// A text that is followed, its end filled with zeros: two are compared as so many bytes.
struct Beam {
  std::array<char, kMostCharacters> text{};
  std::size_t length = 0;
  Score score;

  int last() const { return length == 0 ? 0 : symbol_of(text[length - 1]); }
  // Whether this one's text is the other's and one character more.
  bool continues(const Beam& other) const {
    return length == other.length + 1 && std::memcmp(text.data(), other.text.data(), other.length) == 0;
  }
};

bool likelier(const Beam& a, const Beam& b) {
  const double x = a.score.total(), y = b.score.total();
  return x != y ? x > y : std::memcmp(a.text.data(), b.text.data(), a.text.size()) < 0;
}

// Every text one column on: as it is, which keeps its place, and with each character that the column may
// show.
void follow(std::vector<Beam>& beams, const Column& column, std::vector<int>& worthwhile,
            std::vector<Beam>& next) {
  worthwhile.clear();
  for (int symbol = 1; symbol < kSymbols; ++symbol)
    if (column[symbol] >= kWorthwhile) worthwhile.push_back(symbol);
  next = beams;
  for (Beam& stay : next) {
    const int last = stay.last();
    stay.score = {stay.score.total() * seen(column, 0),
                  last > 0 ? stay.score.ends_char * seen(column, last) : 0};
  }
  for (const Beam& beam : beams) {
    if (beam.length >= kMostCharacters) continue;
    // Texts that are followed already, by the character that they have more than this one.
    std::array<std::int16_t, kSymbols> known{};
    for (std::size_t i = 0; i < beams.size(); ++i)
      if (beams[i].continues(beam)) known[beams[i].last()] = static_cast<std::int16_t>(i + 1);
    const int last = beam.last();
    for (const int symbol : worthwhile) {
      const double from = symbol == last ? beam.score.ends_blank : beam.score.total();
      if (known[symbol] > 0) {
        next[known[symbol] - 1].score.ends_char += from * column[symbol];
        continue;
      }
      Beam& longer = next.emplace_back(beam);
      longer.text[longer.length++] = char_of_symbol(symbol);
      longer.score = {0, from * column[symbol]};
    }
  }
}

}  // namespace

std::vector<Hypothesis> beam_search(const std::vector<Column>& columns, int beam_width, std::size_t count) {
  std::vector<Beam> beams(1), next;
  beams.front().score = {1, 0};
  std::vector<int> worthwhile;
  Scale scale;
  for (const Column& column : columns) {
    follow(beams, column, worthwhile, next);
    beams.swap(next);
    if (beams.size() > static_cast<std::size_t>(beam_width)) {
      std::nth_element(beams.begin(), beams.begin() + beam_width, beams.end(), likelier);
      beams.resize(beam_width);
    }
    std::sort(beams.begin(), beams.end(), likelier);
    const double divisor = scale.divisor_for(beams.front().score.total());
    for (Beam& beam : beams) {
      beam.score.ends_blank /= divisor;
      beam.score.ends_char /= divisor;
    }
  }
  std::vector<Hypothesis> found;
  for (const Beam& beam : beams) {
    if (found.size() == count) break;
    found.push_back({std::string(beam.text.data(), beam.length), scale.log + std::log(beam.score.total())});
  }
  return found;
}

double log_probability(const std::vector<Column>& columns, std::string_view text) {
  const std::vector<int> symbols = states_of(text);
  std::vector<double> score(symbols.size(), 0);
  Scale scale;
  bool begun = false;
  for (const Column& column : columns) {
    for (std::size_t s = score.size();
         s-- > 0;) {  // from the end: what comes before is still of the column before
      double sum = begun ? score[s] : (s <= 1 ? 1 : 0);
      if (begun && s >= 1) sum += score[s - 1];
      if (begun && may_jump(symbols, s)) sum += score[s - 2];
      score[s] = sum * seen(column, symbols[s]);
    }
    begun = true;
    const double divisor = scale.divisor_for(*std::max_element(score.begin(), score.end()));
    for (double& of : score) of /= divisor;
  }
  const double ends = score.back() + (score.size() > 1 ? score[score.size() - 2] : 0);
  return scale.log + std::log(ends);  // of nothing: minus infinity
}

std::vector<Aligned> align(const std::vector<Column>& columns, std::string_view text) {
  // Viterbi over the states.
  const int steps = static_cast<int>(columns.size());
  if (text.empty() || steps == 0) return {};
  const std::vector<int> symbols = states_of(text);
  const int states = static_cast<int>(symbols.size());
  std::vector<double> score(states, 0), now(states, 0);
  std::vector<signed char> came(static_cast<std::size_t>(steps) * states, 0);
  score[0] = seen(columns[0], 0);
  score[1] = seen(columns[0], symbols[1]);
  for (int t = 1; t < steps; ++t) {
    double largest = 0;
    for (int s = 0; s < states; ++s) {
      double best = score[s];
      signed char from = 0;
      if (s >= 1 && score[s - 1] > best) best = score[s - 1], from = 1;
      if (may_jump(symbols, s) && score[s - 2] > best) best = score[s - 2], from = 2;
      came[static_cast<std::size_t>(t) * states + s] = from;
      now[s] = best * seen(columns[t], symbols[s]);
      largest = std::max(largest, now[s]);
    }
    for (int s = 0; s < states; ++s) score[s] = now[s] / largest;
  }
  int state = score[states - 1] >= score[states - 2] ? states - 1 : states - 2;
  if (score[state] == 0) return {};
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
    state -= came[static_cast<std::size_t>(t) * states + state];
  }
  for (Aligned& place : places) {
    float sum = 0;
    for (std::size_t c = 0; c < place.seen.size(); ++c) sum += place.seen[c] = columns[place.peak][c + 1];
    for (float& seen : place.seen) seen = sum > kFloor ? seen / sum : 0;
  }
  return places;
}

}  // namespace glasshouse::vision
