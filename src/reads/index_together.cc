// Questions about several vehicles or several places at once: who was at all of them, who travels with whom.
#include <algorithm>

#include "reads/index.h"

namespace glasshouse::reads {
namespace {

bool allows(const std::vector<std::uint8_t>& table, std::size_t number) {
  return table.empty() || (number < table.size() && table[number] != 0);
}

}  // namespace

// Gathers which plates were read where, each read once under each of its plates.
class Index::Beside {
 public:
  struct Seen {
    Dictionary::Id plate;
    std::uint16_t camera;
    std::uint32_t gid;
    auto operator<=>(const Seen&) const = default;
  };

  explicit Beside(const Index& index) : index_(index) {}

  // Reads between from_ms and to_ms that pass `fits`. False when there are too many.
  template <class Fits>
  bool add(std::int64_t from_ms, std::int64_t to_ms, Fits fits) {
    const base::Day first = base::day_of(base::from_ms(from_ms));
    for (auto day = index_.days_.lower_bound(first); day != index_.days_.end(); ++day) {
      if (midnight_ms(day->first) >= to_ms) break;
      for (std::uint32_t number : day->second.segments) {
        const Segment& s = *index_.segments_[number];
        s.rows_between(from_ms, to_ms, [&](std::uint32_t i) {
          if (fits(s, i, number << 16 | i)) note(s, number << 16 | i);
        });
        if (seen_.size() > kMostBeside) return false;
      }
    }
    return true;
  }

  std::vector<Seen> take() {
    std::sort(seen_.begin(), seen_.end());
    seen_.erase(std::unique(seen_.begin(), seen_.end()), seen_.end());
    return std::move(seen_);
  }

 private:
  void note(const Segment& s, std::uint32_t gid) {
    const std::uint32_t i = gid & 0xFFFF;
    if (s.plate[i] != Dictionary::kNone) seen_.push_back({s.plate[i], s.camera[i], gid});
    if (index_.corrections_.empty()) return;
    const auto corrected = index_.corrections_.find(gid);
    if (corrected == index_.corrections_.end()) return;
    for (const CorrectedAs& as : corrected->second) {
      if (as.plate != Dictionary::kNone) seen_.push_back({as.plate, s.camera[i], gid});
    }
  }

  const Index& index_;
  std::vector<Seen> seen_;
};

std::optional<std::vector<Together>> Index::meet(const std::vector<Selection>& selections) const {
  std::vector<std::vector<Beside::Seen>> places;
  std::size_t rows = 0;
  for (const Selection& want : selections) {
    Beside beside(*this);
    const bool all =
        beside.add(want.from_ms, want.to_ms, [&](const Segment& s, std::uint32_t i, std::uint32_t) {
          return allows(want.cameras, s.camera[i]) && allows(want.colors, s.color[i]) &&
                 allows(want.bodies, s.body[i]) && allows(want.makes, s.make[i]) &&
                 allows(want.regions, s.region[i]);
        });
    places.push_back(beside.take());
    rows += places.back().size();
    if (!all || rows > kMostBeside) return std::nullopt;
  }
  std::vector<Together> met;
  if (places.empty()) return met;
  std::vector<Dictionary::Id> only = selections.front().plates.value_or(std::vector<Dictionary::Id>{});
  std::sort(only.begin(), only.end());
  const auto wanted = [&](Dictionary::Id plate) {
    return !selections.front().plates || std::binary_search(only.begin(), only.end(), plate);
  };
  std::vector<std::size_t> next(places.size());
  std::vector<Beside::Seen> seen;
  // All are in order of plate: go along the first and let the others catch up.
  while (next[0] < places[0].size()) {
    const Dictionary::Id plate = places[0][next[0]].plate;
    seen.clear();
    bool everywhere = true;
    for (std::size_t p = 0; p < places.size(); ++p) {
      while (next[p] < places[p].size() && places[p][next[p]].plate < plate) ++next[p];
      everywhere = everywhere && next[p] < places[p].size() && places[p][next[p]].plate == plate;
      for (; next[p] < places[p].size() && places[p][next[p]].plate == plate; ++next[p]) {
        seen.push_back(places[p][next[p]]);
      }
    }
    if (!everywhere || !wanted(plate)) continue;
    std::sort(seen.begin(), seen.end());  // windows may overlap
    seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
    Together one;
    one.plate = dictionary_.plate(plate);
    for (std::size_t i = 0; i < seen.size(); ++i) {
      one.cameras += i == 0 || seen[i].camera != seen[i - 1].camera ? 1 : 0;
      one.reads.push_back(hit_of(seen[i].gid));
    }
    std::sort(one.reads.begin(), one.reads.end());
    met.push_back(std::move(one));
  }
  return met;
}

std::optional<std::vector<Together>> Index::convoy(const Selection& leader, std::int64_t within_ms,
                                                   std::size_t least_cameras) const {
  Beside beside(*this);
  std::vector<std::uint32_t>
      own;  // the leader's reads: none of them is beside itself, whatever it was corrected to
  for (const Hit& hit : find(leader, kMostBeside, std::nullopt, nullptr).newest) {
    own.push_back(days_.at(hit.day()).segments[(hit.row - 1) / kSegmentRows] << 16 |
                  (hit.row - 1) % kSegmentRows);
  }
  std::sort(own.begin(), own.end());
  for (const std::uint32_t gid : own) {
    const std::uint16_t camera = segment_of(gid).camera[gid & 0xFFFF];
    const std::int64_t at_ms = hit_of(gid).at_ms;
    const std::int64_t from_ms = std::max(leader.from_ms, at_ms - within_ms);
    const std::int64_t to_ms = std::min(leader.to_ms, at_ms + within_ms + 1);
    const bool all = beside.add(from_ms, to_ms, [&](const Segment& s, std::uint32_t i, std::uint32_t other) {
      return s.camera[i] == camera && !std::binary_search(own.begin(), own.end(), other);
    });
    if (!all) return std::nullopt;
  }
  std::vector<Together> company;
  const std::vector<Beside::Seen> seen = beside.take();
  for (std::size_t start = 0; start < seen.size();) {
    Together one;
    one.plate = dictionary_.plate(seen[start].plate);
    std::size_t end = start;
    for (; end < seen.size() && seen[end].plate == seen[start].plate; ++end) {
      one.cameras += end == start || seen[end].camera != seen[end - 1].camera ? 1 : 0;
    }
    if (one.cameras >= least_cameras) {
      for (std::size_t i = start; i < end; ++i) one.reads.push_back(hit_of(seen[i].gid));
      std::sort(one.reads.begin(), one.reads.end());
      company.push_back(std::move(one));
    }
    start = end;
  }
  return company;
}

}  // namespace glasshouse::reads
