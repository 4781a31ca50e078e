// What is exported: the answer to one question, with who asked, under which case, and where it is recorded.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace glasshouse::exports {

enum class Errc { kTooLarge = 1, kReport };

struct Row {
  std::string read_id, camera_id, camera_name;
  double lat_deg = 0, lon_deg = 0;
  base::Time captured_at;
  std::string plate, region;  // as the reader read it; empty: no plate
  double plate_confidence = 0;
  std::string color, body, make;
  std::vector<std::string> corrections;  // "A8C123 (us-md), by Dana Reyes: the 8 is clear"
  std::string picture;                   // its bytes; of a sealed one under a header for the receiver's key
  std::string picture_manifest;          // what the camera signed about a sealed one
  std::string no_picture;                // why there is none
};

struct Sheet {
  std::string agency, case_number, case_title, officer;
  std::string question;  // in the question language
  std::string sentence;  // what was searched, in words
  std::uint64_t ledger_index = 0;
  std::uint64_t total = 0;  // reads found; more than there are rows: the export is cut
  base::Time made_at;
  base::Millis local_offset{0};  // of the local times
  std::vector<Row> rows;         // newest first
};

// "jpg", "age" (an age v1 file) or "bin", by the picture's first bytes.
std::string picture_suffix(const std::string& picture);
std::string local_time_text(base::Time time, base::Millis offset);  // "2026-11-20 17:04:31 -05:00"

}  // namespace glasshouse::exports
