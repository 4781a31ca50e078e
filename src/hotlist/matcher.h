// The index that reads are matched against: built once, never changed, except that an entry in it can be
// retired.
//
// Exact and possible hits come from one table keyed by the folded plate (all characters of a confusion class
// alike) behind a Bloom filter, so that a read which is on no list costs one memory access. A pattern is
// spread into fixed patterns, one a length, and those are looked up by mask: as many probes as there are
// different masks of the read's length, however many patterns share them.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "hotlist/hotlist.h"
#include "plate/pattern.h"
#include "plate/plate.h"

namespace glasshouse::hotlist {

inline constexpr std::size_t kMaxHits = 16;               // of one read; more are cut, best first
inline constexpr std::size_t kMaxSpreadOfAPattern = 512;  // "*A*B*C*" has 330 fixed forms
inline constexpr std::size_t kMaxSpread = 1'000'000;  // of all patterns; what is beyond is tried one by one

struct MatchEntry {
  std::string id;          // at most 31 characters
  std::uint32_t list = 0;  // index into the lists given to the matcher
  std::string plate;       // as on the entry: checked and folded to upper case
  bool pattern = false;
  std::string region;  // at most 7 characters
  base::Time expires_at;
};

struct MatchList {
  std::string id;
  ZeroRule zero_rule = ZeroRule::kDistinct;
};

// Any number of threads may match while others retire.
class Matcher {
 public:
  Matcher(std::vector<MatchList> lists, const std::vector<MatchEntry>& entries);
  ~Matcher();
  Matcher(const Matcher&) = delete;
  Matcher& operator=(const Matcher&) = delete;

  // Appends to `hits` in no particular order, at most 4 * kMaxHits.
  void match(const Wanted& wanted, base::Time now, std::vector<Hit>& hits) const;

  // The entry hits no more. False when it is not in here.
  bool retire(std::string_view entry_id, std::string_view plate);

  // What still could hit at `now`, for building the next one. `list` indexes lists().
  std::vector<MatchEntry> entries(base::Time now) const;
  const std::vector<MatchList>& lists() const { return lists_; }
  std::size_t running(std::uint32_t list, base::Time now) const;  // entries of the list that still could hit
  std::size_t size() const { return slot_count_; }

 private:
  struct Slot;
  struct FoldTable;
  struct PatternIndex;
  void index_plates(std::vector<std::uint32_t> slots);
  struct Asked {
    std::int64_t at_ms;
    std::string_view region;
  };
  void add_hit(const Slot& slot, HitKind kind, const Asked& asked, std::vector<Hit>& hits) const;

  std::vector<MatchList> lists_;
  std::unique_ptr<Slot[]> slots_;
  std::size_t slot_count_ = 0;
  std::vector<std::string> pattern_texts_;  // of the last pattern_texts_.size() slots, in order
  std::unique_ptr<FoldTable> plates_;
  std::array<std::unique_ptr<PatternIndex>, 2> patterns_;  // by zero rule
};

// Best first: exact, pattern, possible, and among those the ones whose region agrees; cut to kMaxHits; each
// entry once.
void order_hits(std::vector<Hit>& hits);

}  // namespace glasshouse::hotlist
