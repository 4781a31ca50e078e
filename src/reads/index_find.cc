// Which reads match: by following the chains of the plates that match, or by passing over the columns.
#include <algorithm>
#include <array>

#include "reads/index.h"

namespace glasshouse::reads {
namespace {

// Following a chain costs a line of memory a read, passing over the columns a few bytes a row: chains are
// followed while they hold fewer reads than this part of all rows.
constexpr std::uint64_t kChainPart = 12;
constexpr std::uint64_t kFewSteps = 100'000;  // chains are always followed for so few
constexpr std::size_t kLanes = 16;            // chains followed at a time, each waiting for memory

// A yes-or-no table as wide as its numbers can be, so that a look-up needs no check. Empty: everything
// passes.
class Table {
 public:
  Table(const std::vector<std::uint8_t>& wanted, std::size_t numbers) {
    if (wanted.empty()) return;
    yes_ = wanted;
    yes_.resize(numbers);
  }
  bool any() const { return yes_.empty(); }
  bool allows(std::size_t number) const { return any() || yes_[number] != 0; }

  // Keeps of rows[0, n) those whose number passes; returns how many.
  template <class Number>
  std::size_t keep(const Number* column, std::uint32_t* rows, std::size_t n) const {
    if (any()) return n;
    std::size_t kept = 0;
    for (std::size_t k = 0; k < n; ++k) {
      const std::uint32_t row = rows[k];
      rows[kept] = row;
      kept += yes_[column[row]] != 0 ? 1 : 0;
    }
    return kept;
  }

 private:
  std::vector<std::uint8_t> yes_;
};

}  // namespace

// One question's pass over the index.
class Index::Search {
 public:
  Search(const Index& index, const Selection& selection, std::size_t limit, const std::optional<Hit>& before,
         Bins* bins)
      : index_(index),
        want_(selection),
        limit_(limit),
        before_(before),
        bins_(bins),
        cameras_(selection.cameras, 65536),
        makes_(selection.makes, 65536),
        regions_(selection.regions, 65536),
        colors_(selection.colors, 256),
        bodies_(selection.bodies, 256),
        plain_(cameras_.any() && makes_.any() && regions_.any() && colors_.any() && bodies_.any()) {}

  Found run() {
    if (want_.plates && steps() <= std::max(kFewSteps, index_.total_ / kChainPart)) {
      follow_chains();
    } else {
      if (want_.plates) mark_plates();
      pass_over_days();
    }
    if (!index_.corrections_.empty()) add_corrected();
    std::sort(found_.newest.begin(), found_.newest.end(), std::greater<>());
    return std::move(found_);
  }

 private:
  std::uint64_t steps() const {
    std::uint64_t steps = 0;
    for (Dictionary::Id id : *want_.plates) steps += index_.dictionary_.uses(id);
    return steps;
  }
  void mark_plates() {
    if (!chosen_.empty()) return;
    chosen_.resize(index_.dictionary_.capacity() / 64 + 1);
    for (Dictionary::Id id : *want_.plates) chosen_[id / 64] |= std::uint64_t{1} << (id % 64);
  }
  bool chosen(Dictionary::Id id) const { return (chosen_[id / 64] >> (id % 64) & 1) != 0; }

  bool fits_time(std::int64_t at_ms) const { return at_ms >= want_.from_ms && at_ms < want_.to_ms; }
  bool fits_place_and_looks(const Segment& s, std::uint32_t i) const {
    return cameras_.allows(s.camera[i]) && colors_.allows(s.color[i]) && bodies_.allows(s.body[i]) &&
           makes_.allows(s.make[i]);
  }

  void take(const Segment& s, std::uint32_t i) {
    take(Hit{s.midnight_ms + s.link[i].at_ms, s.first_row + i + 1});
  }
  void take(const Hit& hit) {
    if (before_ && !(hit < *before_)) return;
    if (bins_ != nullptr) {
      ++found_.total;
      if (!found_.oldest || hit < *found_.oldest) found_.oldest = hit;
      const auto bin = static_cast<std::size_t>((hit.at_ms - bins_->from_ms) / bins_->width_ms);
      if (hit.at_ms >= bins_->from_ms && bin < bins_->counts.size()) ++bins_->counts[bin];
    }
    keep(hit);
  }

  // found_.newest is a heap with the oldest of the kept on top.
  void keep(const Hit& hit) {
    auto& heap = found_.newest;
    if (heap.size() == limit_) {
      if (limit_ == 0 || !(heap.front() < hit)) return;
      std::pop_heap(heap.begin(), heap.end(), std::greater<>());
      heap.back() = hit;
    } else {
      heap.push_back(hit);
    }
    std::push_heap(heap.begin(), heap.end(), std::greater<>());
  }

  // Several chains side by side: while one waits for its next read to come from memory, the others go on.
  void follow_chains() {
    const auto& ids = *want_.plates;
    std::array<std::uint32_t, kLanes> lanes{};
    std::size_t lane_count = 0;
    std::size_t next = 0;
    const auto another = [&] {
      while (next < ids.size()) {
        if (next + kLanes < ids.size()) index_.dictionary_.prefetch(ids[next + kLanes]);
        const std::uint32_t gid = index_.dictionary_.newest(ids[next++]);
        if (gid != kNoRow) return fetch(gid);
      }
      return kNoRow;
    };
    while (lane_count < kLanes && (lanes[lane_count] = another()) != kNoRow) ++lane_count;
    while (lane_count > 0) {
      for (std::size_t lane = 0; lane < lane_count;) {
        const Segment& s = index_.segment_of(lanes[lane]);
        const std::uint32_t i = lanes[lane] & 0xFFFF;
        const Segment::Link link = s.link[i];
        const bool fits = !s.dying && fits_time(s.midnight_ms + link.at_ms) &&
                          (plain_ || (regions_.allows(s.region[i]) && fits_place_and_looks(s, i)));
        if (fits) take(s, i);
        lanes[lane] = link.previous != kNoRow ? fetch(link.previous) : another();
        if (lanes[lane] == kNoRow) {
          lanes[lane] = lanes[--lane_count];
        } else {
          ++lane;
        }
      }
    }
  }
  std::uint32_t fetch(std::uint32_t gid) const {
    __builtin_prefetch(&index_.segment_of(gid).link[gid & 0xFFFF]);
    return gid;
  }

