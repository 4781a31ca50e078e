#include <algorithm>

#include "base/toml_subset.h"
#include "casefeed/casefeed.h"
#include "hotlist/import_format.h"

namespace glasshouse::casefeed {
namespace {

using base::TomlTable;
using base::TomlValue;

tl::unexpected<base::Error> bad_map(std::uint32_t line, std::string why, std::string next = {}) {
  if (next.empty()) next = "docs/formats/case-feed.md lists what may stand there.";
  return base::failure(Errc::kBadMap, "The case feed's text cannot be used",
                       "Line " + std::to_string(line) + ": " + std::move(why), std::move(next));
}

std::optional<Field> field_named(std::string_view name) {
  const auto found = std::find(kFieldNames.begin(), kFieldNames.end(), name);
  if (found == kFieldNames.end()) return std::nullopt;
  return static_cast<Field>(found - kFieldNames.begin());
}

std::size_t at(Field field) {
  return static_cast<std::size_t>(field);
}

// Takes the values of one table out one by one; what is left over is an error.
class Taking {
 public:
  explicit Taking(const TomlTable& table) : table_(table) {}

  template <class T>
  bool take(std::string_view name, T& into) {
    const auto found = table_.values.find(name);
    if (found == table_.values.end()) return true;
    seen_.push_back(found->first);
    const T* value = std::get_if<T>(&found->second.value);
    if (value == nullptr) return wrong(found->second, found->first + " is of another kind");
    into = *value;
    return true;
  }
  bool wrong(const TomlValue& value, std::string why) {
    if (why_.empty()) line_ = value.line, why_ = std::move(why);
    return false;
  }
  void no_others() {
    for (const auto& [name, value] : table_.values) {
      if (std::find(seen_.begin(), seen_.end(), name) == seen_.end())
        wrong(value, name + " is not known here");
    }
  }
  bool failed() const { return !why_.empty(); }
  std::uint32_t line() const { return line_; }
  const std::string& why() const { return why_; }

 private:
  const TomlTable& table_;
  std::vector<std::string> seen_;
  std::uint32_t line_ = 1;
  std::string why_;
};

base::Result<void> read_columns(const TomlTable& columns, Map& map) {
  for (const auto& [name, table] : columns.tables) {
    const auto field = field_named(name);
    if (!field) return bad_map(table.line, "there is no field " + name);
    Column column;
    std::int64_t number = 0;
    Taking taking(table);
    taking.take("name", column.name);
    taking.take("number", number);
    taking.take("optional", column.optional);
    taking.no_others();
    if (taking.failed()) return bad_map(taking.line(), taking.why());
    if (column.name.empty() == (number == 0) || number < 0 || number > 64)
      return bad_map(table.line, "a column has a name or a number from 1 to 64");
    if (!column.name.empty() && !map.header)
      return bad_map(table.line, "without a header, columns have numbers");
    column.number = static_cast<std::size_t>(number);
    map.columns[at(*field)] = std::move(column);
  }
  return {};
}

base::Result<void> read_constants(const TomlTable& constants, Map& map) {
  for (const auto& [name, value] : constants.values) {
    const auto field = field_named(name);
    const auto* text = std::get_if<std::string>(&value.value);
    if (!field || text == nullptr) return bad_map(value.line, name + " is no field, or no text");
    map.constants[at(*field)] = *text;
  }
  return {};
}

base::Result<void> read_values(const TomlTable& values, Map& map) {
  for (const auto& [name, table] : values.tables) {
    const auto field = field_named(name);
    if (!field) return bad_map(table.line, "there is no field " + name);
    for (const auto& [code, value] : table.values) {
      const auto* text = std::get_if<std::string>(&value.value);
      if (text == nullptr) return bad_map(value.line, code + " is no text");
      map.values[at(*field)][hotlist::value_key(code)] = *text;
    }
  }
  return {};
}

base::Result<void> read_source(const TomlTable& source, Map& map) {
  std::string reader;
  std::int64_t every = 5;
  Taking taking(source);
  taking.take("reader", reader);
  taking.take("path", map.path);
  taking.take("url", map.url);
  taking.take("token_file", map.token_file);
  taking.take("every_minutes", every);
  taking.take("whole", map.whole);
  taking.no_others();
  if (taking.failed()) return bad_map(taking.line(), taking.why());
  if (every < 1 || every > 24 * 60) return bad_map(source.line, "every_minutes is 1 to 1440");
  map.every = std::chrono::minutes(every);
  if (reader == "file" && !map.path.empty() && map.url.empty()) {
    map.reader = Reader::kFile;
  } else if (reader == "http" && map.url.starts_with("https://") && map.path.empty()) {
    map.reader = Reader::kHttp;
  } else {
    return bad_map(source.line,
                   "a source is reader = \"file\" with a path, or "
                   "reader = \"http\" with an https url");
  }
  return {};
}

base::Result<void> read_top(const TomlTable& top, Map& map) {
  std::int64_t format = 0;
  std::string separator;
  Taking taking(top);
  taking.take("format", format);
  taking.take("header", map.header);
  taking.take("separator", separator);
  taking.take("list_separator", map.list_separator);
  taking.no_others();
  if (taking.failed()) return bad_map(taking.line(), taking.why());
  if (format != 1) return bad_map(1, "format is not 1");
  const std::map<std::string, char> separators{
      {"", 0}, {"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"pipe", '|'}};
  const auto known = separators.find(separator);
  if (known == separators.end()) return bad_map(1, "separator is comma, semicolon, tab or pipe");
  map.separator = known->second;
  if (map.list_separator.size() != 1) return bad_map(1, "list_separator is one character");
  return {};
}

}  // namespace

base::Result<Map> parse_map(std::string_view toml) {
  if (toml.size() > kMaxMapBytes) return bad_map(1, "the text is longer than 8 kB");
  const auto parsed = base::parse_toml_subset(toml);
  if (!parsed) return bad_map(parsed.error().line, parsed.error().why, parsed.error().next);
  Map map;
  if (auto good = read_top(*parsed, map); !good) return tl::unexpected(good.error());
  for (const auto& [name, table] : parsed->tables) {
    base::Result<void> good;
    if (name == "source") {
      good = read_source(table, map);
    } else if (name == "columns") {
      good = read_columns(table, map);
    } else if (name == "constants") {
      good = read_constants(table, map);
    } else if (name == "values") {
      good = read_values(table, map);
    } else {
      good = bad_map(table.line, "there is no table " + name);
    }
    if (!good) return tl::unexpected(good.error());
  }
  if (map.path.empty() && map.url.empty()) return bad_map(1, "[source] is missing");
  for (const Field needed : {Field::kNumber, Field::kState, Field::kPurpose, Field::kOffence}) {
    if (!map.columns[at(needed)] && map.constants[at(needed)].empty())
      return bad_map(1, std::string(kFieldNames[at(needed)]) + " is neither a column nor a constant");
  }
  if (!map.columns[at(Field::kNumber)]) return bad_map(1, "number must be a column");
  return map;
}

}  // namespace glasshouse::casefeed
