// "Have I seen this id?" in four bytes an id: a hash table that keeps only 32 bits of each id's random part.
// Ids begin with a clock: what is older or newer than all of the table's needs no look into it.
// "No" is certain; "yes" is wrong once in a few thousand, and the caller asks the day file. Not thread-safe.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "reads/codec.h"

namespace glasshouse::reads {

class IdFilter {
 public:
  void add(const IdBytes& id) {
    if ((used_ + 1) * 5 > slots_.size() * 4) grow();
    place(mark_of(id));
    ++used_;
    least_ = std::min(least_, begin_of(id));
    most_ = std::max(most_, begin_of(id));
  }
  bool may_hold(const IdBytes& id) const {
    if (slots_.empty() || begin_of(id) < least_ || begin_of(id) > most_) return false;
    const std::uint32_t mark = mark_of(id);
    for (std::size_t at = mark & (slots_.size() - 1); slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at] == mark) return true;
    }
    return false;
  }

  // The table as it lies in memory, and back. Nothing when `slots` cannot be the table of so many ids.
  const std::vector<std::uint32_t>& slots() const { return slots_; }
  static std::optional<IdFilter> from_slots(std::vector<std::uint32_t> slots, std::size_t ids) {
    const auto used = static_cast<std::size_t>(
        std::count_if(slots.begin(), slots.end(), [](std::uint32_t mark) { return mark != 0; }));
    const bool fits = slots.empty() || (std::has_single_bit(slots.size()) && used * 5 <= slots.size() * 4);
    if (used != ids || !fits) return std::nullopt;
    IdFilter filter;
    filter.slots_ = std::move(slots);
    filter.used_ = used;
    filter.most_ = used == 0 ? 0 : UINT64_MAX;
    filter.least_ = used == 0 ? UINT64_MAX : 0;
    return filter;
  }
  // That the least and the greatest of its ids are these, of a filter made of its slots.
  void narrow(const IdBytes& least, const IdBytes& most) {
    least_ = begin_of(least);
    most_ = begin_of(most);
  }

 private:
  static std::uint64_t begin_of(const IdBytes& id) {
    std::uint64_t begin = 0;
    for (std::size_t i = 0; i < sizeof begin; ++i) begin = begin << 8 | id[i];
    return begin;
  }
  // The first six bytes are a clock; mix all so that neighbours spread. 0 means "free".
  static std::uint32_t mark_of(const IdBytes& id) {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::memcpy(&high, id.data(), 8);
    std::memcpy(&low, id.data() + 8, 8);
    const std::uint64_t mixed = (high ^ (low * 0x9E3779B97F4A7C15ull)) * 0xBF58476D1CE4E5B9ull;
    const auto mark = static_cast<std::uint32_t>(mixed >> 32);
    return mark == 0 ? 1 : mark;
  }
  void place(std::uint32_t mark) {
    std::size_t at = mark & (slots_.size() - 1);
    while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = mark;
  }
  void grow() {
    std::vector<std::uint32_t> old = std::exchange(slots_, std::vector<std::uint32_t>());
    slots_.resize(old.empty() ? 1024 : old.size() * 2);
    for (std::uint32_t mark : old) {
      if (mark != 0) place(mark);
    }
  }

  std::vector<std::uint32_t> slots_;
  std::size_t used_ = 0;
  std::uint64_t least_ = UINT64_MAX, most_ = 0;  // how the ids begin
};

}  // namespace glasshouse::reads
