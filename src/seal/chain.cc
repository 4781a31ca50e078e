#include "seal/chain.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "crypto/crypto.h"

namespace glasshouse::seal {
namespace {

constexpr std::size_t kHashBytes = 32;

std::optional<std::string_view> take_word(std::string_view& line) {
  if (line.empty()) return std::nullopt;
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

template <class Number>
bool take_number(std::string_view& line, Number& into) {
  const auto word = take_word(line);
  if (!word) return false;
  const auto [end, failed] = std::from_chars(word->data(), word->data() + word->size(), into);
  return failed == std::errc() && end == word->data() + word->size();
}

bool take_hash(std::string_view& line, std::string& into) {
  const auto word = take_word(line);
  if (!word) return false;
  auto hash = crypto::from_hex(*word);
  if (!hash || hash->size() != kHashBytes) return false;
  into = std::move(*hash);
  return true;
}

}  // namespace

base::Result<Chain> Chain::from_text(std::string_view text) {
  const auto refused = [] {
    return base::failure(Errc::kBadManifest, "What is known of a camera's pictures cannot be understood");
  };
  if (text.size() > kMostChainBytes) return refused();
  Chain chain;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return refused();
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    Run run;
    std::int64_t since_ms = 0;
    if (!take_number(line, run.first) || !take_number(line, run.last) || !take_hash(line, run.previous) ||
        !take_hash(line, run.hash) || !take_number(line, since_ms) || !line.empty())
      return refused();
    const bool follows = chain.runs_.empty() ||
                         (run.first > chain.runs_.back().last && run.first - chain.runs_.back().last > 1);
    if (run.first == 0 || !follows || run.last < run.first || chain.runs_.size() == kMostRuns)
      return refused();
    run.since = base::from_ms(since_ms);
    chain.runs_.push_back(std::move(run));
  }
  return chain;
}

std::string Chain::text() const {
  std::string text;
  for (const Run& run : runs_) {
    text += std::to_string(run.first) + " " + std::to_string(run.last) + " " + crypto::hex(run.previous) +
            " " + crypto::hex(run.hash) + " " + std::to_string(base::to_ms(run.since)) + "\n";
  }
  return text;
}

Chain::Link Chain::add(const Manifest& manifest, const std::string& hash, base::Time now) {
  const std::uint64_t number = manifest.sequence;
  const auto after =
      std::find_if(runs_.begin(), runs_.end(), [&](const Run& run) { return run.first > number; });
  const auto before = after == runs_.begin() ? runs_.end() : std::prev(after);
  if (before != runs_.end() && number <= before->last) {
    // Only the last of a run is remembered by its hash: another manifest under that number is seen.
    return number == before->last && hash != before->hash ? Link::kBroken : Link::kKnown;
  }
  const bool joins_before = before != runs_.end() && before->last + 1 == number;
  const bool joins_after = after != runs_.end() && after->first == number + 1;
  bool broken =
      (joins_before && before->hash != manifest.previous) || (joins_after && after->previous != hash);
  broken = broken || (number == 1 && manifest.previous != std::string(kHashBytes, '\0'));
  if (joins_before && joins_after) {
    before->last = after->last;
    before->hash = std::move(after->hash);
    runs_.erase(after);
  } else if (joins_before) {
    before->last = number;
    before->hash = hash;
  } else if (joins_after) {
    after->first = number;
    after->previous = manifest.previous;
  } else {
    runs_.insert(after, Run{number, number, manifest.previous, hash, now});
    if (runs_.size() > kMostRuns) {
      runs_[1].first = runs_[0].first;
      runs_[1].previous = std::move(runs_[0].previous);
      runs_[1].since = runs_[0].since;
      runs_.erase(runs_.begin());
    }
  }
  return broken ? Link::kBroken : Link::kNew;
}

std::vector<Chain::Hole> Chain::holes() const {
  std::vector<Hole> holes;
  std::uint64_t next = 1;
  for (const Run& run : runs_) {
    if (run.first > next) holes.push_back({next, run.first - 1, run.since});
    next = run.last + 1;
  }
  return holes;
}

}  // namespace glasshouse::seal
