#include "vision/candidates.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace glasshouse::vision {
namespace {

constexpr int kBeamWidth = 32;
constexpr std::size_t kHypotheses = 20;
constexpr std::size_t kLeastCharacters = 3;
constexpr std::size_t kMostPlateCharacters = 10;
constexpr double kNetErrs =
    0.25;  // how much of a character's probability may belong to one that looks like it
constexpr double kTiny = 1e-5;
// A format's prior, spread over its few texts, would otherwise reward every invented character.
constexpr double kCharacterCost = 2.0;

using Seen = std::array<float, kPlateAlphabet.size()>;

// The net is surer of a shape than shapes allow: part of each character's probability goes to its
// look-alikes.
std::array<double, kPlateAlphabet.size()> softened(const Seen& seen) {
  using LookAlikes = std::vector<std::pair<std::size_t, double>>;  // which, and how much they are
  static const auto kLookAlikes = [] {
    std::array<LookAlikes, kPlateAlphabet.size()> table;
    for (std::size_t a = 0; a < table.size(); ++a)
      for (std::size_t b = 0; b < table.size(); ++b)
        if (const double how = confusion(kPlateAlphabet[a], kPlateAlphabet[b]); how > 0)
          table[a].emplace_back(b, how);
    return table;
  }();
  std::array<double, kPlateAlphabet.size()> soft{};
  for (std::size_t truth = 0; truth < soft.size(); ++truth) {
    double p = (1 - kNetErrs) * seen[truth];
    for (const auto& [other, how] : kLookAlikes[truth]) p += kNetErrs * seen[other] * how;
    soft[truth] = std::max(p, kTiny);
  }
  return soft;
}

constexpr double kRareLetter = 0.05;     // a letter or a digit that a format leaves out
constexpr double kRareBeginning = 0.03;  // none of those that a format's plates have

struct Likeliest {
  std::size_t symbol = 0;
  double probability = -1, log = 0;
};

// A place of a hypothesis, with what every format asks of it.
struct SoftPlace {
  std::array<double, kPlateAlphabet.size()> soft{};
  std::size_t seen_best = 0;
  double seen_best_log = 0;
  Likeliest digit, letter;

  explicit SoftPlace(const Seen& seen) : soft(softened(seen)) {
    seen_best = std::max_element(seen.begin(), seen.end()) - seen.begin();
    seen_best_log = std::log(soft[seen_best]);
    digit = likeliest(0, kDigits, 0);
    letter = likeliest(kDigits, kPlateAlphabet.size(), 0);
  }

  Likeliest of(char kind, std::string_view never) const {
    if (kind == '9') return digit;
    Rare rare = 0;
    if (kind != 'A') {
      for (std::size_t d = 0; d < kDigits; ++d)
        if (!takes_digit(kind, kPlateAlphabet[d])) rare |= Rare{1} << d;
      return likeliest(0, kDigits, rare);
    }
    for (const char c : never) rare |= Rare{1} << (symbol_of(c) - 1);
    return never.empty() ? letter : likeliest(kDigits, kPlateAlphabet.size(), rare);
  }

 private:
  static constexpr std::size_t kDigits = 10;
  using Rare = std::uint64_t;  // a bit for each character of the alphabet

  Likeliest likeliest(std::size_t from, std::size_t end, Rare rare) const {
    Likeliest best;
    for (std::size_t c = from; c < end; ++c) {
      const double p = (rare >> c & 1) != 0 ? soft[c] * kRareLetter : soft[c];
      if (p > best.probability) best = {c, p, 0};
    }
    best.log = std::log(std::max(best.probability, kTiny));
    return best;
  }
};

// How many characters a place of a pattern takes, of the alphabet's.
double log_narrowed(char kind) {
  static const double kAnyDigit = std::log(36.0 / 10), kSomeDigit = std::log(36.0 / 3),
                      kLetter = std::log(36.0 / 26);
  return kind == 'A' ? kLetter : kind == '9' ? kAnyDigit : kSomeDigit;
}

// What a format's plates begin with, as likely as its letters are. Empty for formats that begin with
// anything.
struct LikeliestBeginning {
  std::string text;
  double log = 0, log_narrowed = 0;
};

LikeliestBeginning likeliest_beginning(std::span<const SoftPlace> soft, const PlateFormat& format) {
  const Beginnings codes(format.beginnings);
  LikeliestBeginning best;
  if (codes.count == 0) return best;
  double others = kRareBeginning;
  for (std::size_t i = 0; i < codes.length; ++i) {
    const Likeliest& letter = soft[i].letter;
    best.text += kPlateAlphabet[letter.symbol];
    others *= letter.probability;
  }
  double highest = others;
  for (std::size_t c = 0; c < codes.count; ++c) {
    const std::string_view code = codes[c];
    double p = 1;
    for (std::size_t i = 0; i < codes.length; ++i) p *= soft[i].soft[symbol_of(code[i]) - 1];
    if (p > highest) highest = p, best.text = code;
  }
  best.log = std::log(highest);
  best.log_narrowed =
      static_cast<double>(codes.length) * std::log(36.0) - std::log(static_cast<double>(codes.count));
  return best;
}

using Places = std::span<const Aligned>;

struct Variant {
  double score = 0;
  const PlateFormat* format = nullptr;
  Places places;
};

// Gathers the best score of every text, over hypotheses and formats.
class Gathering {
 public:
  explicit Gathering(const FormatPrior& prior) : prior_(prior) {
    log_likely_.reserve(prior.formats.size());
    for (const LikelyFormat& likely : prior.formats)
      log_likely_.push_back(std::log(std::max(likely.probability, 1e-9)));
  }

