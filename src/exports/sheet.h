// What is exported: the answer to one question, with who asked, under which case, and where it is recorded.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "base/zone.h"

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
  std::int64_t gap_before_min = 0;       // of a route: so long nothing was read before this one; 0: no gap
  std::string likeness;                  // of what looks alike: in a word
};

// What a question about several places, or about who travels together, found.
struct Vehicle {
  std::string plate;
  std::uint32_t cameras = 0, reads = 0;
  base::Time first_seen, last_seen;
};

struct Sheet {
  std::string agency, case_number, case_title, officer;
  std::string question;  // in the question language
  std::string sentence;  // what was searched, in words
  std::uint64_t ledger_index = 0;
  std::string kind = "reads";   // or meet, convoy, route, last, first, again
  std::uint64_t total = 0;      // reads found, those that others' exports hold included
  std::uint64_t first_row = 1;  // which of them the first row is: a later part of an answer begins further on
  base::Time made_at;
  base::LocalClock clock = {};  // of the local times
  std::vector<Row> rows;        // newest first; of a route oldest first, of what looks alike most alike first
  std::vector<Vehicle> vehicles;  // meet, convoy
  std::uint64_t vehicles_found = 0;
};

// "the newest 500 of 1234", "reads 501 to 1000 of 1234", "all 12": what of the answer stands here.
std::string part_text(const Sheet& sheet);
// "all 12", "the first 10000 of 12345": of its vehicles.
std::string vehicles_text(const Sheet& sheet);

// "jpg", "age" (an age v1 file) or "bin", by the picture's first bytes.
std::string picture_suffix(const std::string& picture);
std::string local_time_text(base::Time time, const base::LocalClock& clock);  // "2026-11-20 17:04:31 -05:00"

}  // namespace glasshouse::exports
