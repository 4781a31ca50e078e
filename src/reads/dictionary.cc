#include "reads/dictionary.h"

#include <utility>

namespace glasshouse::reads {

Dictionary::Dictionary() : words_{0}, folded_{0}, uses_{0}, newest_{kNoRow}, slots_(1024) {}

std::size_t Dictionary::home(std::uint64_t word) const {
  return static_cast<std::size_t>((word * 0x9E3779B97F4A7C15ull) >> 20) & (slots_.size() - 1);
}

Dictionary::Id Dictionary::find(plate::Plate plate) const {
  if (plate.empty()) return kNone;
  for (std::size_t at = home(plate.packed()); slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
    if (words_[slots_[at]] == plate.packed()) return slots_[at];
  }
  return kNone;
}

Dictionary::Id Dictionary::add(plate::Plate plate) {
  if (plate.empty()) return kNone;
  if (const Id known = find(plate)) return known;
  if ((size() + 1) * 2 > slots_.size()) grow();
  Id id = 0;
  if (free_.empty()) {
    id = static_cast<Id>(words_.size());
    words_.push_back(0);
    folded_.push_back(0);
    uses_.push_back(0);
    newest_.push_back(kNoRow);
  } else {
    id = free_.back();
    free_.pop_back();
  }
  words_[id] = plate.packed();
  folded_[id] = fold(plate).packed();
  std::size_t at = home(plate.packed());
  while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
  slots_[at] = id;
  return id;
}

void Dictionary::release(Id id, std::uint32_t times) {
  if (id == kNone) return;
  uses_[id] -= times;
  if (uses_[id] != 0) return;
  unlink(id);
  words_[id] = 0;
  folded_[id] = 0;
  newest_[id] = kNoRow;
  free_.push_back(id);
}

// Takes the number out of the table and moves back those behind it that its place had pushed on.
void Dictionary::unlink(Id id) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t hole = home(words_[id]);
  while (slots_[hole] != id) hole = (hole + 1) & mask;
  for (std::size_t at = (hole + 1) & mask; slots_[at] != 0; at = (at + 1) & mask) {
    const std::size_t wanted = home(words_[slots_[at]]);
    if (((at - wanted) & mask) >= ((at - hole) & mask)) {
      slots_[hole] = slots_[at];
      hole = at;
    }
  }
  slots_[hole] = 0;
}

void Dictionary::grow() {
  const std::vector<Id> old = std::exchange(slots_, std::vector<Id>(slots_.size() * 2));
  for (Id id : old) {
    if (id == 0) continue;
    std::size_t at = home(words_[id]);
    while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = id;
  }
}

}  // namespace glasshouse::reads
