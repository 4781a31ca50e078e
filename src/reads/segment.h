// 65,536 rows of one day in columns: the piece that the index is made of. Internal to reads.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/time.h"
#include "reads/dictionary.h"

namespace glasshouse::reads {

inline constexpr std::int64_t kDayMs = 86'400'000;
inline constexpr std::int64_t kHourMs = 3'600'000;

inline std::int64_t midnight_ms(base::Day day) {
  return base::to_ms(base::start_of(day));
}

struct Segment {
  static constexpr std::uint32_t kRows = 65536;
  static constexpr std::uint32_t kBlockRows = 256;
  static constexpr std::uint32_t kBlocks = kRows / kBlockRows;

  // What following a plate from read to read needs, side by side: one line of memory a read.
  struct Link {
    std::uint32_t at_ms;     // since the day's midnight
    std::uint32_t previous;  // global number of an earlier read of the same plate; kNoRow at the end
  };

  std::uint32_t rows = 0;
  std::uint32_t first_row = 0;  // in the day, less one
  std::uint32_t least_at_ms = UINT32_MAX, most_at_ms = 0;
  std::int64_t midnight_ms = 0;
  bool dying = false;
  // Rows come nearly in order of time: a block's first and last moment say whether it must be looked into.
  std::array<std::uint32_t, kBlocks> block_least, block_most;

  // Left unset on purpose: pages that hold no rows yet cost no memory.
  Link link[kRows];
  std::uint32_t plate[kRows];
  std::uint16_t camera[kRows];
  std::uint16_t make[kRows];
  std::uint16_t region[kRows];
  std::uint8_t color[kRows];
  std::uint8_t body[kRows];

  std::uint32_t blocks() const { return (rows + kBlockRows - 1) / kBlockRows; }

  void note_time(std::uint32_t row, std::uint32_t at_ms) {
    const std::uint32_t block = row / kBlockRows;
    if (row % kBlockRows == 0) {
      block_least[block] = at_ms;
      block_most[block] = at_ms;
    } else {
      block_least[block] = std::min(block_least[block], at_ms);
      block_most[block] = std::max(block_most[block], at_ms);
    }
    least_at_ms = std::min(least_at_ms, at_ms);
    most_at_ms = std::max(most_at_ms, at_ms);
  }

  // Calls visit(row) for every row with from <= time < to (since the epoch).
  template <class Visit>
  void rows_between(std::int64_t from_ms, std::int64_t to_ms, Visit visit) const {
    if (dying || rows == 0 || midnight_ms + least_at_ms >= to_ms || midnight_ms + most_at_ms < from_ms)
      return;
    const auto from = static_cast<std::uint32_t>(std::clamp<std::int64_t>(from_ms - midnight_ms, 0, kDayMs));
    const auto to = static_cast<std::uint32_t>(std::clamp<std::int64_t>(to_ms - midnight_ms, 0, kDayMs));
    for (std::uint32_t block = 0; block < blocks(); ++block) {
      if (block_least[block] >= to || block_most[block] < from) continue;
      const std::uint32_t end = std::min(rows, (block + 1) * kBlockRows);
      for (std::uint32_t i = block * kBlockRows; i < end; ++i) {
        if (link[i].at_ms >= from && link[i].at_ms < to) visit(i);
      }
    }
  }
};

}  // namespace glasshouse::reads