  // A hypothesis, and the same without its first or last character, which `edges` says how likely it is to be
  // none.
  void consider(std::vector<Aligned> aligned, double log_probability, const EdgeCost& edges) {
    kept_.push_back(std::move(aligned));
    const Places places = kept_.back();
    const std::vector<SoftPlace> soft = softened_places(places);
    const std::span<const SoftPlace> softs = soft;
    score(places, softs, log_probability);
    if (places.size() <= kLeastCharacters) return;
    const std::size_t fewer = places.size() - 1;
    score(places.subspan(1), softs.subspan(1), log_probability + edges.drop_first);
    score(places.first(fewer), softs.first(fewer), log_probability + edges.drop_last);
  }

  Choice finish() const;

 private:
  static std::vector<SoftPlace> softened_places(Places places) {
    std::vector<SoftPlace> soft;
    soft.reserve(places.size());
    for (const Aligned& place : places) soft.emplace_back(place.seen);
    return soft;
  }

  void score(Places places, std::span<const SoftPlace> soft, double log_probability) {
    const std::size_t n = places.size();
    if (n < kLeastCharacters || n > kMostPlateCharacters) return;
    std::string likeliest;
    double own = 0;
    for (const SoftPlace& place : soft) {
      likeliest += written(kPlateAlphabet[place.seen_best]);
      own += place.seen_best_log;
    }
    // A format's prior is spread over the texts that fit it; measured against all texts of that length.
    const double shorter = -kCharacterCost * static_cast<double>(n);
    add(likeliest, log_probability + shorter + std::log(prior_.probability_free), nullptr, places);
    for (std::size_t f = 0; f < prior_.formats.size(); ++f) {
      const PlateFormat& format = *prior_.formats[f].format;
      if (format.pattern.size() != n) continue;
      auto [text, log_text, log_narrow] = likeliest_beginning(soft, format);
      double log_prior = shorter + log_narrow + log_likely_[f];
      for (std::size_t i = text.size(); i < n; ++i) {
        const Likeliest best = soft[i].of(format.pattern[i], format.never);
        log_prior += log_narrowed(format.pattern[i]);
        text += kPlateAlphabet[best.symbol];
        log_text += best.log;
      }
      add(text, log_probability + log_text - own + log_prior, &format, places);
    }
  }

  void add(const std::string& text, double score, const PlateFormat* format, Places places) {
    auto [at, fresh] = texts_.try_emplace(text, Variant{score, format, places});
    if (!fresh && score > at->second.score) at->second = {score, format, places};
    scored_.push_back({&at->first, format, score});
  }

  // A character that no format places.
  char written(char seen) const { return prior_.round_is_zero && seen == 'O' ? '0' : seen; }
  // Of a variant's place. What is written 0 by rule is as sure as its shape is, whichever of the two that is.
  std::array<double, kPlateAlphabet.size()> softened_of(const Variant& variant, std::size_t place) const {
    auto soft = softened(variant.places[place].seen);
    double &zero = soft[kPlateAlphabet.find('0')], &letter = soft[kPlateAlphabet.find('O')];
    if (variant.format == nullptr && prior_.round_is_zero && letter > zero) std::swap(zero, letter);
    return soft;
  }

