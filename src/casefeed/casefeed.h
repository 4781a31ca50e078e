// Cases from an agency's own records system (CAD/RMS): a CSV extract and a
// small text that says which of its columns is what. Pure functions; who
// fetches the extract, and what is done with the cases, is the caller's.
// docs/formats/case-feed.md is the format.
//
//   auto map = parse_map(toml);
//   auto extract = parse_extract(*map, csv);  // kBadExtract: nothing of it is used
//   use(extract->cases);
//   tell(extract->refused);                   // rows left out, each with its line
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace glasshouse::casefeed {

enum class Errc { kBadMap = 1, kBadExtract };

inline constexpr std::size_t kMaxMapBytes = 8 * 1024;
inline constexpr std::size_t kMaxExtractBytes = 20u << 20;
inline constexpr std::size_t kMaxFeedCases = 50'000;
inline constexpr std::size_t kMaxNamed = 50;  // officers, and plates, of one case

enum class Field { kNumber, kState, kPurpose, kOffence, kTitle, kOfficers, kPlates };
inline constexpr std::array<std::string_view, 7> kFieldNames{"number", "state",    "purpose", "offence",
                                                             "title",  "officers", "plates"};

struct Column {
  std::string name;        // of the header
  std::size_t number = 0;  // or counted from 1; 0: by name
  bool optional = false;
};

enum class Reader { kFile, kHttp };

struct Map {
  Reader reader = Reader::kFile;
  std::string path;        // kFile
  std::string url;         // kHttp: https
  std::string token_file;  // kHttp: sent as a bearer token; empty: none
  std::chrono::minutes every{5};
  bool whole = false;  // an extract holds every open case: one of ours that is
                       // not in it is closed
  bool header = true;
  char separator = 0;                // 0: whichever the first line uses most
  std::string list_separator = ";";  // between officers, and between plates, in one cell
  std::array<std::optional<Column>, kFieldNames.size()> columns;
  std::array<std::string, kFieldNames.size()> constants;
  std::array<std::map<std::string, std::string>, kFieldNames.size()> values;  // cell → what it means
};

struct FeedCase {
  std::string number, purpose, offence, title;
  bool open = false;
  std::uint32_t line = 0;             // of the extract
  std::vector<std::string> officers;  // as the records system names them: logins here
  std::vector<std::string> plates;    // folded
};

struct RefusedRow {
  std::uint32_t line = 0;
  std::string why;  // never quotes the row
};

struct Extract {
  std::vector<FeedCase> cases;  // each number once
  std::vector<RefusedRow> refused;
};

base::Result<Map> parse_map(std::string_view toml);  // kBadMap, names the line
base::Result<Extract> parse_extract(const Map& map,
                                    std::string_view csv);  // kBadExtract

}  // namespace glasshouse::casefeed
