// Inside hotlist: lists of other agencies as rows of the records database.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "db/database.h"
#include "hotlist/peer_lists.h"

namespace glasshouse::hotlist {

std::string_view origin_columns();  // of the table o, for SELECT
std::optional<Origin> origin_of(const db::Row& row);

struct PeerRows {
  PeerApplied applied;
  std::vector<Entry> fresh;  // rows that were added or changed, as they stand
  std::vector<Entry> gone;   // rows that hit no more
};
// Everything of the change on the list `list_id`, whose row is there.
base::Result<PeerRows> write_peer_change(db::Transaction& t, std::string_view list_id,
                                         const PeerChange& change, base::Time now);
base::Result<void> drop_peer_rows(db::Transaction& t, std::string_view list_id);
base::Result<std::vector<HeldEntry>> held_rows(db::Database& db, std::string_view list_id);
base::Result<std::string> their_entry_of(db::Database& db, std::string_view entry_id);
// The name itself, or with the agency's and a number behind it where lists have it already.
base::Result<std::string> free_name(db::Database& db, const std::string& name, const std::string& agency);

}  // namespace glasshouse::hotlist