  const FormatPrior& prior_;
  std::vector<double> log_likely_;  // of each of its formats
  std::unordered_map<std::string, Variant> texts_;
  std::deque<std::vector<Aligned>> kept_;  // what the variants' places are in
  struct Scored {
    const std::string* text;  // of texts_
    const PlateFormat* format;
    double score;
  };
  std::vector<Scored> scored_;  // all that was added

  void describe_characters(Choice& choice, const Variant& best) const;
  void name_region(Choice& choice, const std::string& text, double best_score) const;
  void add_look_alikes(Choice& choice, const Variant& best) const;
};

// What else the best text may be if one of its characters is another that looks like it, or if all of its Os
// are zeros: for the list only, since the best text's own probability already counts how sure its characters
// are.
void Gathering::add_look_alikes(Choice& choice, const Variant& best) const {
  constexpr double kLeast = 0.01,
                   kOutOfFormat = 0.1;  // as likely as the best text's character; a digit for a letter
  constexpr std::pair<char, char> kTwins[] = {{'O', '0'}, {'0', 'O'}, {'I', '1'}, {'1', 'I'}};
  const Candidate first = choice.candidates.front();
  std::map<std::string, double> likely;
  const auto consider = [&](const std::string& text, double times) {
    if (times >= kLeast) likely[text] = std::max(likely[text], times);
  };
  for (std::size_t i = 0; i < first.text.size(); ++i) {
    const auto soft = softened_of(best, i);
    const double own = soft[kPlateAlphabet.find(first.text[i])];
    for (std::size_t c = 0; c < soft.size(); ++c) {
      if (kPlateAlphabet[c] == first.text[i]) continue;
      const bool other_kind = (c < 10) != (first.text[i] <= '9');
      const double times = soft[c] / own * (best.format != nullptr && other_kind ? kOutOfFormat : 1);
      std::string text = first.text;
      text[i] = kPlateAlphabet[c];
      consider(text, times);
      if (std::find(std::begin(kTwins), std::end(kTwins), std::pair{first.text[i], kPlateAlphabet[c]}) ==
          std::end(kTwins))
        continue;
      std::string all = first.text;
      std::replace(all.begin(), all.end(), first.text[i], kPlateAlphabet[c]);
      consider(all, times);
    }
  }
  for (const Candidate& c : choice.candidates) likely.erase(c.text);
  for (const auto& [text, times] : likely)
    choice.candidates.push_back({text, static_cast<float>(std::min(1.0, times)) * first.confidence});
  std::stable_sort(choice.candidates.begin() + 1, choice.candidates.end(),
                   [](auto& a, auto& b) { return a.confidence > b.confidence; });
  if (choice.candidates.size() > kMaxCandidates) choice.candidates.resize(kMaxCandidates);
  float others = 0;
  for (std::size_t i = 1; i < choice.candidates.size(); ++i) others += choice.candidates[i].confidence;
  const float share = std::min(1.0f, (1 - first.confidence) / std::max(1e-6f, others));
  for (std::size_t i = 1; i < choice.candidates.size(); ++i) choice.candidates[i].confidence *= share;
}

void Gathering::describe_characters(Choice& choice, const Variant& best) const {
  const std::string& text = choice.candidates.front().text;
  float sum = 0, least = 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto soft = softened_of(best, i);
    double all = 0;
    for (double p : soft) all += p;
    Character character;
    character.value = text[i];
    std::vector<Alternative> others;
    for (std::size_t c = 0; c < soft.size(); ++c) {
      const float p = static_cast<float>(soft[c] / all);
      if (kPlateAlphabet[c] == text[i])
        character.confidence = p;
      else if (p > 0.01f)
        others.push_back({kPlateAlphabet[c], p});
    }
    std::sort(others.begin(), others.end(), [](auto& a, auto& b) { return a.confidence > b.confidence; });
    if (others.size() > 3) others.resize(3);
    character.alternatives = std::move(others);
    choice.characters.push_back(std::move(character));
    const Seen& seen = best.places[i].seen;
    const auto shape = std::max_element(seen.begin(), seen.end());
    const bool letter_by_shape = best.format == nullptr && kPlateAlphabet[shape - seen.begin()] > '9';
    choice.has_digit = choice.has_digit || (text[i] <= '9' && !letter_by_shape);
    sum += *shape;
    least = std::min(least, *shape);
  }
  choice.mean_seen = sum / static_cast<float>(text.size());
  choice.least_seen = least;
  choice.first_column = best.places.front().first;
  choice.last_column = best.places.back().last;
}

