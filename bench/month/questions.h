// What the bench asks, in one form for all: drawn from the month by number, the same every time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "floor.h"
#include "month.h"

namespace glasshouse::bench {

struct Question {
  std::string kind;
  std::optional<reads::PlateQuery> plate;
  std::int64_t from_ms = 0, to_ms = 0;
  std::vector<std::uint16_t> cameras;
  std::optional<std::uint8_t> color, body;
  std::vector<Window> windows;  // of "three_areas"
  std::uint32_t leader = 0;     // of "convoy"
};

// exact, prefix, wildcard, contains, confusable, looks_3_cameras_2_h, area_6_h, three_areas, convoy
const std::vector<std::string>& question_kinds();
Question question_of(const Month& month, const std::string& kind, std::size_t round);

}  // namespace glasshouse::bench
