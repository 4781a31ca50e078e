// The columns of an entry, named once for all tables that keep one: the list itself, and an alert, which
// keeps the entry as it was when it hit.
//
//   "INSERT INTO t (id, " + std::string(kEntryFacts) + ") VALUES (:id, " + std::string(kEntryFactValues) +
//   ")"
#pragma once

#include <string_view>

#include "db/database.h"
#include "hotlist/hotlist.h"

namespace glasshouse::hotlist {

// Everything but id and active, which mean something else where a copy is kept.
inline constexpr std::string_view kEntryFacts =
    "hotlist_id, plate, pattern, reason, case_number, region, color, body, make, expires_at, added_by, "
    "added_at, note";
inline constexpr std::string_view kEntryFactValues =
    ":hotlist_id, :plate, :pattern, :reason, :case_number, :region, :color, :body, :make, :expires_at, "
    ":added_by,"
    " :added_at, :note";

void bind_facts(const Entry& entry, db::Params& params);
void read_facts(const db::Row& row, Entry& entry);

}  // namespace glasshouse::hotlist
