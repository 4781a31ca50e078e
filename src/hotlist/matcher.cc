#include "hotlist/matcher.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "hotlist/entry_check.h"
#include "hotlist/pattern_index.h"

namespace glasshouse::hotlist {
namespace {

constexpr std::int64_t kRetired = std::numeric_limits<std::int64_t>::min();
constexpr std::size_t kMaxGathered = 4 * kMaxHits;

// Maps a packed plate character by character, two at a time.
class CharacterMap {
 public:
  template <class Map>
  explicit CharacterMap(Map map) {
    const auto mapped = [&](unsigned code) -> unsigned {
      const char c = plate::char_of(static_cast<int>(code));
      return c == '\0' ? code : static_cast<unsigned>(plate::code_of(map(c)));
    };
    for (unsigned pair = 0; pair < 4096; ++pair) {
      table_[pair] = static_cast<std::uint16_t>(mapped(pair >> 6) << 6 | mapped(pair & 63));
    }
  }
  std::uint64_t operator()(std::uint64_t packed) const {
    std::uint64_t out = 0;
    for (int shift = 0; shift < 60; shift += 12) {
      out |= static_cast<std::uint64_t>(table_[packed >> shift & 4095]) << shift;
    }
    return out;
  }

 private:
  std::array<std::uint16_t, 4096> table_;
};

const CharacterMap& folded() {
  static const CharacterMap kMap([](char c) { return plate::fold(c); });
  return kMap;
}
const CharacterMap& o_as_zero() {
  static const CharacterMap kMap([](char c) { return c == 'O' ? '0' : c; });
  return kMap;
}

std::uint64_t hash_of(std::uint64_t key) {
  key ^= key >> 31;
  key *= 0x9E3779B97F4A7C15ull;
  key ^= key >> 29;
  return key * 0xBF58476D1CE4E5B9ull;
}

}  // namespace

struct Matcher::Slot {
  std::uint64_t packed = 0;  // 0 for a pattern; O read as 0 where the list says so
  std::atomic<std::int64_t> ends_ms{0};
  std::uint32_t list = 0;
  bool zero_is_o = false;
  char region[8] = {};
  char id[32] = {};
};

// Open addressing from folded plate to the run of slots that share it; slots are sorted by folded plate.
struct Matcher::FoldTable {
  struct Bucket {
    std::uint64_t key = 0;
    std::uint32_t first = 0, count = 0;
  };
  std::vector<Bucket> buckets;
  std::vector<std::uint64_t> bloom;
  int bucket_shift = 63, bloom_shift = 63;

  // Three bits of one word: one cache line a question.
  static std::uint64_t bits_of(std::uint64_t hash) {
    return std::uint64_t{1} << (hash & 63) | std::uint64_t{1} << (hash >> 6 & 63) |
           std::uint64_t{1} << (hash >> 12 & 63);
  }
  const Bucket* find(std::uint64_t key) const {
    const std::uint64_t hash = hash_of(key);
    const std::uint64_t bits = bits_of(hash);
    if ((bloom[hash >> bloom_shift] & bits) != bits) return nullptr;
    for (std::uint64_t i = hash >> bucket_shift; buckets[i].count != 0; i = (i + 1) & (buckets.size() - 1)) {
      if (buckets[i].key == key) return &buckets[i];
    }
    return nullptr;
  }
};

struct Matcher::PatternIndex {
  PatternTable table;
  struct Single {
    plate::Pattern pattern;
    std::uint32_t slot;
  };
  std::vector<Single> singles;  // too many forms to spread; tried one by one
};

Matcher::Matcher(std::vector<MatchList> lists, const std::vector<MatchEntry>& entries)
    : lists_(std::move(lists)),
      slots_(new Slot[entries.size()]),
      slot_count_(entries.size()),
      plates_(new FoldTable) {
  // Plates first, sorted by folded plate; patterns behind them.
  struct Order {
    std::uint64_t key;
    std::uint32_t entry;
  };
  std::vector<Order> order;
  order.reserve(entries.size());
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    const auto plate = entries[i].pattern ? std::nullopt : plate::Plate::parse(entries[i].plate);
    order.push_back({plate ? folded()(plate->packed()) : ~std::uint64_t{0}, i});
  }
  std::sort(order.begin(), order.end(), [](const Order& a, const Order& b) {
    return a.key != b.key ? a.key < b.key : a.entry < b.entry;
  });

