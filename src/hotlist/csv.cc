#include "hotlist/csv.h"

#include <algorithm>

#include "hotlist/hotlist.h"

namespace glasshouse::hotlist {
namespace {

// Bytes in the UTF-8 character that starts text; 0 when it is none. Overlong forms and surrogates are none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const unsigned char second = byte(1);
  if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
      (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) {
    return 0;
  }
  return length;
}

char most_used_separator(std::string_view text) {
  std::size_t commas = 0, semicolons = 0, tabs = 0;
  bool quoted = false;
  for (char c : text.substr(0, kMaxCsvRowBytes)) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n' || c == '\r') break;
    commas += c == ',';
    semicolons += c == ';';
    tabs += c == '\t';
  }
  if (commas >= semicolons && commas >= tabs) return ',';
  return semicolons >= tabs ? ';' : '\t';
}

}  // namespace

bool is_clean_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = text[0] == '\0' ? 0 : utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string printable(std::string_view text, std::size_t max_bytes) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const std::size_t taken = std::max<std::size_t>(length, 1);
    if (out.size() + taken > max_bytes) break;
    const unsigned char first = static_cast<unsigned char>(text[0]);
    if (length == 0) {
      out += '?';
    } else if (first < 0x20 || first == 0x7F) {
      out += ' ';
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(taken);
  }
  return out;
}

CsvReader::CsvReader(std::string_view text, char separator) : text_(text) {
  if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
  separator_ = separator != 0 ? separator : most_used_separator(text_);
}

bool CsvReader::at_line_end() const {
  return position_ >= text_.size() || text_[position_] == '\n' || text_[position_] == '\r';
}

// Stands behind the opening quote; stops behind the closing one.
void CsvReader::read_quoted(CsvRow& row, std::string& cell) {
  for (;;) {
    if (position_ >= text_.size() || cell.size() > kMaxCsvRowBytes) {
      unclosed_ = true;
      return;
    }
    const char c = text_[position_++];
    if (c == '"') {
      if (position_ >= text_.size() || text_[position_] != '"') break;
      ++position_;
    } else if (c == '\n') {
      ++line_;
    }
    cell += c;
  }
  if (!at_line_end() && text_[position_] != separator_) {
    row.wrong = "There is text behind a closing quotation mark. Inside quotes, write a quotation mark twice.";
    while (!at_line_end() && text_[position_] != separator_) ++position_;
  }
}

void CsvReader::read_cell(CsvRow& row) {
  std::string cell;
  if (position_ < text_.size() && text_[position_] == '"') {
    ++position_;
    read_quoted(row, cell);
  } else {
    while (!at_line_end() && text_[position_] != separator_) {
      if (text_[position_] == '"')
        row.wrong = "A quotation mark stands inside a cell that does not begin with one.";
      cell += text_[position_++];
    }
  }
  if (row.cells.size() < kMaxCsvColumns) {
    row.cells.push_back(std::move(cell));
  } else {
    row.wrong = "The row has more than " + std::to_string(kMaxCsvColumns) + " columns.";
  }
}

base::Result<CsvRow> CsvReader::read_row() {
  CsvRow row;
  row.line = line_;
  const std::size_t start = position_;
  for (;;) {
    read_cell(row);
    if (unclosed_) {
      return base::failure(
          Errc::kBadCsv, "The file cannot be read from line " + std::to_string(row.line) + " on",
          "A quotation mark is opened there and not closed", "Close it, or save the list as CSV again.");
    }
    if (at_line_end()) break;
    ++position_;  // the separator
  }
  row.text = text_.substr(start, position_ - start);
  if (row.text.size() > kMaxCsvRowBytes) row.wrong = "The row is longer than 16 kB.";
  if (position_ < text_.size() && text_[position_] == '\r') ++position_;
  if (position_ < text_.size() && text_[position_] == '\n') ++position_;
  ++line_;
  return row;
}

std::optional<base::Result<CsvRow>> CsvReader::next() {
  while (position_ < text_.size() && !unclosed_) {
    auto row = read_row();
    if (!row) return row;
    const bool blank =
        row->wrong.empty() && std::all_of(row->cells.begin(), row->cells.end(), [](const std::string& cell) {
          return cell.find_first_not_of(" \t") == std::string::npos;
        });
    if (!blank) return row;
  }
  return std::nullopt;
}

}  // namespace glasshouse::hotlist
