// Inside hotlist: where a list's entries come from, as rows of the records database.
#pragma once

#include <string_view>

#include "base/result.h"
#include "db/database.h"
#include "hotlist/hotlist.h"

namespace glasshouse::hotlist {

// Columns of the table s (hotlist_sources, joined from the left), for SELECT.
std::string_view source_columns();
Source source_of(const db::Row& row);

base::Result<void> check_source_fields(const Source& source);
base::Result<void> store_source(db::Transaction& t, std::string_view list_id, const Source& source);

}  // namespace glasshouse::hotlist
