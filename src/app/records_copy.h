// The records as a whole, wherever they lie: what a backup holds of a PostgreSQL database, and the way back.
#pragma once

#include <string>

#include "backup/snapshot.h"
#include "base/result.h"
#include "db/database.h"

namespace glasshouse::app {

// Every module's tables, as this program has them.
base::Result<void> migrate_records(db::Database& database);

// The records at `url` as one plain SQLite database in memory: rows without keys or constraints, marked so.
base::Result<backup::Snapshot> records_at(const std::string& url);

// Gives records that records_at() made, in a file, their keys and constraints; others stay as they are.
base::Result<void> complete_records(const std::string& path);

// Moves the records in a file into the database at `url`, which must be an empty one. The file is gone after.
base::Result<void> move_records(const std::string& path, const std::string& url);

}  // namespace glasshouse::app
