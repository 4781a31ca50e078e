#include "plate/scan.h"

#include <algorithm>
#include <array>

#include "plate/bits.h"

// One source, several instruction sets, chosen at start. Sanitizers and other machines take the plain one.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define GLASSHOUSE_VECTOR __attribute__((target_clones("avx512f", "avx2", "default"), optimize("O3")))
#else
#define GLASSHOUSE_VECTOR
#endif

namespace glasshouse::plate {
namespace {

constexpr std::size_t kBlock = 512;  // words; block and flags stay in the first-level cache

GLASSHOUSE_VECTOR void apply_left(const std::uint64_t* words, std::size_t n, int bits, std::uint64_t mask,
                                  std::uint64_t value, std::uint64_t* flags) {
  for (std::size_t i = 0; i < n; ++i)
    flags[i] |= ((words[i] << bits) & mask) == value ? ~std::uint64_t{0} : 0;
}

GLASSHOUSE_VECTOR void apply_right(const std::uint64_t* words, std::size_t n, int bits, std::uint64_t mask,
                                   std::uint64_t value, std::uint64_t* flags) {
  for (std::size_t i = 0; i < n; ++i)
    flags[i] |= ((words[i] >> bits) & mask) == value ? ~std::uint64_t{0} : 0;
}

// Whether any of eight flags is set; lets the collector step over what did not match.
bool any_of_eight(const std::uint64_t* flags) {
  return (flags[0] | flags[1] | flags[2] | flags[3] | flags[4] | flags[5] | flags[6] | flags[7]) != 0;
}

}  // namespace

Scan Scan::prefix(Plate prefix) {
  Scan scan;
  scan.tests_.push_back({0, 0, head_mask(prefix.size()), prefix.packed()});
  return scan;
}

Scan Scan::contains(Plate part) {
  Scan scan;
  const int chars = part.size();
  for (int at = 0; at + chars <= kMaxChars; ++at) {
    scan.tests_.push_back({kBitsPerChar * at, 0, head_mask(chars), part.packed()});
  }
  return scan;
}

Scan Scan::wildcard(const Pattern& pattern) {
  Scan scan;
  scan.verify_ = Verify::kPattern;
  scan.pattern_ = pattern;
  // The piece that fixes most characters is tried at every place where it may stand.
  const std::string& text = pattern.text();
  std::uint64_t best_mask = 0;
  std::uint64_t best_value = 0;
  int best_fixed = -1;
  int best_chars = 0;
  bool best_anchored = false;
  for (std::size_t start = 0; start < text.size();) {
    if (text[start] == '*') {
      ++start;
      continue;
    }
    const std::size_t end = std::min(text.find('*', start), text.size());
    std::uint64_t mask = 0;
    std::uint64_t value = 0;
    int fixed = 0;
    for (std::size_t i = start; i < end; ++i) {
      if (text[i] == '?') continue;
      const int shift = kBitsPerChar * (kMaxChars - 1 - static_cast<int>(i - start));
      mask |= std::uint64_t{63} << shift;
      value |= static_cast<std::uint64_t>(code_of(text[i])) << shift;
      ++fixed;
    }
    const bool anchored = start == 0;
    if (fixed > best_fixed || (fixed == best_fixed && anchored)) {
      best_mask = mask;
      best_value = value;
      best_fixed = fixed;
      best_chars = static_cast<int>(end - start);
      best_anchored = anchored;
    }
    start = end;
  }
  const int places = best_anchored ? 1 : kMaxChars - best_chars + 1;
  for (int at = 0; at < places; ++at) {
    scan.tests_.push_back({kBitsPerChar * at, 0, best_mask, best_value});
    if (best_mask == 0) break;  // nothing but wildcards: everything is verified
  }
  return scan;
}

// One edit leaves either the first half as it is, or the second half, moved by one place at most.
Scan Scan::confusable(Plate plate) {
  Scan scan;
  scan.verify_ = Verify::kConfusable;
  scan.folded_ = fold(plate);
  const std::uint64_t word = scan.folded_.packed();
  const int chars = scan.folded_.size();
  const int half = chars / 2;
  const std::uint64_t head = head_mask(half);
  const std::uint64_t tail = head_mask(chars) & ~head;
  const std::uint64_t end = kAllBits & ~head_mask(chars);
  if (half > 0) scan.tests_.push_back({0, 0, head, word & head});
  scan.tests_.push_back({0, 0, tail | end, word & tail});
  scan.tests_.push_back({kBitsPerChar, 0, tail, word & tail});                // one extra before it
  if (half > 0) scan.tests_.push_back({0, kBitsPerChar, tail, word & tail});  // one missing before it
  if (half == 0) scan.tests_.push_back({0, 0, 0, 0});  // one character: too short to narrow down
  return scan;
}

bool Scan::verify(std::uint64_t word, std::uint64_t folded) const {
  if (word == 0) return false;
  switch (verify_) {
    case Verify::kNone:
      return true;
    case Verify::kPattern:
      return pattern_->matches(Plate::from_packed(word));
    case Verify::kConfusable:
      return is_confusable_folded(Plate::from_packed(folded), folded_);
  }
  return false;
}

void Scan::run(std::span<const std::uint64_t> words, std::span<const std::uint64_t> folded,
               std::vector<std::uint32_t>& hits) const {
  alignas(64) std::array<std::uint64_t, kBlock> flags;
  const std::uint64_t* searched = verify_ == Verify::kConfusable ? folded.data() : words.data();
  for (std::size_t start = 0; start < words.size(); start += kBlock) {
    const std::size_t n = std::min(kBlock, words.size() - start);
    flags.fill(0);
    for (const Test& test : tests_) {
      if (test.right_bits > 0) {
        apply_right(searched + start, n, test.right_bits, test.mask, test.value, flags.data());
      } else {
        apply_left(searched + start, n, test.left_bits, test.mask, test.value, flags.data());
      }
    }
    for (std::size_t i = 0; i < n; i += 8) {
      if (!any_of_eight(flags.data() + i)) continue;
      for (std::size_t j = i; j < std::min(i + 8, n); ++j) {
        if (flags[j] != 0 && verify(words[start + j], folded[start + j])) {
          hits.push_back(static_cast<std::uint32_t>(start + j));
        }
      }
    }
  }
}

}  // namespace glasshouse::plate
