#include "reads/index.h"

#include <algorithm>

namespace glasshouse::reads {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kNever = INT64_MIN;

// Above this many reads, walking chains (a cache miss each) costs more than passing over the columns.
constexpr std::uint64_t kMostChainSteps = 300'000;

std::int64_t midnight_ms(base::Day day) {
  return base::to_ms(base::start_of(day));
}

}  // namespace

struct Index::Segment {
  // Left unset on purpose: pages that hold no rows yet cost no memory.
  std::uint32_t at_ms[kSegmentRows];
  std::uint32_t plate[kSegmentRows];
  std::uint32_t previous[kSegmentRows];  // of the same plate; kNoRow at the end
  std::uint16_t camera[kSegmentRows];
  std::uint16_t make[kSegmentRows];
  std::uint16_t region[kSegmentRows];
  std::uint8_t color[kSegmentRows];
  std::uint8_t body[kSegmentRows];
  std::uint32_t rows;
  std::uint32_t first_row;  // in the day, less one
  std::uint32_t least_at_ms, most_at_ms;
  std::int64_t midnight_ms;
  bool dying;
};

// One question's pass over the index.
class Index::Search {
 public:
  Search(const Index& index, const Selection& selection, std::size_t limit, const std::optional<Hit>& before,
         Bins* bins)
      : index_(index), want_(selection), limit_(limit), before_(before), bins_(bins) {
    if (want_.plates) {
      chosen_.resize(index.dictionary_.capacity() / 64 + 1);
      for (Dictionary::Id id : *want_.plates) {
        chosen_[id / 64] |= std::uint64_t{1} << (id % 64);
        steps_ += index.dictionary_.uses(id);
      }
    }
  }

  Found run() {
    if (want_.plates && steps_ <= kMostChainSteps) {
      walk_chains();
    } else {
      pass_over_days();
    }
    add_corrected();
    std::sort(found_.newest.begin(), found_.newest.end(), std::greater<>());
    return std::move(found_);
  }

 private:
  static bool allows(const std::vector<std::uint8_t>& table, std::size_t number) {
    return table.empty() || (number < table.size() && table[number] != 0);
  }
  bool chosen(Dictionary::Id id) const { return (chosen_[id / 64] >> (id % 64) & 1) != 0; }

  // All but plate and region, which a correction may change.
  bool fits_place_and_looks(const Segment& s, std::uint32_t i) const {
    const std::int64_t at = s.midnight_ms + s.at_ms[i];
    return at >= want_.from_ms && at < want_.to_ms && allows(want_.cameras, s.camera[i]) &&
           allows(want_.colors, s.color[i]) && allows(want_.bodies, s.body[i]) &&
           allows(want_.makes, s.make[i]);
  }
  bool fits_name(Dictionary::Id plate, std::uint16_t region) const {
    return (!want_.plates || chosen(plate)) && allows(want_.regions, region);
  }
  bool fits(const Segment& s, std::uint32_t i) const {
    return fits_name(s.plate[i], s.region[i]) && fits_place_and_looks(s, i);
  }