  // Newest day first; without counting, older days cannot add anything once the page is full.
  void pass_over_days() {
    for (auto day = index_.days_.rbegin(); day != index_.days_.rend(); ++day) {
      const std::int64_t midnight = midnight_ms(day->first);
      if (midnight >= want_.to_ms || midnight + kDayMs <= want_.from_ms) continue;
      if (before_ && midnight > before_->at_ms) continue;
      if (bins_ == nullptr && found_.newest.size() == limit_) break;
      for (auto segment = day->second.segments.rbegin(); segment != day->second.segments.rend(); ++segment) {
        pass_over(*index_.segments_[*segment]);
      }
    }
  }

  void pass_over(const Segment& s) {
    if (!overlaps(s, s.least_at_ms, s.most_at_ms) || s.rows == 0) return;
    for (std::uint32_t block = s.blocks(); block-- > 0;) {
      if (overlaps(s, s.block_least[block], s.block_most[block])) pass_over_block(s, block);
    }
  }
  bool overlaps(const Segment& s, std::uint32_t least, std::uint32_t most) const {
    if (s.midnight_ms + least >= want_.to_ms || s.midnight_ms + most < want_.from_ms) return false;
    const bool full = bins_ == nullptr && found_.newest.size() == limit_;
    return !full || (limit_ > 0 && s.midnight_ms + most >= found_.newest.front().at_ms);
  }

  void pass_over_block(const Segment& s, std::uint32_t block) {
    std::array<std::uint32_t, Segment::kBlockRows> rows;
    const std::uint32_t first = block * Segment::kBlockRows;
    std::size_t n = std::min(s.rows - first, Segment::kBlockRows);
    for (std::uint32_t k = 0; k < n; ++k) rows[k] = first + k;
    n = cameras_.keep(s.camera, rows.data(), n);
    n = colors_.keep(s.color, rows.data(), n);
    n = bodies_.keep(s.body, rows.data(), n);
    n = makes_.keep(s.make, rows.data(), n);
    n = regions_.keep(s.region, rows.data(), n);
    const bool all_inside =
        fits_time(s.midnight_ms + s.block_least[block]) && fits_time(s.midnight_ms + s.block_most[block]);
    for (std::size_t k = n; k-- > 0;) {
      const std::uint32_t i = rows[k];
      if (want_.plates && !chosen(s.plate[i])) continue;
      if (all_inside || fits_time(s.midnight_ms + s.link[i].at_ms)) take(s, i);
    }
  }

  // Rows that match only under a correction.
  void add_corrected() {
    if (want_.plates) mark_plates();
    const auto fits_name = [&](Dictionary::Id plate, std::uint16_t region) {
      return (!want_.plates || chosen(plate)) && regions_.allows(region);
    };
    for (const auto& [gid, corrections] : index_.corrections_) {
      const Segment& s = index_.segment_of(gid);
      const std::uint32_t i = gid & 0xFFFF;
      if (s.dying || !fits_time(s.midnight_ms + s.link[i].at_ms) || !fits_place_and_looks(s, i) ||
          fits_name(s.plate[i], s.region[i])) {
        continue;
      }
      const bool corrected = std::any_of(corrections.begin(), corrections.end(), [&](const CorrectedAs& as) {
        return fits_name(as.plate, as.region == 0 ? s.region[i] : as.region);
      });
      if (corrected) take(s, i);
    }
  }

  const Index& index_;
  const Selection& want_;
  const std::size_t limit_;
  const std::optional<Hit>& before_;
  Bins* bins_;
  const Table cameras_, makes_, regions_, colors_, bodies_;
  const bool plain_;                   // nothing but plates and time is asked for
  std::vector<std::uint64_t> chosen_;  // a bit a plate
  Found found_;
};

Found Index::find(const Selection& selection, std::size_t limit, const std::optional<Hit>& before,
                  Bins* bins) const {
  return Search(*this, selection, limit, before, bins).run();
}

std::vector<Hit> Index::matching(base::Day day, std::span<const std::uint32_t> rows,
                                 const Selection& selection) const {
  std::vector<Hit> hits;
  const auto found = days_.find(day);
  if (found == days_.end()) return hits;
  const auto allows = [](const std::vector<std::uint8_t>& wanted, std::size_t number) {
    return wanted.empty() || (number < wanted.size() && wanted[number] != 0);
  };
  for (const std::uint32_t row : rows) {
    if (row < 1 || row > found->second.rows) continue;
    const Segment& s = *segments_[found->second.segments[(row - 1) / kSegmentRows]];
    const std::uint32_t i = (row - 1) % kSegmentRows;
    const std::int64_t at_ms = s.midnight_ms + s.link[i].at_ms;
    if (at_ms >= selection.from_ms && at_ms < selection.to_ms && allows(selection.cameras, s.camera[i]) &&
        allows(selection.makes, s.make[i]) && allows(selection.regions, s.region[i]) &&
        allows(selection.colors, s.color[i]) && allows(selection.bodies, s.body[i])) {
      hits.push_back({at_ms, row});
    }
  }
  return hits;
}

}  // namespace glasshouse::reads
