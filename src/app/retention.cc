#include "app/retention.h"

#include "base/log.h"

namespace glasshouse::app {

base::Result<std::size_t> drop_old_days(reads::Store& reads, gate::Gate& gate, int retained_days,
                                        base::Time now) {
  const base::Day first_kept{base::day_of(now).since_epoch - retained_days};
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
