// checkpoints.db: the one latest signed checkpoint, changed only by compare-and-swap. It is what makes two
// roots for one size impossible, so it trusts neither ledger.db nor the tiles. Internal to the module.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/ledger.h"
#include "ledger/sqlite.h"

namespace glasshouse::ledger {

class CheckpointStore {
 public:
  static base::Result<CheckpointStore> open(const std::string& path, Sqlite::Mode mode);

  base::Result<std::optional<Checkpoint>> latest(const std::string& origin);

  // The first checkpoint of a log; fails when there is one.
  base::Result<void> begin(const std::string& origin, const Checkpoint& first);

  // Durable when it returns; kCorrupt when the stored one is not `old`: somebody else wrote here. `day`
  // remembers the last checkpoint of every day.
  base::Result<void> swap(const std::string& origin, const Checkpoint& old, const Checkpoint& next,
                          base::Day day);

  // The last checkpoint of the latest day before `day`.
  base::Result<std::optional<Checkpoint>> last_before(const std::string& origin, base::Day day);

 private:
  explicit CheckpointStore(Sqlite db) : db_(std::move(db)) {}
  Sqlite db_;
};

}  // namespace glasshouse::ledger
