#include "reads/dictionary.h"

#include <algorithm>
#include <array>
#include <bit>
#include <thread>
#include <utility>

namespace glasshouse::reads {
namespace {

constexpr std::size_t kMostUnordered = 16384;  // or a part of what is in order, if that is more
constexpr std::size_t kUnorderedPart = 64;
constexpr std::size_t kAhead = 12;  // how many plates are on their way from memory at a time
constexpr std::uint64_t kAllBits = (std::uint64_t{1} << (plate::kBitsPerChar * plate::kMaxChars)) - 1;
constexpr std::uint64_t kCharBits = (1u << plate::kBitsPerChar) - 1;

std::uint64_t folded_word(std::uint64_t word) {
  return fold(plate::Plate::from_packed(word)).packed();
}

constexpr int shift_of(int place) {
  return plate::kBitsPerChar * (plate::kMaxChars - 1 - place);
}

// The bits of the first `chars` characters.
constexpr std::uint64_t head_of(int chars) {
  return chars <= 0 ? 0 : kAllBits & ~((std::uint64_t{1} << shift_of(chars - 1)) - 1);
}

// The codes that folded plates are written with.
const std::vector<std::uint64_t>& folded_codes() {
  static const std::vector<std::uint64_t> codes = [] {
    std::vector<std::uint64_t> list;
    for (int code = 1; code <= 36; ++code) {
      if (plate::code_of(plate::fold(plate::char_of(code))) == code) {
        list.push_back(static_cast<std::uint64_t>(code));
      }
    }
    return list;
  }();
  return codes;
}

// The folded word itself and all that one other, one missing or one extra character make of it; each once.
std::vector<std::uint64_t> one_edit_around(std::uint64_t word, int chars) {
  std::vector<std::uint64_t> words{word};
  for (int at = 0; at < chars; ++at) {
    const std::uint64_t rest = word & ~(kCharBits << shift_of(at));
    for (std::uint64_t code : folded_codes()) words.push_back(rest | code << shift_of(at));
    const std::uint64_t head = head_of(at);
    if (chars > 1) words.push_back((word & head) | (word << plate::kBitsPerChar & kAllBits & ~head));
  }
  for (int at = 0; at <= chars && chars < plate::kMaxChars; ++at) {
    const std::uint64_t head = head_of(at);
    const std::uint64_t opened = (word & head) | (word & ~head) >> plate::kBitsPerChar;
    for (std::uint64_t code : folded_codes()) words.push_back(opened | code << shift_of(at));
  }
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

// A start puts millions of plates in order, while its other threads are done.
template <class Entry>
void sort_together(std::vector<Entry>& entries) {
  constexpr std::size_t kWorthAThread = 1 << 17;
  const auto middle = entries.begin() + static_cast<std::ptrdiff_t>(entries.size() / 2);
  if (entries.size() < kWorthAThread || std::thread::hardware_concurrency() < 2) {
    std::sort(entries.begin(), entries.end());
    return;
  }
  std::thread half([&] { std::sort(entries.begin(), middle); });
  std::sort(middle, entries.end());
  half.join();
  std::inplace_merge(entries.begin(), middle, entries.end());
}

}  // namespace

Dictionary::Dictionary() : words_{0}, states_{{}}, slots_(1024) {}

std::size_t Dictionary::home(std::uint64_t folded) const {
  // The product's highest bits: only they depend on every character of the plate.
  return static_cast<std::size_t>((folded * 0x9E3779B97F4A7C15ull) >> (64 - std::countr_zero(slots_.size())));
}

std::size_t Dictionary::home_of(std::uint64_t word) const {
  return home(folded_word(word));
}

Dictionary::Id Dictionary::find_from(std::size_t home, std::uint64_t word) const {
  for (std::size_t at = home; slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
    if (words_[slots_[at]] == word) return slots_[at];
  }
  return kNone;
}

Dictionary::Id Dictionary::find(plate::Plate plate) const {
  return plate.empty() ? kNone : find_from(home_of(plate.packed()), plate.packed());
}

Dictionary::Id Dictionary::add(plate::Plate plate) {
  if (plate.empty()) return kNone;
  const std::size_t home = home_of(plate.packed());
  if (const Id known = find_from(home, plate.packed())) return known;
  const Id id = make(home, plate.packed());
  count_up_to(capacity());
  settle_when_many();
  return id;
}

void Dictionary::settle_when_many() {
  if (unordered_.size() > std::max(kMostUnordered, ordered_.size() / kUnorderedPart)) settle();
}

Dictionary::Id Dictionary::make(std::size_t home, std::uint64_t word) {
  if ((size() + 1) * 2 > slots_.size()) {
    grow();
    home = home_of(word);
  }
  Id id = 0;
  if (free_.empty()) {
    id = static_cast<Id>(words_.size());
    words_.push_back(word);
  } else {
    id = free_.back();
    free_.pop_back();
    words_[id] = word;
  }
  std::size_t at = home;
  while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
  slots_[at] = id;
  unordered_.push_back(id);
  return id;
}

void Dictionary::add_all(std::span<const std::uint64_t> words, std::span<Id> ids) {
  number_all(words, ids);
  count_up_to(capacity());
}

void Dictionary::number_all(std::span<const std::uint64_t> words, std::span<Id> ids) {
  std::array<std::uint64_t, kAhead> folded{};
  const auto begin = [&](std::size_t i) {
    folded[i % kAhead] = folded_word(words[i]);
    __builtin_prefetch(&slots_[home(folded[i % kAhead])]);
  };
  for (std::size_t i = 0; i < std::min(kAhead, words.size()); ++i) begin(i);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i + kAhead / 2 < words.size()) {  // its slot has come by now
      const Id there = slots_[home(folded[(i + kAhead / 2) % kAhead])];
      __builtin_prefetch(&words_[there]);
    }
    const std::size_t at = home(folded[i % kAhead]);
    if (words[i] == 0) {
      ids[i] = kNone;
    } else {
      const Id known = find_from(at, words[i]);
      ids[i] = known != kNone ? known : make(at, words[i]);
    }
    if (i + kAhead < words.size()) begin(i + kAhead);
  }
}

