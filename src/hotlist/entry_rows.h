// Inside hotlist: entries as rows of the records database.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "db/database.h"
#include "hotlist/hotlist.h"
#include "hotlist/matcher.h"

namespace glasshouse::hotlist {

std::string entry_columns();  // all of them, for SELECT

// What is true of a row once all of the import that brought it in is there: until then it is nothing's entry.
inline constexpr std::string_view kIsThere = "import_id NOT IN (SELECT id FROM hotlist_imports)";

Entry entry_of(const db::Row& row);

Entry make_entry(std::string_view hotlist_id, const NewEntry& draft, std::string id, std::string officer_id,
                 base::Time now);

// No other running entry of the list has the same plate and region: else kDuplicate.
base::Result<void> check_free(db::Transaction& transaction, const Entry& entry, base::Time now);
// import_id: of an import that is not there as a whole yet; else empty.
base::Result<void> insert(db::Transaction& transaction, std::span<const Entry> entries,
                          std::string_view import_id = "");
// The looks, reason, case, note and end of an entry; not its plate and region, which are what it is found by.
base::Result<void> update(db::Transaction& transaction,
                          std::span<const std::pair<std::string, NewEntry>> drafts);  // by id
base::Result<void> renew(db::Transaction& transaction,
                         std::span<const std::pair<std::string, base::Time>> ends);  // by id
base::Result<void> end(db::Transaction& transaction, std::span<const std::string> ids);

// Every entry of a list that still can hit at `now`, a page at a time, so that a million of them need little
// memory.
base::Result<void> for_each_running(db::Database& db, std::string_view hotlist_id, base::Time now,
                                    const std::function<void(Entry)>& use);
// The same entries as the matcher knows them, in a third of the time.
base::Result<std::vector<MatchEntry>> running_to_match(db::Database& db, std::string_view hotlist_id,
                                                       base::Time now);

base::Result<std::vector<std::string>> recovered_rows(db::Database& db, std::string_view hotlist_id);

base::Error store_error(const base::Error& cause);  // kStore, in words for a person

}  // namespace glasshouse::hotlist
