#include "hotlist/live_matcher.h"

#include <algorithm>

namespace glasshouse::hotlist {

MatchEntry match_entry(const Entry& entry, std::uint32_t list) {
  return {entry.id, list, entry.plate, entry.pattern, entry.region, entry.expires_at};
}

LiveMatcher::LiveMatcher(const base::Clock& clock) : clock_(clock) {
  reset({}, {});
}

LiveMatcher::State LiveMatcher::state() const {
  std::lock_guard lock(mutex_);
  return state_;
}

void LiveMatcher::publish(State state) {
  std::lock_guard lock(mutex_);
  state.version = state_.version + 1;
  std::swap(state_, state);  // the old one is freed after the lock
  version_.store(state_.version, std::memory_order_release);
}

void LiveMatcher::reset(std::vector<MatchList> lists, const std::vector<MatchEntry>& entries) {
  auto fresh = std::make_shared<Matcher>(lists, std::vector<MatchEntry>{});
  publish({std::make_shared<Matcher>(std::move(lists), entries), std::move(fresh), 0});
}

void LiveMatcher::rebuild_without(std::string_view list_id, const MatchList* list,
                                  const std::vector<Entry>& entries) {
  const State old = state();
  std::vector<MatchList> lists;
  std::vector<std::uint32_t> moved;  // old index to new one
  for (const MatchList& known : old.main->lists()) {
    moved.push_back(known.id == list_id ? ~std::uint32_t{0} : static_cast<std::uint32_t>(lists.size()));
    if (known.id != list_id) lists.push_back(known);
  }
  std::vector<MatchEntry> kept;
  for (const auto& part : {old.main, old.fresh}) {
    for (MatchEntry& entry : part->entries(clock_.now())) {
      entry.list = moved[entry.list];
      if (entry.list != ~std::uint32_t{0}) kept.push_back(std::move(entry));
    }
  }
  if (list != nullptr) {
    for (const Entry& entry : entries)
      kept.push_back(match_entry(entry, static_cast<std::uint32_t>(lists.size())));
    lists.push_back(*list);
  }
  reset(std::move(lists), kept);
}

void LiveMatcher::set_list(MatchList list, const std::vector<Entry>& entries) {
  rebuild_without(list.id, &list, entries);
}

void LiveMatcher::remove_list(std::string_view id) {
  rebuild_without(id, nullptr, {});
}

void LiveMatcher::put(std::string_view list_id, const Entry& entry) {
  const State old = state();
  const auto& lists = old.fresh->lists();
  const auto list =
      std::find_if(lists.begin(), lists.end(), [&](const MatchList& known) { return known.id == list_id; });
  if (list == lists.end()) return;
  std::vector<MatchEntry> fresh = old.fresh->entries(clock_.now());
  std::erase_if(fresh, [&](const MatchEntry& known) { return known.id == entry.id; });
  fresh.push_back(match_entry(entry, static_cast<std::uint32_t>(list - lists.begin())));
  if (fresh.size() <= kMaxFresh) {
    publish({old.main, std::make_shared<Matcher>(lists, fresh), 0});
    old.main->retire(entry.id, entry.plate);
    return;
  }
  std::vector<MatchEntry> all = old.main->entries(clock_.now());
  std::erase_if(all, [&](const MatchEntry& known) { return known.id == entry.id; });
  all.insert(all.end(), fresh.begin(), fresh.end());
  reset(lists, all);
}

void LiveMatcher::retire(std::string_view entry_id, std::string_view plate) {
  const State now = state();
  now.main->retire(entry_id, plate);
  now.fresh->retire(entry_id, plate);
}

std::vector<Hit> LiveMatcher::match(const Wanted& wanted, base::Time now,
                                    const std::function<bool(Hit&)>& counts) const {
  // put() publishes a new pair of indexes and then retires the old copy of the entry in an index that both
  // pairs share. Whoever saw the retired copy with the old pair sees here that there is a newer one, and asks
  // that.
  for (;;) {
    const State current = state();
    std::vector<Hit> hits;
    current.main->match(wanted, now, hits);
    current.fresh->match(wanted, now, hits);
    if (current.version != version_.load(std::memory_order_acquire)) continue;
    if (counts) std::erase_if(hits, [&](Hit& hit) { return !counts(hit); });
    if (hits.size() > 1) order_hits(hits);
    return hits;
  }
}

}  // namespace glasshouse::hotlist