void Dictionary::settle() {
  std::vector<Ordered> fresh;
  fresh.reserve(unordered_.size());
  for (Id id : unordered_) {
    if (words_[id] != 0) fresh.push_back({words_[id], id});
  }
  unordered_.clear();
  sort_together(fresh);
  fresh.erase(std::unique(fresh.begin(), fresh.end()), fresh.end());
  std::erase_if(ordered_, [&](const Ordered& entry) { return words_[entry.id] != entry.word; });
  std::vector<Ordered> merged;
  merged.reserve(ordered_.size() + fresh.size());
  std::set_union(ordered_.begin(), ordered_.end(), fresh.begin(), fresh.end(), std::back_inserter(merged));
  ordered_ = std::move(merged);
}

void Dictionary::release(Id id, std::uint32_t times) {
  if (id == kNone) return;
  states_[id].uses -= times;
  if (states_[id].uses != 0) return;
  unlink(id);
  words_[id] = 0;
  states_[id].newest = kNoRow;
  free_.push_back(id);
}

// Takes the number out of the table and moves back those behind it that its place had pushed on.
void Dictionary::unlink(Id id) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t hole = home_of(words_[id]);
  while (slots_[hole] != id) hole = (hole + 1) & mask;
  for (std::size_t at = (hole + 1) & mask; slots_[at] != 0; at = (at + 1) & mask) {
    const std::size_t wanted = home_of(words_[slots_[at]]);
    if (((at - wanted) & mask) >= ((at - hole) & mask)) {
      slots_[hole] = slots_[at];
      hole = at;
    }
  }
  slots_[hole] = 0;
}

void Dictionary::grow() {
  const Scattered<Id> old = std::exchange(slots_, Scattered<Id>(slots_.size() * 2));
  for (Id id : old) {
    if (id == 0) continue;
    std::size_t at = home_of(words_[id]);
    while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = id;
  }
}

bool Dictionary::is_ordered(const Ordered& entry) const {
  return std::binary_search(ordered_.begin(), ordered_.end(), entry);
}

// Plates from `low` to `high`, both included, that also match.
template <class Matches>
void Dictionary::within(std::uint64_t low, std::uint64_t high, Matches matches, std::vector<Id>& hits) const {
  for (auto entry = std::lower_bound(ordered_.begin(), ordered_.end(), Ordered{low, 0});
       entry != ordered_.end() && entry->word <= high; ++entry) {
    if (matches(entry->word) && words_[entry->id] == entry->word) hits.push_back(entry->id);
  }
  for (Id id : unordered_) {
    const std::uint64_t word = words_[id];
    if (word != 0 && word >= low && word <= high && matches(word) && !is_ordered({word, id})) {
      hits.push_back(id);
    }
  }
  // A plate that went and came back between two settlings stands twice in unordered_.
  std::sort(hits.begin(), hits.end());
  hits.erase(std::unique(hits.begin(), hits.end()), hits.end());
}

std::vector<Dictionary::Id> Dictionary::starting_with(plate::Plate prefix) const {
  std::vector<Id> hits;
  const auto [low, high] = plate::prefix_range(prefix);
  within(
      low, high, [](std::uint64_t) { return true; }, hits);
  return hits;
}

std::vector<Dictionary::Id> Dictionary::containing(plate::Plate part) const {
  std::vector<Id> hits;
  plate::Scan::contains(part).run(words_, words_, hits);
  return hits;
}

std::vector<Dictionary::Id> Dictionary::matching(const plate::Pattern& pattern) const {
  std::vector<Id> hits;
  const auto prefix = plate::Plate::parse(pattern.literal_prefix());
  if (!prefix) {
    plate::Scan::wildcard(pattern).run(words_, words_, hits);
    return hits;
  }
  const auto [low, high] = plate::prefix_range(*prefix);
  within(
      low, high, [&](std::uint64_t word) { return pattern.matches(plate::Plate::from_packed(word)); }, hits);
  return hits;
}

// All plates of one confusion class.
void Dictionary::add_class(std::uint64_t folded, std::vector<Id>& hits) const {
  for (std::size_t at = home(folded); slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
    if (folded_word(words_[slots_[at]]) == folded) hits.push_back(slots_[at]);
  }
}

std::vector<Dictionary::Id> Dictionary::confusable_with(plate::Plate plate) const {
  const std::vector<std::uint64_t> classes = one_edit_around(fold(plate).packed(), plate.size());
  std::vector<Id> hits;
  for (std::size_t i = 0; i < classes.size() + kAhead; ++i) {
    if (i < classes.size()) __builtin_prefetch(&slots_[home(classes[i])]);
    // Its slot has come by now; most are free.
    if (i >= kAhead / 2 && i - kAhead / 2 < classes.size()) {
      const Id there = slots_[home(classes[i - kAhead / 2])];
      if (there != 0) __builtin_prefetch(&words_[there]);
    }
    if (i >= kAhead) add_class(classes[i - kAhead], hits);
  }
  return hits;
}

std::size_t Dictionary::memory_bytes() const {
  return words_.capacity() * sizeof words_[0] + states_.capacity() * sizeof states_[0] +
         slots_.capacity() * sizeof slots_[0] + ordered_.capacity() * sizeof ordered_[0] +
         unordered_.capacity() * sizeof unordered_[0] + free_.capacity() * sizeof free_[0];
}

}  // namespace glasshouse::reads
