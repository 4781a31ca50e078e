// Every distinct plate in the store, numbered, with how many reads carry it and the newest of them in the
// index. A plate's text leaves memory when the last read (or correction) that carries it is dropped. Not
// thread-safe; the store's lock guards it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

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
  void use(Id id) { ++uses_[id]; }
  void release(Id id, std::uint32_t times = 1);  // at 0 the plate is forgotten and its number is free

  plate::Plate plate(Id id) const { return plate::Plate::from_packed(words_[id]); }
  std::uint32_t uses(Id id) const { return uses_[id]; }
  std::uint32_t newest(Id id) const { return newest_[id]; }
  void set_newest(Id id, std::uint32_t row) { newest_[id] = row; }

  void scan(const plate::Scan& scan, std::vector<Id>& hits) const { scan.run(words_, folded_, hits); }
  std::size_t size() const { return words_.size() - 1 - free_.size(); }
  std::size_t capacity() const { return words_.size(); }

 private:
  std::size_t home(std::uint64_t word) const;
  void grow();
  void unlink(Id id);

  std::vector<std::uint64_t> words_, folded_;  // by Id; 0: free
  std::vector<std::uint32_t> uses_, newest_;
  std::vector<Id> slots_;  // open addressing by word; 0: free
  std::vector<Id> free_;
};

}  // namespace glasshouse::reads
