// How `glasshouse read` writes its answers: a line a picture, or a line a passing of a video.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "vision/passing_tracker.h"
#include "vision/reader.h"

namespace glasshouse::app {

enum class ReadFormat { kTable, kJsonl, kCsv };

struct PassingTime {
  std::int64_t first_ms = 0, last_ms = 0, best_ms = 0, told_ms = 0;
  int frames_seen = 0;
};

// The heading of a format, with its line end; empty for jsonl.
std::string read_heading(ReadFormat format);

// The lines for one picture, or one passing when `time` is there. Always at least one line, also without a
// read.
std::string read_lines(ReadFormat format, const std::string& source, const vision::PictureResult& result,
                       const std::optional<PassingTime>& time = std::nullopt);

}  // namespace glasshouse::app
