#include "alerts/recent_passings.h"

namespace glasshouse::alerts {

std::optional<std::string> RecentPassings::alert_of(const Passing& passing, base::Time captured_at) const {
  const auto found = begun_.find(passing);
  if (found == begun_.end()) return std::nullopt;
  const base::Time first = found->second.first_at;
  // Reads that waited in a camera's spool may come in any order.
  const auto apart = captured_at < first ? first - captured_at : captured_at - first;
  if (apart > kPassingWindow) return std::nullopt;
  return found->second.alert_id;
}

void RecentPassings::begin(const Passing& passing, base::Time captured_at, std::string alert_id) {
  const auto [at, fresh] = begun_.insert_or_assign(passing, Begun{captured_at, std::move(alert_id)});
  if (!fresh) return;
  order_.push_back(passing);
  if (order_.size() > kMaxPassings) {
    begun_.erase(order_.front());
    order_.pop_front();
  }
}

}  // namespace glasshouse::alerts
