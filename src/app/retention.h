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
#include "records/records.h"
#include "vault/vault.h"

namespace glasshouse::app {

std::vector<db::Migration> retention_migrations();

struct Retention {  // all outlive the call
  reads::Store& reads;
  gate::Gate& gate;
  const ledger::Ledger& ledger;
  db::Database& db;
  vault::Vault& vault;
};

// Drops every day of reads before `first_kept`, destroys the keys of those days, and records each day as
// "retention.purge", once: how many reads and pictures there were, and whether a key was destroyed. What will
// be dropped is noted in the records database first: the line of a day whose run was killed, or whose ledger
// could not write, is written by the next run. Returns how many days were recorded; a second call finds
// nothing to do. What a hold keeps is gone through once more first (held_reads.h).
base::Result<std::size_t> drop_days(const Retention& parts, base::Day first_kept, int retained_days);
// The same with the days that the packs and the agency's own settings leave, after what hit has been kept on
// and holds whose time is over have ended. Called at start and every hour.
base::Result<std::size_t> drop_old_days(const Retention& parts, const records::Settings& settings);

// The keys that cameras seal to, of every kept day and some ahead; each is recorded as "vault.day-key" before
// any camera hears of it. Called at start and every hour.
base::Result<void> prepare_day_keys(vault::Vault& vault, gate::Gate& gate);

}  // namespace glasshouse::app
