// CSV as RFC 4180 has it: quoted cells, doubled quotes, CRLF or LF, line breaks inside quotes. A byte order
// mark is skipped; comma, semicolon or tab separates, whichever the first line uses most.
//
//   CsvReader reader(text);
//   while (auto row = reader.next()) { if (!*row) return row->error(); use((**row).cells); }
//
// Allocates by what it has read, never by what the text claims. Fuzzed (fuzz/fuzz_hotlist_csv.cc).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace glasshouse::hotlist {

inline constexpr std::size_t kMaxCsvMegabytes = 100;  // a million rows of a national extract have 80
inline constexpr std::size_t kMaxCsvBytes = kMaxCsvMegabytes << 20;
inline constexpr std::size_t kMaxCsvRows = 1'000'000;  // what one list is measured with: bench/hotlist
inline constexpr std::size_t kMaxCsvColumns = 64;
inline constexpr std::size_t kMaxCsvRowBytes =
    16u << 10;  // a longer row is a quotation mark that was never closed

struct CsvRow {
  std::uint32_t line = 0;          // where it starts, counted from 1
  std::vector<std::string> cells;  // at most kMaxCsvColumns
  std::string_view text;           // as it stands in the file, without its line end
  std::string wrong;               // not empty: the row is malformed, and this sentence says how
};

class CsvReader {
 public:
  // text outlives the reader and the rows' `text`.
  // separator 0: whichever the first line uses most.
  explicit CsvReader(std::string_view text, char separator = 0);

  // The next row that is not blank; nothing at the end. kBadCsv when the rest cannot be told apart into rows.
  std::optional<base::Result<CsvRow>> next();

  char separator() const { return separator_; }

 private:
  bool at_line_end() const;
  void read_cell(CsvRow& row);
  void read_quoted(CsvRow& row, std::string& cell);
  base::Result<CsvRow> read_row();

  std::string_view text_;
  std::size_t position_ = 0;
  std::uint32_t line_ = 1;
  char separator_ = ',';
  bool unclosed_ = false;
};

// Valid UTF-8 without NUL.
bool is_clean_utf8(std::string_view text);
// At most max_bytes of it, cut between characters; what is not UTF-8 becomes '?', control characters become
// spaces.
std::string printable(std::string_view text, std::size_t max_bytes);

}  // namespace glasshouse::hotlist
