// Inside hotlist: a page of a list's entries, as a person filters them.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "db/database.h"
#include "hotlist/hotlist.h"

namespace glasshouse::hotlist {

struct EntryQuestion {
  std::string_view hotlist_id;
  std::string_view filter;     // part of a plate, a reason or a case number; empty: all
  std::optional<bool> active;  // neither ended nor expired
  std::string_view cursor;     // of the page before
  std::size_t limit = 50;      // 1..200
};

base::Result<EntryPage> page_of_entries(db::Database& db, const EntryQuestion& question, base::Time now);

// With `active` as people mean it: neither ended nor expired.
Entry as_shown(Entry entry, base::Time now);

}  // namespace glasshouse::hotlist
