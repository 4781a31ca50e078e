// Inside hotlist: what became of each file that was found in a watched folder. The newest kMaxPullsKept of a
// list are kept.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "db/database.h"
#include "hotlist/hotlist.h"

namespace glasshouse::hotlist {

inline constexpr std::size_t kMaxPullsKept = 500;  // a month of hourly files, and what failed among them
inline constexpr std::size_t kMaxFileNameBytes = 120;
inline constexpr std::chrono::minutes kRetryAfter{15};

base::Result<void> add_pull(db::Database& db, const Pull& pull);
base::Result<std::vector<Pull>> pulls_of(db::Database& db, std::string_view list_id, std::size_t limit);
// Whether this very file was dealt with. One that failed, for no fault of its own, is tried again after
// kRetryAfter.
base::Result<bool> knows_file(db::Database& db, std::string_view list_id, const FoundFile& file,
                              base::Time now);

}  // namespace glasshouse::hotlist
