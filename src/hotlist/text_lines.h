// Inside hotlist: a text's lines, for layouts of fixed width. A line ends with LF or CRLF; a byte order mark
// is skipped.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace glasshouse::hotlist {

class TextLines {
 public:
  explicit TextLines(std::string_view text) : rest_(text) {
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
  }

  // The next line that holds more than blanks; nothing at the end.
  std::optional<std::string_view> next() {
    while (!rest_.empty()) {
      const std::size_t end = rest_.find('\n');
      std::string_view line = rest_.substr(0, end);
      rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
      ++number_;
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (line.find_first_not_of(" \t") != std::string_view::npos) return line;
    }
    return std::nullopt;
  }
  std::uint32_t number() const { return number_; }  // of the last line given, counted from 1

 private:
  std::string_view rest_;
  std::uint32_t number_ = 0;
};

// [from, to) of the line, what there is of it, without blanks around it.
inline std::string_view cell_at(std::string_view line, std::size_t from, std::size_t to) {
  if (from >= line.size()) return {};
  std::string_view cell = line.substr(from, to - from);
  while (!cell.empty() && (cell.front() == ' ' || cell.front() == '\t')) cell.remove_prefix(1);
  while (!cell.empty() && (cell.back() == ' ' || cell.back() == '\t')) cell.remove_suffix(1);
  return cell;
}

}  // namespace glasshouse::hotlist