  std::array<std::vector<FixedPattern>, 2> spread_out;
  for (auto& index : patterns_) index = std::make_unique<PatternIndex>();
  std::size_t spread_total = 0;
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    const MatchEntry& entry = entries[order[i].entry];
    const bool zero_is_o = lists_[entry.list].zero_rule == ZeroRule::kOIsZero;
    Slot& slot = slots_[i];
    slot.list = entry.list;
    slot.zero_is_o = zero_is_o;
    slot.ends_ms = base::to_ms(entry.expires_at);
    std::memcpy(slot.id, entry.id.data(), std::min(entry.id.size(), sizeof slot.id - 1));
    std::memcpy(slot.region, entry.region.data(), std::min(entry.region.size(), sizeof slot.region - 1));
    if (!entry.pattern) {
      const auto plate = plate::Plate::parse(entry.plate);
      slot.packed = plate ? (zero_is_o ? o_as_zero()(plate->packed()) : plate->packed()) : 0;
      continue;
    }
    pattern_texts_.push_back(entry.plate);
    std::string text = entry.plate;
    if (zero_is_o) std::replace(text.begin(), text.end(), 'O', '0');
    auto forms = spread(text, i, spread_total < kMaxSpread ? kMaxSpreadOfAPattern : 0);
    spread_total += forms.size();
    auto& into = spread_out[zero_is_o ? 1 : 0];
    into.insert(into.end(), forms.begin(), forms.end());
    if (forms.empty()) {
      if (auto pattern = plate::Pattern::parse(text))
        patterns_[zero_is_o ? 1 : 0]->singles.push_back({*pattern, i});
    }
  }
  for (std::size_t rule = 0; rule < 2; ++rule) patterns_[rule]->table.build(std::move(spread_out[rule]));
  std::vector<std::uint32_t> plates;
  for (std::uint32_t i = 0; i + pattern_texts_.size() < slot_count_; ++i) plates.push_back(i);
  index_plates(std::move(plates));
}

Matcher::~Matcher() = default;

void Matcher::index_plates(std::vector<std::uint32_t> slots) {
  FoldTable& table = *plates_;
  const std::size_t buckets = std::bit_ceil(std::max<std::size_t>(slots.size() * 2, 16));
  const std::size_t words =
      std::bit_ceil(std::max<std::size_t>(slots.size() / 4, 16));  // at least 16 bits a plate
  table.buckets.assign(buckets, {});
  table.bloom.assign(words, 0);
  table.bucket_shift = 64 - std::countr_zero(buckets);
  table.bloom_shift = 64 - std::countr_zero(words);
  for (std::size_t i = 0; i < slots.size();) {
    const std::uint64_t key = folded()(slots_[slots[i]].packed);
    std::size_t end = i + 1;
    while (end < slots.size() && folded()(slots_[slots[end]].packed) == key) ++end;
    const std::uint64_t hash = hash_of(key);
    table.bloom[hash >> table.bloom_shift] |= FoldTable::bits_of(hash);
    std::uint64_t bucket = hash >> table.bucket_shift;
    while (table.buckets[bucket].count != 0) bucket = (bucket + 1) & (buckets - 1);
    table.buckets[bucket] = {key, slots[i], static_cast<std::uint32_t>(end - i)};
    i = end;
  }
}

void Matcher::add_hit(const Slot& slot, HitKind kind, const Asked& asked, std::vector<Hit>& hits) const {
  if (slot.ends_ms.load(std::memory_order_acquire) <= asked.at_ms || hits.size() >= kMaxGathered) return;
  if (kind == HitKind::kPattern) {  // "*A*" matches "AAA" in three ways
    for (const Hit& hit : hits) {
      if (hit.entry_id == slot.id) return;
    }
  }
  hits.push_back({slot.id, lists_[slot.list].id, kind, regions_differ(slot.region, asked.region)});
}

