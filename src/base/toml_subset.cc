#include "base/toml_subset.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace glasshouse::base {
namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

// Well-formed UTF-8 without control characters: what a signed note can hold and a page can show.
bool is_printable_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80                   ? 1
                               : lead >= 0xC2 && lead < 0xE0 ? 2
                               : (lead & 0xF0) == 0xE0       ? 3
                               : lead >= 0xF0 && lead < 0xF5 ? 4
                                                             : 0;
    if (length == 0 || i + length > text.size() || lead < 0x20 || lead == 0x7F) return false;
    std::uint32_t point = length == 1 ? lead : lead & (0x7FU >> length);
    for (std::size_t k = 1; k < length; ++k) {
      const auto byte = static_cast<unsigned char>(text[i + k]);
      if ((byte & 0xC0) != 0x80) return false;
      point = point << 6 | (byte & 0x3F);
    }
    const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
    const bool control = point >= 0x80 && point < 0xA0;
    if (overlong || control || (point >= 0xD800 && point < 0xE000) || point > 0x10FFFF) return false;
    i += length;
  }
  return true;
}

// One line, read from the left.
class Line {
 public:
  Line(std::string_view text, std::uint32_t number) : rest_(text), number_(number) {}

  void skip_spaces() {
    while (rest_.starts_with(' ')) rest_.remove_prefix(1);
  }
  bool at_end() {
    skip_spaces();
    return rest_.empty() || rest_.front() == '#';
  }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view name() {
    std::size_t length = 0;
    while (length < rest_.size() && is_name_character(rest_[length])) ++length;
    const std::string_view found = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return found.size() <= kMaxTomlNameChars ? found : std::string_view();
  }
  // After the opening quotation mark.
  std::optional<std::string> text() {
    std::string found;
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return found;
      if (c != '\\') {
        found += c;
      } else if (rest_.starts_with('"') || rest_.starts_with('\\')) {
        found += rest_.front();
        rest_.remove_prefix(1);
      } else {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }
  // A number, a date, true or false: up to what can follow a value.
  std::string_view bare() {
    const std::size_t length = std::min(rest_.find_first_of(" #,]"), rest_.size());
    const std::string_view found = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return found;
  }
  std::uint32_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::uint32_t number_;
};

constexpr std::string_view kValueForms =
    "Write \"a text\", a whole number, a date like 2026-04-01, true, false, or a list like [\"a\", \"b\"], "
    "on one line.";

class Parser {
 public:
  tl::expected<TomlTable, TomlFault> parse(std::string_view text) {
    std::uint32_t number = 1;
    for (; !text.empty() && !fault_; ++number) {
      const std::size_t end = text.find('\n');
      if (end == std::string_view::npos) {
        fail(number, "the last line does not end", "End the file with a line feed.");
        break;
      }
      take_line(text.substr(0, end), number);
      text.remove_prefix(end + 1);
    }
    if (fault_) return tl::unexpected(*fault_);
    return std::move(root_);
  }

 private:
  void fail(std::uint32_t line, std::string why, std::string_view next) {
    if (!fault_) fault_ = TomlFault{line, std::move(why), std::string(next)};
  }

  void take_line(std::string_view text, std::uint32_t number) {
    if (!is_printable_utf8(text))
      return fail(number, "this line has control characters or is not UTF-8",
                  "Use spaces, and end lines with a line feed alone.");
    Line line(text, number);
    if (line.at_end()) return;
    if (line.take('[')) {
      header(line);
    } else {
      key_and_value(line);
    }
    if (!line.at_end())
      fail(number, "something stands behind the end of what this line says", "Give it a line of its own.");
  }

  void header(Line& line) {
    constexpr std::string_view kForm = "Write [name] or [name.name], with letters, digits, - and _.";
    TomlTable* table = &root_;
    for (int depth = 0; depth < 2; ++depth) {
      const std::string_view name = line.name();
      if (name.empty() || table->values.contains(name))
        return fail(line.number(), "this is not the name of a table", kForm);
      const auto [found, fresh] = table->tables.try_emplace(std::string(name));
      if (fresh && ++tables_ > kMaxTomlTables)
        return fail(line.number(), "there are too many tables", "Shorten the file.");
      table = &found->second;
      if (fresh) table->line = line.number();
      if (!line.take('.')) break;
      if (depth == 1) return fail(line.number(), "this table has more than two names", kForm);
    }
    if (!line.take(']')) return fail(line.number(), "the name of this table does not end with ]", kForm);
    if (table->has_header)
      return fail(line.number(), "this table stands here a second time", "Write each table once.");
    table->has_header = true;
    table->line = line.number();
    current_ = table;
  }

  void key_and_value(Line& line) {
    const std::string_view key = line.name();
    line.skip_spaces();
    if (key.empty() || !line.take('='))
      return fail(line.number(), "this line is no key with a value",
                  "Write key = value, or begin a comment with #.");
    line.skip_spaces();
    auto value = read_value(line);
    if (!value) return;
    if (current_->tables.contains(key) || !current_->values.emplace(key, std::move(*value)).second)
      fail(line.number(), "'" + std::string(key) + "' stands here a second time", "Write each key once.");
    if (++values_ > kMaxTomlValues) fail(line.number(), "there are too many values", "Shorten the file.");
  }

  std::optional<TomlValue> read_value(Line& line) {
    TomlValue value;
    value.line = line.number();
    if (line.take('"')) {
      auto text = line.text();
      if (text) {
        value.value = std::move(*text);
        return value;
      }
      fail(line.number(), "this text does not end, or has an escape other than \\\" and \\\\", kValueForms);
      return std::nullopt;
    }
    if (line.take('[')) {
      auto list = read_list(line);
      if (!list) return std::nullopt;
      value.value = std::move(*list);
      return value;
    }
    const std::string_view bare = line.bare();
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(bare.data(), bare.data() + bare.size(), number);
    const bool plain =
        error == std::errc() && end == bare.data() + bare.size() && bare == std::to_string(number);
    if (plain) {
      value.value = number;
    } else if (bare == "true" || bare == "false") {
      value.value = bare == "true";
    } else if (const auto day = parse_day(bare)) {
      value.value = *day;
    } else {
      fail(line.number(), "this is no value", kValueForms);
      return std::nullopt;
    }
    return value;
  }

  std::optional<TomlList> read_list(Line& line) {
    TomlList list;
    line.skip_spaces();
    while (!line.take(']')) {
      std::optional<std::string> text;
      if (line.take('"')) text = line.text();
      if (!text || list.size() == kMaxListItems) {
        fail(line.number(), "this list has something other than texts, too many, or does not end",
             kValueForms);
        return std::nullopt;
      }
      list.push_back(std::move(*text));
      line.skip_spaces();
      if (!line.take(',')) {
        if (line.take(']')) break;
        fail(line.number(), "the texts of this list are not parted by commas", kValueForms);
        return std::nullopt;
      }
      line.skip_spaces();
    }
    return list;
  }

  TomlTable root_;
  TomlTable* current_ = &root_;
  std::optional<TomlFault> fault_;
  std::size_t tables_ = 0, values_ = 0;
};

}  // namespace

tl::expected<TomlTable, TomlFault> parse_toml_subset(std::string_view text) {
  return Parser().parse(text);
}

}  // namespace glasshouse::base
