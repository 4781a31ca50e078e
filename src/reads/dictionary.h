// Every distinct plate in the store, numbered, with how many reads carry it and the newest of them in the
// index. A plate's text leaves memory when the last read (or correction) that carries it is dropped. Not
// thread-safe; the store's lock guards it.
//
// One hash table, by the plate's confusion class: plates that may be misread for one another lie together, so
// that a look-up and the look-alikes of a plate are both a few probes. Beside it the plates in order, for
// what begins with something.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "base/huge_pages.h"
#include "plate/scan.h"

namespace glasshouse::reads {

inline constexpr std::uint32_t kNoRow = 0xFFFFFFFF;

class Dictionary {
 public:
  using Id = std::uint32_t;
  static constexpr Id kNone = 0;  // a read without a plate

  Dictionary();

  Id find(plate::Plate plate) const;  // kNone when it is not there
  Id add(plate::Plate plate);         // finds or makes; a new one counts 0 uses
  // The same for many (0: kNone), several at a time on their way from memory. One of settle and
  // settle_when_many must follow.
  void add_all(std::span<const std::uint64_t> words, std::span<Id> ids);
  // add_all in two halves, which two threads may do at once for different plates: only number_all knows
  // plates, and only count_up_to and what begins with a number (use, newest, set_newest) knows their reads.
  // A number may be used after count_up_to(capacity(), as it was when number_all had returned it).
  void number_all(std::span<const std::uint64_t> words, std::span<Id> ids);
  void count_up_to(std::size_t capacity) { states_.resize(std::max(states_.size(), capacity)); }
  void settle();  // puts what was added in order: questions by how a plate begins pass over the rest
  void settle_when_many();

  void use(Id id) { ++states_[id].uses; }
  void release(Id id, std::uint32_t times = 1);  // at 0 the plate is forgotten and its number is free

  plate::Plate plate(Id id) const { return plate::Plate::from_packed(words_[id]); }
  std::uint32_t uses(Id id) const { return states_[id].uses; }
  std::uint32_t newest(Id id) const { return states_[id].newest; }
  void set_newest(Id id, std::uint32_t row) { states_[id].newest = row; }
  void prefetch(Id id) const { __builtin_prefetch(&states_[id]); }

  // What matches, each once, in no particular order.
  std::vector<Id> starting_with(plate::Plate prefix) const;
  std::vector<Id> containing(plate::Plate part) const;
  std::vector<Id> matching(const plate::Pattern& pattern) const;
  std::vector<Id> confusable_with(plate::Plate plate) const;

  std::size_t size() const { return words_.size() - 1 - free_.size(); }
  std::size_t capacity() const { return words_.size(); }
  std::size_t memory_bytes() const;

 private:
  struct State {
    std::uint32_t uses = 0, newest = kNoRow;
  };
  struct Ordered {
    std::uint64_t word = 0;
    Id id = 0;
    auto operator<=>(const Ordered&) const = default;
  };

  std::size_t home(std::uint64_t folded) const;
  std::size_t home_of(std::uint64_t word) const;
  Id find_from(std::size_t home, std::uint64_t word) const;
  Id make(std::size_t home, std::uint64_t word);
  void grow();
  void unlink(Id id);
  void add_class(std::uint64_t folded, std::vector<Id>& hits) const;
  bool is_ordered(const Ordered& entry) const;
  template <class Matches>
  void within(std::uint64_t low, std::uint64_t high, Matches matches, std::vector<Id>& hits) const;

  // What a question or a new read looks into at places of no order.
  template <class T>
  using Scattered = std::vector<T, base::HugePages<T>>;

  Scattered<std::uint64_t> words_;  // by Id; 0: free
  Scattered<State> states_;
  Scattered<Id> slots_;  // open addressing by folded word; 0: free
  std::vector<Id> free_;
  // In order of the word, as of the last settle(): an entry holds while words_[id] is still its word. What
  // came since then is in unordered_.
  std::vector<Ordered> ordered_;
  std::vector<Id> unordered_;
};

}  // namespace glasshouse::reads
