// Inside hotlist: entries as rows of the records database.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "db/database.h"
#include "hotlist/hotlist.h"

namespace glasshouse::hotlist {

std::string entry_columns();  // all of them, for SELECT
Entry entry_of(const db::Row& row);

Entry make_entry(std::string_view hotlist_id, const NewEntry& draft, std::string id, std::string officer_id,
                 base::Time now);

// No other running entry of the list has the same plate and region: else kDuplicate.
base::Result<void> check_free(db::Transaction& transaction, const Entry& entry, base::Time now);
base::Result<void> insert(db::Transaction& transaction, const Entry& entry);
// The looks, reason, case, note and end of an entry; not its plate and region, which are what it is found by.
base::Result<void> update(db::Transaction& transaction, std::string_view id, const NewEntry& draft);

base::Result<void> renew(db::Transaction& transaction, std::string_view id, base::Time expires_at);

// Every entry of a list that still can hit at `now`, a page at a time, so that a million of them need little
// memory.
base::Result<void> for_each_running(db::Database& db, std::string_view hotlist_id, base::Time now,
                                    const std::function<void(Entry)>& use);

base::Result<std::vector<std::string>> recovered_rows(db::Database& db, std::string_view hotlist_id);

base::Error store_error(const base::Error& cause);  // kStore, in words for a person

}  // namespace glasshouse::hotlist
