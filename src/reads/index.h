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
#include <span>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "reads/dictionary.h"
#include "reads/segment.h"
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
  std::optional<std::vector<Dictionary::Id>> plates;  // each once
};

struct Bins {
  std::int64_t from_ms = 0, width_ms = 1;
  std::vector<std::uint64_t> counts;
};

struct Found {
  std::vector<Hit> newest;    // newest first, at most `limit`
  std::uint64_t total = 0;    // only when counted, like the next
  std::optional<Hit> oldest;  // of all that match
};

// A vehicle that a question about several places found.
struct Together {
  plate::Plate plate;
  std::uint32_t cameras = 0;  // different ones
  std::vector<Hit> reads;     // in order of time
};

class Index {
 public:
  static constexpr std::uint32_t kSegmentRows = Segment::kRows;
  static constexpr std::size_t kRowsAtOnce = 4096;
  // A question about several places looks at no more rows than this; nothing is answered beyond it.
  static constexpr std::size_t kMostBeside = 2'000'000;

  Index();
  ~Index();

  // Appends the day's next row and returns its number (from 1).
  std::uint32_t append(base::Day day, const RowFacts& facts);
  // The same for many rows of a day, quicker; best kRowsAtOnce at a time: what they need stays in the near
  // memory. New plates are not put in order: questions by how a plate begins
  // pass over them one by one until settle() is called.
  void append_all(base::Day day, std::span<const RowFacts> rows);
  // append_all in two halves, for a start: two threads may be in them at once, each of another day, and
  // nobody else in the index. Days are numbered in the order in which they are placed.
  void number_plates(std::span<const std::uint64_t> words, std::span<Dictionary::Id> plates) {
    dictionary_.number_all(words, plates);
  }
  // plates: number_plates's, one a row. plate_capacity: dictionary().capacity() after it.
  void place_all(base::Day day, std::span<const RowFacts> rows, std::span<const Dictionary::Id> plates,
                 std::size_t plate_capacity);
  void settle() { dictionary_.settle(); }
  void settle_when_many() { dictionary_.settle_when_many(); }
  // The row is then also found under this plate and region (0: the read's own).
  void correct(base::Day day, std::uint32_t row, plate::Plate plate, std::uint16_t region);
  // Takes one such correction back.
  void uncorrect(base::Day day, std::uint32_t row, plate::Plate plate, std::uint16_t region);

  // `before`: only what is older than it. With `bins` every match is counted, also those not returned.
  Found find(const Selection& selection, std::size_t limit, const std::optional<Hit>& before,
             Bins* bins) const;
  // Plates that occur in every one of the selections; `plates` is the first one's. Nothing when more than
  // kMostBeside rows would be looked at.
  std::optional<std::vector<Together>> meet(const std::vector<Selection>& selections) const;
  // Plates seen less than or just `within_ms` before or after a read that `leader` selects, at the same
  // camera, at `least_cameras` different cameras or more.
  std::optional<std::vector<Together>> convoy(const Selection& leader, std::int64_t within_ms,
                                              std::size_t least_cameras) const;

  // Of these rows of a day those that match, with their times; plates do not count.
  std::vector<Hit> matching(base::Day day, std::span<const std::uint32_t> rows,
                            const Selection& selection) const;

  // Takes a day out of every answer at once; drop_step then frees it, some plates at a time (false: done).
  void begin_drop(base::Day day);
  bool drop_step(std::size_t plates);

  // The row as it was appended, and whether the day has corrections at all: what a column file is made of.
  RowFacts facts(base::Day day, std::uint32_t row) const;
  struct Corrected {
    std::uint32_t row = 0;
    plate::Plate plate;
    std::uint16_t region = 0;
  };
  std::vector<Corrected> corrections_on(base::Day day) const;

  std::uint64_t total() const { return total_; }
  std::uint32_t rows_on(base::Day day) const;
  std::optional<base::Day> oldest() const;
  std::optional<base::Day> newest() const;
  // Reads of the camera a clock hour of the day; empty when there are none.
  std::span<const std::uint32_t> hours_on(base::Day day, std::uint16_t camera) const;
  std::optional<std::int64_t> last_at_ms(std::uint16_t camera) const;

  const Dictionary& dictionary() const { return dictionary_; }
  std::size_t memory_bytes() const;

 private:
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
  class Beside;

  std::uint32_t new_segment(base::Day day);
  std::uint32_t place_row(DayRows& rows, base::Day day, const RowFacts& facts, Dictionary::Id plate);
  Segment& segment_of(std::uint32_t gid) const { return *segments_[gid >> 16]; }
  Hit hit_of(std::uint32_t gid) const {
    const Segment& s = segment_of(gid);
    return {s.midnight_ms + s.link[gid & 0xFFFF].at_ms, s.first_row + (gid & 0xFFFF) + 1};
  }

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
