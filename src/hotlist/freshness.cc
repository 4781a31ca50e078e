#include "hotlist/freshness.h"

#include <algorithm>

namespace glasshouse::hotlist {

std::string_view name_of(Freshness::State state) {
  switch (state) {
    case Freshness::State::kFresh:
      return "fresh";
    case Freshness::State::kStale:
      return "stale";
    case Freshness::State::kStopped:
      return "stopped";
    case Freshness::State::kEnded:
      return "ended";
    case Freshness::State::kUnlimited:
      break;
  }
  return "unlimited";
}

Freshness freshness_of(const Source& source, base::Time as_of, base::Time now) {
  Freshness freshness;
  if (base::to_ms(as_of) != 0) freshness.as_of = as_of;
  const auto after = [&](int minutes) -> std::optional<base::Time> {
    if (minutes == 0 || !freshness.as_of) return std::nullopt;
    return as_of + std::chrono::minutes(minutes);
  };
  freshness.warns_at = after(source.warn_after_minutes);
  freshness.stops_at = after(source.stop_after_minutes);
  if (freshness.warns_at || freshness.stops_at) freshness.state = Freshness::State::kFresh;
  if (freshness.warns_at && now >= *freshness.warns_at) freshness.state = Freshness::State::kStale;
  if (freshness.stops_at && now >= *freshness.stops_at) freshness.state = Freshness::State::kStopped;
  if (source.ends_at && now >= *source.ends_at) freshness.state = Freshness::State::kEnded;
  return freshness;
}

std::shared_ptr<const ListGates::Gates> ListGates::gates() const {
  std::lock_guard lock(mutex_);
  return gates_;
}

// Writers take turns: Hotlists changes one list at a time.
void ListGates::set(const std::string& list_id, Gate gate) {
  auto next = std::make_shared<Gates>(*gates());
  next->insert_or_assign(list_id, std::move(gate));
  std::lock_guard lock(mutex_);
  gates_ = std::move(next);
}

void ListGates::remove(std::string_view list_id) {
  auto next = std::make_shared<Gates>(*gates());
  if (const auto found = next->find(list_id); found != next->end()) next->erase(found);
  std::lock_guard lock(mutex_);
  gates_ = std::move(next);
}

std::vector<std::string> ListGates::audience_of(std::string_view list_id) const {
  const auto current = gates();
  const auto found = current->find(list_id);
  return found == current->end() ? std::vector<std::string>() : found->second.source.audience;
}

std::vector<std::string> ListGates::hidden_from(std::string_view account_id) const {
  std::vector<std::string> hidden;
  const auto current = gates();  // held: another thread may put the next ones in its place
  for (const auto& [id, gate] : *current) {
    const auto& audience = gate.source.audience;
    if (!audience.empty() && std::find(audience.begin(), audience.end(), account_id) == audience.end())
      hidden.push_back(id);
  }
  return hidden;
}

std::vector<std::pair<std::string, Origin>> ListGates::origins() const {
  std::vector<std::pair<std::string, Origin>> known;
  const auto current = gates();
  for (const auto& [id, gate] : *current) {
    if (gate.origin) known.emplace_back(id, *gate.origin);
  }
  return known;
}

bool ListGates::passes(Hit& hit, const Wanted& wanted, base::Time now) const {
  const auto current = gates();
  const auto found = current->find(hit.hotlist_id);
  if (found == current->end()) return true;
  const Freshness freshness = freshness_of(found->second.source, found->second.as_of, now);
  hit.list_as_of = freshness.as_of;
  hit.list_stale = freshness.state == Freshness::State::kStale;
  hit.second_look = found->second.source.second_look;
  if (freshness.state == Freshness::State::kStopped || freshness.state == Freshness::State::kEnded)
    return false;
  const std::optional<Origin>& origin = found->second.origin;
  if (!origin) return true;
  hit.agency = origin->agency;
  return judge_ && !wanted.camera_id.empty() && judge_(*origin, wanted);
}

}  // namespace glasshouse::hotlist
