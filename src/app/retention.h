// Deletion by the days that may be kept, with its line in the ledger.
#pragma once

#include <cstddef>

#include "base/result.h"
#include "base/time.h"
#include "gate/gate.h"
#include "reads/store.h"

namespace glasshouse::app {

// Drops every day of reads that is older than the setting and the statute packs in force allow (UTC) and
// records each as "retention.purge". Returns how many days were dropped. Called at start and every hour; a
// second call finds nothing to do.
base::Result<std::size_t> drop_old_days(reads::Store& reads, gate::Gate& gate);

}  // namespace glasshouse::app
