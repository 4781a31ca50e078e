// A backup of a data folder while its server runs, and its way back. docs/formats/backup.md.
//
// Everything that names a vehicle on a day is sealed to that day's key, and what a hold keeps to the hold's:
// when such a key is destroyed those bytes are dead in every backup. The vault is no part of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "vault/vault.h"

namespace glasshouse::app {

// What a backup is sealed to, beside the data: DATA/sealing-keys, public halves only, so that who makes
// backups needs no access to the vault. Written at start and whenever days come or go.
base::Result<void> write_sealing_keys(const vault::Vault& vault, const std::string& data);

struct BackupReport {
  std::uint64_t parts = 0, pictures = 0, bytes = 0;
  std::vector<std::string> left_out;  // days without a living key
};
// `out` must not exist. A backup is whole when its file "backup" is there: it is written last. `database`
// names the records' PostgreSQL database, as the server's --database does; empty: they lie in `data`.
base::Result<BackupReport> make_backup(const std::string& data, const std::string& out,
                                       const base::Clock& clock, const std::string& database = {});

struct RestoreOptions {
  std::string backup;
  std::string data;  // does not exist, or is empty
  // A newer copy of the ledger's folder: what it says was shredded is shredded first, and it goes on as the
  // log. Empty: the log of the backup.
  std::string log;
  std::string database;  // where the records shall lie: an empty PostgreSQL database; empty: in `data`
};
struct RestoreReport {
  std::uint64_t parts = 0, pictures = 0;
  std::uint64_t keys_shredded = 0;  // that the vault still had, and the log or the clock says are over
  std::vector<std::string> dead;    // keys of parts that nothing opens any more
};
// First the vault forgets what the log or the clock says is over; only then is anything opened with it.
base::Result<RestoreReport> restore_backup(const RestoreOptions& options, vault::Vault& vault,
                                           const base::Clock& clock);

// From the ledger's folder: destroys the keys that its entries "retention.purge", "hold.lift" and
// "hold.expire" name. Returns how many of them still lived.
base::Result<std::uint64_t> shred_what_the_log_says(const std::string& ledger_dir, vault::Vault& vault);

}  // namespace glasshouse::app