  void take(const Segment& s, std::uint32_t i) {
    const Hit hit{s.midnight_ms + s.at_ms[i], s.first_row + i + 1};
    if (before_ && !(hit < *before_)) return;
    if (bins_ != nullptr) {
      ++found_.total;
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

  void walk_chains() {
    for (Dictionary::Id id : *want_.plates) {
      for (std::uint32_t gid = index_.dictionary_.newest(id); gid != kNoRow;) {
        const Segment& s = index_.segment_of(gid);
        const std::uint32_t i = gid & 0xFFFF;
        if (!s.dying && fits(s, i)) take(s, i);
        gid = s.previous[i];
      }
    }
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
    if (s.rows == 0 || s.midnight_ms + s.least_at_ms >= want_.to_ms ||
        s.midnight_ms + s.most_at_ms < want_.from_ms) {
      return;
    }
    const bool full = bins_ == nullptr && found_.newest.size() == limit_;
    if (full && s.midnight_ms + s.most_at_ms < found_.newest.front().at_ms) return;
    for (std::uint32_t i = s.rows; i-- > 0;) {
      if (fits(s, i)) take(s, i);
    }
  }

  // Rows that match only under a correction.
  void add_corrected() {
    for (const auto& [gid, corrections] : index_.corrections_) {
      const Segment& s = index_.segment_of(gid);
      const std::uint32_t i = gid & 0xFFFF;
      if (s.dying || fits_name(s.plate[i], s.region[i]) || !fits_place_and_looks(s, i)) continue;
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
  std::vector<std::uint64_t> chosen_;  // a bit a plate
  std::uint64_t steps_ = 0;
  Found found_;
};

Index::Index() = default;
Index::~Index() = default;

std::uint32_t Index::new_segment(base::Day day) {
  std::uint32_t number = 0;
  if (free_segments_.empty()) {
    number = static_cast<std::uint32_t>(segments_.size());
    segments_.emplace_back();
  } else {
    number = free_segments_.back();
    free_segments_.pop_back();
  }
  segments_[number].reset(new Segment);  // not make_unique: that would clear it
  Segment& s = *segments_[number];
  s.rows = 0;
  s.least_at_ms = UINT32_MAX;
  s.most_at_ms = 0;
  s.midnight_ms = midnight_ms(day);
  s.dying = false;
  return number;
}

std::uint32_t Index::append(base::Day day, const RowFacts& facts) {
  DayRows& rows = days_[day];
  if (rows.rows % kSegmentRows == 0) {
    rows.segments.push_back(new_segment(day));
    segments_[rows.segments.back()]->first_row = rows.rows;
  }
  Segment& s = *segments_[rows.segments.back()];
  const std::uint32_t i = s.rows++;
  const std::uint32_t gid = rows.segments.back() << 16 | i;
  const Dictionary::Id plate = dictionary_.add(facts.plate);
  s.at_ms[i] = facts.at_ms;
  s.plate[i] = plate;
  s.previous[i] = kNoRow;
  s.camera[i] = facts.camera;
  s.make[i] = facts.make;
  s.region[i] = facts.region;
  s.color[i] = facts.color;
  s.body[i] = facts.body;
  s.least_at_ms = std::min(s.least_at_ms, facts.at_ms);
  s.most_at_ms = std::max(s.most_at_ms, facts.at_ms);
  if (plate != Dictionary::kNone) {
    s.previous[i] = dictionary_.newest(plate);
    dictionary_.set_newest(plate, gid);
    dictionary_.use(plate);
  }
  if (rows.hours.size() <= facts.camera) rows.hours.resize(facts.camera + 1u);
  ++rows.hours[facts.camera][facts.at_ms / kHourMs % 24];
  if (last_at_ms_.size() <= facts.camera) last_at_ms_.resize(facts.camera + 1u, kNever);
  last_at_ms_[facts.camera] = std::max(last_at_ms_[facts.camera], s.midnight_ms + facts.at_ms);
  ++total_;
  return ++rows.rows;
}

void Index::correct(base::Day day, std::uint32_t row, plate::Plate plate, std::uint16_t region) {
  const auto found = days_.find(day);
  if (found == days_.end() || row == 0 || row > found->second.rows) return;
  const std::uint32_t gid = found->second.segments[(row - 1) / kSegmentRows] << 16 | (row - 1) % kSegmentRows;
  const Dictionary::Id id = dictionary_.add(plate);
  if (id != Dictionary::kNone) dictionary_.use(id);
  corrections_[gid].push_back({id, region});
}

Found Index::find(const Selection& selection, std::size_t limit, const std::optional<Hit>& before,
                  Bins* bins) const {
  return Search(*this, selection, limit, before, bins).run();
}

void Index::begin_drop(base::Day day) {
  const auto found = days_.find(day);
  if (found == days_.end()) return;
  std::vector<bool> seen(dictionary_.capacity());
  for (std::uint32_t number : found->second.segments) {
    Segment& s = *segments_[number];
    s.dying = true;
    dying_segments_.push_back(number);
    for (std::uint32_t i = 0; i < s.rows; ++i) {
      if (s.plate[i] == Dictionary::kNone || seen[s.plate[i]]) continue;
      seen[s.plate[i]] = true;
      dying_plates_.push_back(s.plate[i]);
    }
  }
  std::erase_if(corrections_, [&](const auto& item) {
    if (!segment_of(item.first).dying) return false;
    for (const CorrectedAs& as : item.second) dictionary_.release(as.plate);
    return true;
  });
  total_ -= found->second.rows;
  days_.erase(found);
}

bool Index::drop_step(std::size_t plates) {
  for (; plates > 0 && !dying_plates_.empty(); --plates) {
    const Dictionary::Id id = dying_plates_.back();
    dying_plates_.pop_back();
    std::uint32_t kept = kNoRow;
    std::uint32_t removed = 0;
    for (std::uint32_t gid = dictionary_.newest(id); gid != kNoRow;) {
      Segment& s = segment_of(gid);
      const std::uint32_t next = s.previous[gid & 0xFFFF];
      if (!s.dying) {
        kept = gid;
      } else {
        ++removed;
        if (kept == kNoRow) {
          dictionary_.set_newest(id, next);
        } else {
          segment_of(kept).previous[kept & 0xFFFF] = next;
        }
      }
      gid = next;
    }
    if (removed > 0) dictionary_.release(id, removed);
  }
  if (!dying_plates_.empty()) return true;
  for (std::uint32_t number : dying_segments_) {
    segments_[number].reset();
    free_segments_.push_back(number);
  }
  dying_segments_.clear();
  return false;
}

std::uint32_t Index::rows_on(base::Day day) const {
  const auto found = days_.find(day);
  return found == days_.end() ? 0 : found->second.rows;
}

std::optional<base::Day> Index::oldest() const {
  if (days_.empty()) return std::nullopt;
  return days_.begin()->first;
}

std::optional<base::Day> Index::newest() const {
  if (days_.empty()) return std::nullopt;
  return days_.rbegin()->first;
}

std::uint32_t Index::in_hour(std::uint16_t camera, std::int64_t hour_ms) const {
  const auto found = days_.find(base::day_of(base::from_ms(hour_ms)));
  if (found == days_.end() || camera >= found->second.hours.size()) return 0;
  return found->second
      .hours[camera][static_cast<std::size_t>((hour_ms - midnight_ms(found->first)) / kHourMs)];
}

std::optional<std::int64_t> Index::last_at_ms(std::uint16_t camera) const {
  if (camera >= last_at_ms_.size() || last_at_ms_[camera] == kNever) return std::nullopt;
  return last_at_ms_[camera];
}

std::size_t Index::memory_bytes() const {
  return (segments_.size() - free_segments_.size()) * sizeof(Segment) + dictionary_.capacity() * 32;
}

}  // namespace glasshouse::reads
