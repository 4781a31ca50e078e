// What can be asked of reads, in memory: twenty bytes a read in columns, chains from every plate to its
// reads, and counts of a camera's hour. It answers which reads (day and row) match; the day files hold the
// reads themselves.
//
// Rows lie in segments of 65,536. A row's global number is segment << 16 | place, so that a chain needs 32
// bits and dropping a day frees whole segments. Not thread-safe: the store lets many read or one write.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "reads/dictionary.h"
#include "reads/words.h"

namespace glasshouse::reads {

// A read as the index sees it; numbers are Vocabulary's.
struct RowFacts {
  std::uint32_t at_ms = 0;  // since the day's midnight
  plate::Plate plate;
  std::uint16_t camera = 0, make = 0, region = 0;
  std::uint8_t color = 0, body = 0;
};

// Which read: row is its number in the day file, from 1.
struct Hit {
  std::int64_t at_ms = 0;  // since the epoch
  std::uint32_t row = 0;
  base::Day day() const { return base::day_of(base::from_ms(at_ms)); }
  auto operator<=>(const Hit&) const = default;  // later is greater; within a millisecond the later row
};

// All that is given must hold. The tables say yes or no by number; an empty table means "any".
struct Selection {
  std::int64_t from_ms = 0, to_ms = 0;  // [from, to)
  std::vector<std::uint8_t> cameras, makes, regions, colors, bodies;
  std::optional<std::vector<Dictionary::Id>> plates;
};

struct Bins {
  std::int64_t from_ms = 0, width_ms = 1;
  std::vector<std::uint64_t> counts;
};

struct Found {
  std::vector<Hit> newest;  // newest first, at most `limit`
  std::uint64_t total = 0;  // only when counted
};

class Index {
 public:
  static constexpr std::uint32_t kSegmentRows = 65536;

  Index();
  ~Index();

  // Appends the day's next row and returns its number (from 1).
  std::uint32_t append(base::Day day, const RowFacts& facts);
  // The row is then also found under this plate and region (0: the read's own).
  void correct(base::Day day, std::uint32_t row, plate::Plate plate, std::uint16_t region);

  // `before`: only what is older than it. With `bins` every match is counted, also those not returned.
  Found find(const Selection& selection, std::size_t limit, const std::optional<Hit>& before,
             Bins* bins) const;

  // Takes a day out of every answer at once; drop_step then frees it, some plates at a time (false: done).
  void begin_drop(base::Day day);
  bool drop_step(std::size_t plates);

  std::uint64_t total() const { return total_; }
  std::uint32_t rows_on(base::Day day) const;
  std::optional<base::Day> oldest() const;
  std::optional<base::Day> newest() const;
  // Reads of the camera in the hour that begins at `hour_ms`.
  std::uint32_t in_hour(std::uint16_t camera, std::int64_t hour_ms) const;
  std::optional<std::int64_t> last_at_ms(std::uint16_t camera) const;

  const Dictionary& dictionary() const { return dictionary_; }
  std::size_t memory_bytes() const;

 private:
  struct Segment;
  struct DayRows {
    std::vector<std::uint32_t> segments;
    std::uint32_t rows = 0;
    std::vector<std::array<std::uint32_t, 24>> hours;  // by camera
  };
  struct CorrectedAs {
    Dictionary::Id plate = Dictionary::kNone;
    std::uint16_t region = 0;
  };
  class Search;

  std::uint32_t new_segment(base::Day day);
  Segment& segment_of(std::uint32_t gid) const { return *segments_[gid >> 16]; }

  Dictionary dictionary_;
  std::vector<std::unique_ptr<Segment>> segments_;
  std::vector<std::uint32_t> free_segments_;
  std::map<base::Day, DayRows> days_;
  std::unordered_map<std::uint32_t, std::vector<CorrectedAs>> corrections_;  // by global row number
  std::vector<std::int64_t> last_at_ms_;                                     // by camera
  std::uint64_t total_ = 0;

  std::vector<std::uint32_t> dying_segments_;
  std::vector<Dictionary::Id> dying_plates_;
};

}  // namespace glasshouse::reads