// Sums, for the best text, the posterior over regions; names the finest that is sure enough, else its
// continent.
void Gathering::name_region(Choice& choice, const std::string& text, double best_score) const {
  // The best score of each region, and of no format.
  constexpr double kNone = -std::numeric_limits<double>::infinity();
  double free = kNone;
  std::map<std::string_view, double> regions, continents;
  for (const Scored& scored : scored_) {
    if (*scored.text != text) continue;
    double& best =
        scored.format == nullptr ? free : regions.try_emplace(scored.format->region, kNone).first->second;
    best = std::max(best, scored.score);
  }
  double all = std::exp(free - best_score);
  for (auto& [region, p] : regions) {
    p = std::exp(p - best_score);
    continents[region.substr(0, 2)] += p;
    all += p;
  }
  constexpr double kSureRegion = 0.85, kSureContinent = 0.6;
  for (const auto& [region, p] : regions)
    if (p / all >= kSureRegion)
      choice.region = region, choice.region_confidence = static_cast<float>(p / all);
  if (choice.region != "unknown") return;
  for (const auto& [continent, p] : continents)
    if (p / all >= kSureContinent)
      choice.region = continent, choice.region_confidence = static_cast<float>(p / all);
}

Choice Gathering::finish() const {
  Choice choice;
  if (texts_.empty()) return choice;
  std::vector<std::pair<double, const std::string*>> order;
  for (const auto& [text, variant] : texts_) order.push_back({variant.score, &text});
  std::sort(order.begin(), order.end(),
            [](auto& a, auto& b) { return a.first != b.first ? a.first > b.first : *a.second < *b.second; });
  double all = 0;
  for (const auto& [score, text] : order) all += std::exp(score - order.front().first);
  for (const auto& [score, text] : order) {
    if (choice.candidates.size() == kMaxCandidates) break;
    choice.candidates.push_back({*text, static_cast<float>(std::exp(score - order.front().first) / all)});
  }
  const Variant& best = texts_.at(*order.front().second);
  choice.in_format = best.format != nullptr;
  add_look_alikes(choice, best);
  describe_characters(choice, best);
  name_region(choice, *order.front().second, order.front().first);
  return choice;
}

double mean_log_probability(std::span<const std::vector<Column>> looks, std::string_view text) {
  double sum = 0;
  for (const auto& look : looks) sum += log_probability(look, text);
  return sum / static_cast<double>(looks.size());
}

// Where the characters stand in the first look, seen as all looks together see them.
std::vector<Aligned> align_together(std::span<const std::vector<Column>> looks, std::string_view text) {
  std::vector<Aligned> places = align(looks.front(), text);
  for (const auto& look : looks.subspan(1)) {
    const std::vector<Aligned> others = align(look, text);
    if (others.size() != places.size()) return {};
    for (std::size_t i = 0; i < places.size(); ++i)
      for (std::size_t c = 0; c < places[i].seen.size(); ++c) places[i].seen[c] += others[i].seen[c];
  }
  for (Aligned& place : places)
    for (float& seen : place.seen) seen /= static_cast<float>(looks.size());
  return places;
}

}  // namespace

Choice choose(const std::vector<Column>& columns, const FormatPrior& prior, const EdgeCost& edges) {
  Gathering gathering(prior);
  const std::vector<Hypothesis> hypotheses = beam_search(columns, kBeamWidth, kHypotheses);
  for (const Hypothesis& hypothesis : hypotheses) {
    std::vector<Aligned> places = align(columns, hypothesis.text);
    if (places.empty()) continue;
    gathering.consider(std::move(places), hypothesis.log_probability, edges);
  }
  Choice choice = gathering.finish();
  if (!hypotheses.empty()) choice.raw_text = hypotheses.front().text;
  return choice;
}

Choice choose_together(std::span<const std::vector<Column>> looks, const FormatPrior& prior,
                       const EdgeCost& edges) {
  if (looks.size() == 1) return choose(looks.front(), prior, edges);
  std::set<std::string> texts;
  for (const auto& look : looks)
    for (Hypothesis& hypothesis : beam_search(look, kBeamWidth, kHypotheses))
      texts.insert(std::move(hypothesis.text));
  Gathering gathering(prior);
  Hypothesis best{"", -std::numeric_limits<double>::infinity()};
  for (const std::string& text : texts) {
    const double mean = mean_log_probability(looks, text);
    if (mean > best.log_probability) best = {text, mean};
    std::vector<Aligned> places = align_together(looks, text);
    if (!places.empty()) gathering.consider(std::move(places), mean, edges);
  }
  Choice choice = gathering.finish();
  choice.raw_text = best.text;
  return choice;
}

}  // namespace glasshouse::vision
