#include "vision/vote.h"

#include <algorithm>
#include <array>
#include <map>

#include "vision/ctc.h"
#include "vision/evidence.h"
#include "vision/plate_choice.h"

namespace glasshouse::vision {
namespace {

constexpr float kMostSure = 0.995f;
constexpr float kDoubtfulVote = 0.6f;  // below which what the nets saw is weighed, too
constexpr float kLeastWeight = 0.02f;  // a doubtful reading still counts a little

using Votes = std::array<double, kPlateAlphabet.size()>;

void give(Votes& votes, char value, double weight) {
  if (const int symbol = symbol_of(value); symbol > 0) votes[symbol - 1] += weight;
}

std::size_t winning_length(const std::vector<PlateReading>& readings) {
  std::map<std::size_t, double> lengths;
  for (const PlateReading& r : readings) lengths[r.text.size()] += std::max(r.confidence, kLeastWeight);
  return std::max_element(lengths.begin(), lengths.end(),
                          [](auto& a, auto& b) { return a.second < b.second; })
      ->first;
}

Character elected(const Votes& votes) {
  double all = 0;
  for (double v : votes) all += v;
  std::vector<Alternative> order;
  for (std::size_t c = 0; c < votes.size(); ++c)
    if (votes[c] > 0) order.push_back({kPlateAlphabet[c], static_cast<float>(votes[c] / all)});
  std::stable_sort(order.begin(), order.end(), [](auto& a, auto& b) { return a.confidence > b.confidence; });
  Character character;
  if (order.empty()) return character;
  character.value = order.front().value;
  character.confidence = order.front().confidence;
  for (std::size_t i = 1; i < order.size() && i <= 3; ++i)
    if (order[i].confidence > 0.01f) character.alternatives.push_back(order[i]);
  return character;
}

// The voted text, then the other texts that were read and those with one character exchanged, by confidence.
std::vector<Candidate> ranked(const PlateReading& voted, const std::vector<PlateReading>& readings) {
  std::map<std::string, double> scores;
  for (const PlateReading& r : readings) {
    for (const Candidate& c : r.candidates) scores[c.text] += c.confidence;
  }
  for (auto& [text, score] : scores) score /= static_cast<double>(readings.size());
  for (std::size_t i = 0; i < voted.characters.size(); ++i)
    for (const Alternative& other : voted.characters[i].alternatives) {
      std::string text = voted.text;
      text[i] = other.value;
      double& score = scores[text];
      score = std::max(score, double{voted.confidence} * other.confidence /
                                  std::max(0.05f, voted.characters[i].confidence));
    }
  scores.erase(voted.text);
  std::vector<Candidate> order;
  for (const auto& [text, score] : scores)
    order.push_back({text, static_cast<float>(std::min<double>(score, voted.confidence))});
  std::stable_sort(order.begin(), order.end(), [](auto& a, auto& b) { return a.confidence > b.confidence; });
  order.insert(order.begin(), {voted.text, voted.confidence});
  if (order.size() > static_cast<std::size_t>(kMaxCandidates)) order.resize(kMaxCandidates);
  return order;
}

// What the nets saw in the surest of the readings, weighed as if all were looks at one picture: frames that
// err in different characters agree on what each of them nearly saw.
void weigh_together(std::vector<PlateReading> readings, PlateReading& voted) {
  constexpr std::size_t kMostTogether = 6;
  std::erase_if(readings, [](auto& r) { return r.evidence == nullptr; });
  if (readings.size() < 2) return;
  keep_most_confident(readings, kMostTogether);
  Looks looks;
  float found_score = 0;
  for (const PlateReading& r : readings) {
    looks.insert(looks.end(), r.evidence->looks.begin(), r.evidence->looks.end());
    found_score += r.evidence->found_score / static_cast<float>(readings.size());
  }
  const Choice choice = choose_together(looks, *readings.front().evidence->prior, {});
  const float confidence = reading_confidence(choice, found_score);
  if (confidence <= voted.confidence) return;
  voted.text = choice.candidates.front().text;
  voted.confidence = confidence;
  voted.characters = choice.characters;
  if (voted.region != "unknown") return;  // as frames told it, some of them perhaps by the small print
  voted.region = choice.region;
  voted.region_confidence = choice.region_confidence;
}

}  // namespace

void keep_most_confident(std::vector<PlateReading>& readings, std::size_t most) {
  std::stable_sort(readings.begin(), readings.end(),
                   [](auto& a, auto& b) { return a.confidence > b.confidence; });
  if (readings.size() > most) readings.resize(most);
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
    }
  }
  return row[b.size()];
}

PlateReading vote(const std::vector<PlateReading>& readings) {
  const PlateReading& surest = *std::max_element(
      readings.begin(), readings.end(), [](auto& a, auto& b) { return a.confidence < b.confidence; });
  PlateReading voted = surest;
  voted.evidence = nullptr;
  if (readings.size() == 1) return voted;
  const std::size_t length = winning_length(readings);
  std::vector<Votes> votes(length, Votes{});
  for (const PlateReading& r : readings) {
    if (r.text.size() != length || r.characters.size() != length) continue;
    const double weight = std::max(r.confidence, kLeastWeight);
    for (std::size_t i = 0; i < length; ++i) {
      give(votes[i], r.characters[i].value, weight * r.characters[i].confidence);
      for (const Alternative& a : r.characters[i].alternatives)
        give(votes[i], a.value, weight * a.confidence);
    }
  }
  voted.text.clear();
  voted.characters.clear();
  for (const Votes& at : votes) {
    voted.characters.push_back(elected(at));
    voted.text += voted.characters.back().value;
  }
  // Frames of one passing err alike, so agreement adds less than independent witnesses would: each further
  // reading that agrees takes a third of its confidence off the remaining doubt, and disagreement takes its
  // share away.
  double doubt = 1, agree = 0, all = 0;
  for (const PlateReading& r : readings) {
    const double weight = std::max(r.confidence, kLeastWeight);
    all += weight;
    if (r.text != voted.text) continue;
    agree += weight;
    doubt *= doubt == 1 ? 1 - surest.confidence : 1 - r.confidence / 3;
  }
  voted.confidence = static_cast<float>(std::min<double>(kMostSure, (1 - doubt) * (0.3 + 0.7 * agree / all)));
  if (agree == 0) voted.confidence = surest.confidence * 0.5f;  // no single frame read it so
  std::map<std::string, double> regions;
  for (const PlateReading& r : readings)
    if (r.region != "unknown")
      regions[r.region] += r.region_confidence * std::max(r.confidence, kLeastWeight);
  if (!regions.empty()) {
    const auto best = std::max_element(regions.begin(), regions.end(),
                                       [](auto& a, auto& b) { return a.second < b.second; });
    voted.region = best->first;
    voted.region_confidence = static_cast<float>(best->second / all);
  }
  if (voted.confidence < kDoubtfulVote) weigh_together(readings, voted);
  voted.candidates = ranked(voted, readings);
  return voted;
}

}  // namespace glasshouse::vision
