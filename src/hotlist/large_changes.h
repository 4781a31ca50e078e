// Inside hotlist: changes of up to a million rows, so that nobody else who writes to the records waits for
// long, and that no other sees a part of them.
//
// What an import adds is written some thousand rows at a time, marked with the import's id, which stands in
// hotlist_imports: such rows are nobody's entries (kIsThere). One transaction then does the rest (entries
// that end, change or are renewed) and takes the id away: at that moment all of them are there. A list is
// removed by a mark, too. What a kill or an error leaves behind is taken away by sweep().
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "db/database.h"
#include "hotlist/hotlist.h"
#include "hotlist/live_matcher.h"
#include "hotlist/preview_shelf.h"

namespace glasshouse::hotlist {

// One import; the calls in this order.
class ImportWriter {
 public:
  ImportWriter(db::Database& db, const PendingImport& pending, const base::Clock& clock,
               std::size_t rows_a_step);

  // Writes what is added when that is too much for one transaction. kPreviewGone when the list is not what
  // the import was compared with.
  base::Result<void> write_unseen();
  // Everything else, and makes it seen. Inside a transaction that has touched the list.
  base::Result<void> finish(db::Transaction& t);
  // For the matcher, after the transaction.
  ListChange take_change();

 private:
  bool is_large() const { return pending_.to_add.size() > rows_a_step_; }
  std::vector<Entry> next_entries();

  db::Database& db_;
  const PendingImport& pending_;
  const base::Clock& clock_;
  const base::Time now_;
  const std::size_t rows_a_step_;
  // Rows are written in the order of their plates, and with ids that rise: then a step touches few pages of
  // the indexes.
  std::vector<std::uint32_t> order_;  // of pending_.to_add
  std::string import_id_;             // empty when all fits into one transaction
  std::size_t written_ = 0;
  std::vector<MatchEntry> added_;
};

// Marks the list as removed, so that it is nowhere any more; kNotFound.
base::Result<void> mark_removed(db::Transaction& t, std::string_view list_id, base::Time now);

// Deletes removed lists and what unfinished imports left, in steps. No import runs meanwhile.
base::Result<void> sweep(db::Database& db, std::size_t rows_a_step);

}  // namespace glasshouse::hotlist
