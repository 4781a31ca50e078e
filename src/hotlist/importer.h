// From the text of a CSV file to entries and refused rows. No I/O, no list: the store compares them with what
// it has.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "hotlist/hotlist.h"

namespace glasshouse::hotlist {

inline constexpr std::size_t kMaxRefusedShown = 200;
inline constexpr std::size_t kMaxSampleShown = 20;

struct ParsedImport {
  std::uint32_t rows = 0;         // without the header and blank lines
  std::vector<NewEntry> entries;  // checked; no two with the same plate and region
  std::uint32_t refused_count = 0;
  std::vector<RefusedRow> refused;  // the first kMaxRefusedShown
};

// kTooLarge and kBadCsv (no header, unknown or repeated column, a missing required one) concern the whole
// file.
base::Result<ParsedImport> parse_import(std::string_view csv, base::Time now);

}  // namespace glasshouse::hotlist
