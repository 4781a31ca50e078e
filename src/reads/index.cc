// Rows in: appending, correcting, dropping. Questions: index_find.cc, index_together.cc.
#include "reads/index.h"

#include <algorithm>

namespace glasshouse::reads {
namespace {

constexpr std::int64_t kNever = INT64_MIN;

}  // namespace

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
  segments_[number]->midnight_ms = midnight_ms(day);
  return number;
}

std::uint32_t Index::place_row(DayRows& rows, base::Day day, const RowFacts& facts, Dictionary::Id plate) {
  if (rows.rows % kSegmentRows == 0) {
    rows.segments.push_back(new_segment(day));
    segments_[rows.segments.back()]->first_row = rows.rows;
  }
  Segment& s = *segments_[rows.segments.back()];
  const std::uint32_t i = s.rows++;
  s.link[i] = {facts.at_ms, kNoRow};
  s.plate[i] = plate;
  s.camera[i] = facts.camera;
  s.make[i] = facts.make;
  s.region[i] = facts.region;
  s.color[i] = facts.color;
  s.body[i] = facts.body;
  s.note_time(i, facts.at_ms);
  if (plate != Dictionary::kNone) {
    s.link[i].previous = dictionary_.newest(plate);
    dictionary_.set_newest(plate, rows.segments.back() << 16 | i);
    dictionary_.use(plate);
  }
  if (rows.hours.size() <= facts.camera) rows.hours.resize(facts.camera + 1u);
  ++rows.hours[facts.camera][facts.at_ms / kHourMs % 24];
  if (last_at_ms_.size() <= facts.camera) last_at_ms_.resize(facts.camera + 1u, kNever);
  last_at_ms_[facts.camera] = std::max(last_at_ms_[facts.camera], s.midnight_ms + facts.at_ms);
  ++total_;
  return ++rows.rows;
}

std::uint32_t Index::append(base::Day day, const RowFacts& facts) {
  return place_row(days_[day], day, facts, dictionary_.add(facts.plate));
}

void Index::append_all(base::Day day, std::span<const RowFacts> rows) {
  std::vector<std::uint64_t> words;
  std::vector<Dictionary::Id> plates;
  for (; !rows.empty(); rows = rows.subspan(words.size())) {
    words.clear();
    for (const RowFacts& facts : rows.first(std::min(rows.size(), kRowsAtOnce))) {
      words.push_back(facts.plate.packed());
    }
    plates.resize(words.size());
    dictionary_.number_all(words, plates);
    place_all(day, rows.first(words.size()), plates, dictionary_.capacity());
  }
}

void Index::place_all(base::Day day, std::span<const RowFacts> rows, std::span<const Dictionary::Id> plates,
                      std::size_t plate_capacity) {
  constexpr std::size_t kAhead = 12;  // how many plates' states are on their way from memory at a time
  dictionary_.count_up_to(plate_capacity);
  DayRows& into = days_[day];
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i + kAhead < rows.size()) dictionary_.prefetch(plates[i + kAhead]);
    place_row(into, day, rows[i], plates[i]);
  }
}

void Index::correct(base::Day day, std::uint32_t row, plate::Plate plate, std::uint16_t region) {
  const auto found = days_.find(day);
  if (found == days_.end() || row == 0 || row > found->second.rows) return;
  const std::uint32_t gid = found->second.segments[(row - 1) / kSegmentRows] << 16 | (row - 1) % kSegmentRows;
  const Dictionary::Id id = dictionary_.add(plate);
  if (id != Dictionary::kNone) dictionary_.use(id);
  corrections_[gid].push_back({id, region});
}

void Index::uncorrect(base::Day day, std::uint32_t row, plate::Plate plate, std::uint16_t region) {
  const auto found = days_.find(day);
  if (found == days_.end() || row == 0 || row > found->second.rows) return;
  const std::uint32_t gid = found->second.segments[(row - 1) / kSegmentRows] << 16 | (row - 1) % kSegmentRows;
  const auto corrected = corrections_.find(gid);
  if (corrected == corrections_.end()) return;
  auto& list = corrected->second;
  const auto one = std::find_if(list.begin(), list.end(), [&](const CorrectedAs& as) {
    return as.region == region && dictionary_.plate(as.plate) == plate;
  });
  if (one == list.end()) return;
  dictionary_.release(one->plate);
  list.erase(one);
  if (list.empty()) corrections_.erase(corrected);
}

RowFacts Index::facts(base::Day day, std::uint32_t row) const {
  const DayRows& rows = days_.at(day);
  const Segment& s = *segments_[rows.segments.at((row - 1) / kSegmentRows)];
  const std::uint32_t i = (row - 1) % kSegmentRows;
  return {s.link[i].at_ms, dictionary_.plate(s.plate[i]), s.camera[i], s.make[i], s.region[i], s.color[i],
          s.body[i]};
}

std::vector<Index::Corrected> Index::corrections_on(base::Day day) const {
  std::vector<Corrected> list;
  for (const auto& [gid, corrections] : corrections_) {
    if (segment_of(gid).dying || segment_of(gid).midnight_ms != midnight_ms(day)) continue;
    for (const CorrectedAs& as : corrections) {
      list.push_back({hit_of(gid).row, dictionary_.plate(as.plate), as.region});
    }
  }
  return list;
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
      const std::uint32_t next = s.link[gid & 0xFFFF].previous;
      if (!s.dying) {
        kept = gid;
      } else {
        ++removed;
        if (kept == kNoRow) {
          dictionary_.set_newest(id, next);
        } else {
          segment_of(kept).link[kept & 0xFFFF].previous = next;
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

std::span<const std::uint32_t> Index::hours_on(base::Day day, std::uint16_t camera) const {
  const auto found = days_.find(day);
  if (found == days_.end() || camera >= found->second.hours.size()) return {};
  return found->second.hours[camera];
}

std::optional<std::int64_t> Index::last_at_ms(std::uint16_t camera) const {
  if (camera >= last_at_ms_.size() || last_at_ms_[camera] == kNever) return std::nullopt;
  return last_at_ms_[camera];
}

std::size_t Index::memory_bytes() const {
  return (segments_.size() - free_segments_.size()) * sizeof(Segment) + dictionary_.memory_bytes();
}

}  // namespace glasshouse::reads
