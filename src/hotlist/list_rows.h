// Inside hotlist: the lists themselves as rows of the records database.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "db/database.h"
#include "hotlist/hotlist.h"

namespace glasshouse::hotlist {

std::string_view word_for(ZeroRule rule);

base::Result<void> check_names(const std::string& name, const std::string& description);

struct ListRow {
  Hotlist list;  // without the numbers of its entries
  std::int64_t revision = 0;
};
// Every list, or the one of that id.
base::Result<std::vector<ListRow>> select_lists(db::Database& db, base::Time now,
                                                std::string_view only_id = "");

// How many entries lists have in all, counted again when a list has changed. Thread-safe.
class EntryTotals {
 public:
  base::Result<std::uint64_t> of(db::Database& db, const ListRow& row);
  void forget(std::string_view list_id);

 private:
  struct Total {
    std::int64_t revision = 0;
    std::uint64_t entries = 0;
  };
  std::mutex mutex_;
  std::map<std::string, Total> totals_;  // by list
};

base::Result<std::int64_t> revision_of(db::Database& db, std::string_view list_id);
// Counts the change on the list; with `expected`, only when the list is still at that revision
// (kPreviewGone).
base::Result<void> touch(db::Transaction& t, std::string_view list_id, std::optional<std::int64_t> expected,
                         base::Time now);

tl::unexpected<base::Error> no_such(std::string_view what);
tl::unexpected<base::Error> stored_or(const base::Error& error);  // a name that is taken, or kStore
tl::unexpected<base::Error> preview_gone();

}  // namespace glasshouse::hotlist
