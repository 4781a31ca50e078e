// Inside hotlist: what an import would change on the list as it stands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "hotlist/hotlist.h"
#include "hotlist/preview_shelf.h"

namespace glasshouse::hotlist {

// Compares the rows of a file with the entries that run, one after the other, so that a list of a million
// need not lie in memory a second time. An entry is found by its plate and region.
class ImportPlan {
 public:
  // Fills `pending`, which outlives it. whole: entries that the file lacks are ended.
  ImportPlan(std::vector<NewEntry> wanted, bool whole, base::Time now, PendingImport& pending);
  ImportPlan(const ImportPlan&) = delete;
  ImportPlan& operator=(const ImportPlan&) = delete;

  void standing(const Entry& entry);  // each that runs, once
  void finish();                      // what stood nowhere is to be added; and the counts

 private:
  struct Key {
    std::string_view plate, region;
    bool operator==(const Key&) const = default;
  };
  Key key_of(std::uint32_t row) const { return {wanted_[row].plate, wanted_[row].region}; }
  // Rows are hashed and compared by their keys, and may be looked for by one.
  struct Hash {
    using is_transparent = void;
    const ImportPlan* plan;
    std::size_t operator()(const Key& key) const;
    std::size_t operator()(std::uint32_t row) const { return (*this)(plan->key_of(row)); }
  };
  struct Same {
    using is_transparent = void;
    const ImportPlan* plan;
    bool operator()(std::uint32_t a, std::uint32_t b) const { return a == b; }
    bool operator()(const Key& key, std::uint32_t row) const { return plan->key_of(row) == key; }
    bool operator()(std::uint32_t row, const Key& key) const { return plan->key_of(row) == key; }
  };

  std::vector<NewEntry> wanted_;
  const bool whole_;
  const base::Time now_;
  PendingImport& pending_;
  std::vector<bool> stands_;  // of wanted_
  std::unordered_set<std::uint32_t, Hash, Same> rows_;
};

}  // namespace glasshouse::hotlist
