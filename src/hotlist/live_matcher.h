// The matcher as it stands now: a large index and a small one for what came since, swapped as a whole.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/time.h"
#include "hotlist/hotlist.h"
#include "hotlist/matcher.h"

namespace glasshouse::hotlist {

inline constexpr std::size_t kMaxFresh =
    2000;  // single additions before both indexes are joined: about 1 s at a million

MatchEntry match_entry(const Entry& entry, std::uint32_t list);

// What an import changes on one list.
struct ListChange {
  std::vector<MatchEntry> added;
  std::unordered_set<std::string> removed;            // ids
  std::unordered_map<std::string, base::Time> moved;  // ids of entries that stand, and when they now end
};

// Any number of threads match; one at a time changes.
class LiveMatcher {
 public:
  explicit LiveMatcher(const base::Clock& clock);

  void reset(std::vector<MatchList> lists, const std::vector<MatchEntry>& entries);
  // Replaces the list's entries, or adds the list. Where `list` of the entries points to does not matter.
  void set_list(MatchList list, std::vector<MatchEntry> entries);
  // False when an entry that moves is not in here: nothing is done then, and set_list() is needed.
  bool apply(std::string_view list_id, ListChange change);
  void remove_list(std::string_view id);
  // Adds the entry, or replaces the one of the same id; it never stops hitting in between.
  void put(std::string_view list_id, const Entry& entry);
  void retire(std::string_view entry_id, std::string_view plate);

  // Entries of the list that can hit.
  std::size_t running(std::string_view list_id, base::Time now) const;

  // Hits for which `counts` is false are left out before the rest is cut to size; it may write on the hit.
  std::vector<Hit> match(const Wanted& wanted, base::Time now,
                         const std::function<bool(Hit&)>& counts = {}) const;

 private:
  struct State {
    std::shared_ptr<Matcher> main, fresh;
    std::uint64_t version = 0;  // set by publish()
  };
  State state() const;
  void publish(State state);
  void rebuild_without(std::string_view list_id, const MatchList* list, std::vector<MatchEntry> entries);

  const base::Clock& clock_;
  mutable std::mutex mutex_;  // held for a pointer's copy only
  State state_;
  std::atomic<std::uint64_t> version_{0};
};

}  // namespace glasshouse::hotlist
