// Deletion by the configured days, with its line in the ledger.
#pragma once

#include <cstddef>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "db/database.h"
#include "gate/gate.h"
#include "ledger/ledger.h"
#include "reads/store.h"

namespace glasshouse::app {

std::vector<db::Migration> retention_migrations();

struct Retention {  // all outlive the call
  reads::Store& reads;
  gate::Gate& gate;
  const ledger::Ledger& ledger;
  db::Database& db;
};

// Drops every day of reads before `first_kept` and records each as "retention.purge", once. What will be
// dropped is noted in the records database first: the line of a day whose run was killed, or whose ledger
// could not write, is written by the next run. Returns how many days were recorded; a second call finds
// nothing to do.
base::Result<std::size_t> drop_days(const Retention& parts, base::Day first_kept, int retained_days);
// The same with the days that the packs and the agency's own setting leave. Called at start and every hour.
base::Result<std::size_t> drop_old_days(const Retention& parts);

}  // namespace glasshouse::app
