// What outlives its day: hits, and reads that a case holds. Part of retention.h.
#pragma once

#include "app/retention.h"

namespace glasshouse::app {

// The first day whose hits are still kept; `first_kept` where they go with their day. hit_days is the
// agency's setting, 0: no longer than other reads; a pack may say less.
base::Day first_hit_kept(gate::Gate& gate, int hit_days, base::Day first_kept);

// Copies each read of a day before `first_kept` that raised an alert which nobody rejected to a hold of its
// day, "hits-2026-11-22", under a key of its own. Safe to repeat. Returns how many copies there are.
base::Result<std::size_t> keep_hits(const Retention& parts, int hit_days, base::Day first_kept);

// Ends the holds whose time is over ("hold.expire" in the ledger), those of hits before `first_hit`, and what
// a stop left of holds that have ended or were never told of: first the key, then the copy.
base::Result<std::size_t> end_old_holds(const Retention& parts, base::Day first_hit);

}  // namespace glasshouse::app
