#include "hotlist/pattern_index.h"

#include <algorithm>
#include <bit>
#include <string>
#include <string_view>
#include <tuple>

namespace glasshouse::hotlist {
namespace {

constexpr std::uint64_t at_place(std::uint64_t six_bits, int index) {
  return six_bits << (plate::kBitsPerChar * (plate::kMaxChars - 1 - index));
}

class Spreader {
 public:
  Spreader(std::string_view text, std::uint32_t id, std::size_t most) : text_(text), id_(id), most_(most) {
    for (char c : text) fixed_chars_ += c != '*';
  }

  std::vector<FixedPattern> run() {
    if (fixed_chars_ <= plate::kMaxChars) place(0, 0, fixed_chars_, 0, 0);
    if (forms_.size() > most_) forms_.clear();
    return std::move(forms_);
  }

 private:
  // Puts text_[from..] at character `index`; `left` fixed characters are still to come.
  void place(std::size_t from, int index, int left, std::uint64_t mask, std::uint64_t value) {
    if (forms_.size() > most_) return;
    if (from == text_.size()) {
      if (index > 0) forms_.push_back({mask, value, id_, static_cast<std::uint8_t>(index)});
      return;
    }
    const char c = text_[from];
    if (c == '*') {
      std::size_t next = from;
      while (next < text_.size() && text_[next] == '*') ++next;
      for (int run = 0; index + run + left <= plate::kMaxChars; ++run)
        place(next, index + run, left, mask, value);
    } else if (c == '?') {
      place(from + 1, index + 1, left - 1, mask, value);
    } else {
      place(from + 1, index + 1, left - 1, mask | at_place(63, index),
            value | at_place(static_cast<std::uint64_t>(plate::code_of(c)), index));
    }
  }

  std::string_view text_;
  std::uint32_t id_;
  std::size_t most_;
  int fixed_chars_ = 0;
  std::vector<FixedPattern> forms_;
};

}  // namespace

std::vector<FixedPattern> spread(std::string_view text, std::uint32_t id, std::size_t most) {
  return Spreader(text, id, most).run();
}

void PatternTable::build(std::vector<FixedPattern> patterns) {
  const auto key = [](const FixedPattern& p) { return std::tuple(p.length, p.mask, p.value, p.id); };
  std::sort(patterns.begin(), patterns.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  const auto same = [&](const FixedPattern& a, const FixedPattern& b) { return key(a) == key(b); };
  patterns.erase(std::unique(patterns.begin(), patterns.end(), same), patterns.end());
  patterns_ = std::move(patterns);

  const std::size_t buckets = std::bit_ceil(std::max<std::size_t>(patterns_.size() * 2, 16));
  const std::size_t words =
      std::bit_ceil(std::max<std::size_t>(patterns_.size() / 4, 16));  // 16 bits a pattern
  table_.assign(buckets, {});
  bloom_.assign(words, 0);
  table_mask_ = buckets - 1;
  table_shift_ = 64 - std::countr_zero(buckets);
  bloom_shift_ = 64 - std::countr_zero(words);
  for (std::size_t i = 0; i < patterns_.size();) {
    const FixedPattern& p = patterns_[i];
    std::size_t end = i + 1;
    while (end < patterns_.size() && patterns_[end].length == p.length && patterns_[end].mask == p.mask &&
           patterns_[end].value == p.value) {
      ++end;
    }
    auto& masks = masks_[p.length];
    const std::uint64_t salt = salt_of(p.mask, p.length);
    if (masks.empty() || masks.back().mask != p.mask) masks.push_back({p.mask, salt});
    const std::uint64_t hash = hash_of(p.value, salt);
    bloom_[hash >> bloom_shift_] |= bits_of(hash);
    std::uint64_t bucket = hash >> table_shift_;
    while (table_[bucket].count != 0) bucket = (bucket + 1) & table_mask_;
    table_[bucket] = {static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(end - i)};
    i = end;
  }
}

}  // namespace glasshouse::hotlist
