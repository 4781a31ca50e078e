#include "hotlist/live_matcher.h"

#include <algorithm>

namespace glasshouse::hotlist {
namespace {

constexpr std::uint32_t kNoList = ~std::uint32_t{0};

std::uint32_t index_of(const Matcher& matcher, std::string_view list_id) {
  const auto& lists = matcher.lists();
  const auto found =
      std::find_if(lists.begin(), lists.end(), [&](const MatchList& known) { return known.id == list_id; });
  return found == lists.end() ? kNoList : static_cast<std::uint32_t>(found - lists.begin());
}

}  // namespace

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
                                  std::vector<MatchEntry> entries) {
  const State old = state();
  std::vector<MatchList> lists;
  std::vector<std::uint32_t> moved;  // old index to new one
  for (const MatchList& known : old.main->lists()) {
    moved.push_back(known.id == list_id ? kNoList : static_cast<std::uint32_t>(lists.size()));
    if (known.id != list_id) lists.push_back(known);
  }
  for (MatchEntry& entry : entries) entry.list = static_cast<std::uint32_t>(lists.size());
  if (list != nullptr) lists.push_back(*list);
  for (const auto& part : {old.main, old.fresh}) {
    for (MatchEntry& entry : part->entries(clock_.now())) {
      entry.list = moved[entry.list];
      if (entry.list != kNoList) entries.push_back(std::move(entry));
    }
  }
  reset(std::move(lists), entries);
}

void LiveMatcher::set_list(MatchList list, std::vector<MatchEntry> entries) {
  rebuild_without(list.id, &list, std::move(entries));
}

void LiveMatcher::remove_list(std::string_view id) {
  rebuild_without(id, nullptr, {});
}

bool LiveMatcher::apply(std::string_view list_id, ListChange change) {
  const State old = state();
  const std::uint32_t list = index_of(*old.main, list_id);
  if (list == kNoList) return false;
  std::size_t moved = 0;
  std::vector<MatchEntry> entries = std::move(change.added);
  for (MatchEntry& entry : entries) entry.list = list;
  for (const auto& part : {old.main, old.fresh}) {
    for (MatchEntry& entry : part->entries(clock_.now())) {
      if (entry.list == list) {
        if (change.removed.contains(entry.id)) continue;
        if (const auto end = change.moved.find(entry.id); end != change.moved.end()) {
          entry.expires_at = end->second;
          ++moved;
        }
      }
      entries.push_back(std::move(entry));
    }
  }
  if (moved != change.moved.size()) return false;
  reset(old.main->lists(), entries);
  return true;
}

std::size_t LiveMatcher::running(std::string_view list_id, base::Time now) const {
  const State current = state();
  const std::uint32_t list = index_of(*current.main, list_id);
  if (list == kNoList) return 0;
  return current.main->running(list, now) + current.fresh->running(list, now);
}

void LiveMatcher::put(std::string_view list_id, const Entry& entry) {
  const State old = state();
  const auto& lists = old.fresh->lists();
  const std::uint32_t list = index_of(*old.fresh, list_id);
  if (list == kNoList) return;
  std::vector<MatchEntry> fresh = old.fresh->entries(clock_.now());
  std::erase_if(fresh, [&](const MatchEntry& known) { return known.id == entry.id; });
  fresh.push_back(match_entry(entry, list));
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