void Matcher::match(const Wanted& wanted, base::Time now, std::vector<Hit>& hits) const {
  const std::uint64_t packed = wanted.plate.packed();
  if (packed == 0) return;
  // An entry hits when it runs both when the vehicle passed and now.
  const Asked asked{std::max(base::to_ms(wanted.at), base::to_ms(now)), wanted.region};
  const std::uint64_t zeroed = o_as_zero()(packed);

  const FoldTable::Bucket* bucket = plates_->find(folded()(packed));
  const auto same = [&](const Slot& slot) { return slot.packed == (slot.zero_is_o ? zeroed : packed); };
  for (const bool exact : {true, false}) {  // two rounds, so that a full list keeps the exact ones
    for (std::uint32_t i = 0; bucket != nullptr && i < bucket->count; ++i) {
      const Slot& slot = slots_[bucket->first + i];
      if (same(slot) == exact) add_hit(slot, exact ? HitKind::kExact : HitKind::kPossible, asked, hits);
    }
    if (!exact) break;
    for (std::size_t rule = 0; rule < 2; ++rule) {
      const PatternIndex& index = *patterns_[rule];
      const std::uint64_t text = rule == 1 ? zeroed : packed;
      index.table.find(text,
                       [&](std::uint32_t slot) { add_hit(slots_[slot], HitKind::kPattern, asked, hits); });
      for (const auto& single : index.singles) {
        if (single.pattern.matches(plate::Plate::from_packed(text))) {
          add_hit(slots_[single.slot], HitKind::kPattern, asked, hits);
        }
      }
    }
  }
}

bool Matcher::retire(std::string_view entry_id, std::string_view plate) {
  std::size_t first = slot_count_ - pattern_texts_.size(), end = slot_count_;  // the patterns
  if (const auto exact = plate::Plate::parse(plate)) {
    const FoldTable::Bucket* bucket = plates_->find(folded()(exact->packed()));
    if (bucket == nullptr) return false;
    first = bucket->first;
    end = first + bucket->count;
  }
  for (std::size_t i = first; i < end; ++i) {
    if (entry_id != slots_[i].id) continue;
    slots_[i].ends_ms.store(kRetired, std::memory_order_release);
    return true;
  }
  return false;
}

std::vector<MatchEntry> Matcher::entries(base::Time now) const {
  std::vector<MatchEntry> out;
  const std::size_t patterns_from = slot_count_ - pattern_texts_.size();
  for (std::size_t i = 0; i < slot_count_; ++i) {
    const Slot& slot = slots_[i];
    const std::int64_t ends_ms = slot.ends_ms.load(std::memory_order_relaxed);
    if (ends_ms <= base::to_ms(now)) continue;
    const bool pattern = i >= patterns_from;
    out.push_back(
        {slot.id, slot.list,
         pattern ? pattern_texts_[i - patterns_from] : plate::Plate::from_packed(slot.packed).text(), pattern,
         slot.region, base::from_ms(ends_ms)});
  }
  return out;
}

std::size_t Matcher::running(std::uint32_t list, base::Time now) const {
  return static_cast<std::size_t>(
      std::count_if(slots_.get(), slots_.get() + slot_count_, [&](const Slot& slot) {
        return slot.list == list && slot.ends_ms.load(std::memory_order_relaxed) > base::to_ms(now);
      }));
}

void order_hits(std::vector<Hit>& hits) {
  std::stable_sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) {
    return a.kind != b.kind ? a.kind < b.kind : a.region_differs < b.region_differs;
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < hits.size() && kept < kMaxHits; ++i) {
    const bool known = std::any_of(hits.begin(), hits.begin() + static_cast<std::ptrdiff_t>(kept),
                                   [&](const Hit& hit) { return hit.entry_id == hits[i].entry_id; });
    if (!known && kept != i) hits[kept] = std::move(hits[i]);
    if (!known) ++kept;
  }
  hits.resize(kept);
}

std::string_view name_of(HitKind kind) {
  switch (kind) {
    case HitKind::kExact:
      return "exact";
    case HitKind::kPattern:
      return "pattern";
    case HitKind::kPossible:
      break;
  }
  return "possible";
}

}  // namespace glasshouse::hotlist
