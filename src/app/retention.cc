#include "app/retention.h"

#include <algorithm>

#include "base/log.h"

namespace glasshouse::app {

base::Result<std::size_t> drop_old_days(reads::Store& reads, gate::Gate& gate) {
  const gate::Standing standing = gate.standing();
  const int retained_days = standing.facts.retained_days;
  base::Day first_kept = policy::oldest_kept_day(standing.facts.now, retained_days);
  // Where unmatched reads are not stored any more, those of the time before go too.
  if (const auto since = gate.packs()->hits_only_since(base::day_of(standing.facts.now)))
    first_kept = std::max(first_kept, *since);
  auto dropped = reads.drop_days_before(first_kept);
  if (!dropped) return tl::unexpected(dropped.error());
  for (const auto& day : *dropped) {
    using ledger::Release;
    auto recorded = gate.record_event("retention.purge",
                                      {{"day", base::format_day(day.day), Release::kAtOnce},
                                       {"reads", std::to_string(day.reads), Release::kAtOnce},
                                       {"pictures", std::to_string(day.pictures), Release::kAtOnce},
                                       {"retained_days", std::to_string(retained_days), Release::kAtOnce}});
    if (!recorded) return tl::unexpected(recorded.error());
    base::log(base::Level::kInfo, "retention",
              "dropped " + base::format_day(day.day) + ": " + std::to_string(day.reads) + " reads, " +
                  std::to_string(day.pictures) + " pictures");
  }
  return dropped->size();
}

}  // namespace glasshouse::app
