#include "hotlist/import_format.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <set>

#include "base/toml_subset.h"
#include "hotlist/csv.h"
#include "hotlist/ncic_codes.h"

namespace glasshouse::hotlist {
namespace {

constexpr std::size_t kMaxNameBytes = 80;
constexpr std::size_t kMaxFixedWidth = kMaxCsvRowBytes;

using Table = base::TomlTable;

// Reads a format and keeps the first thing that is wrong, with its line.
class FormatParser {
 public:
  explicit FormatParser(const Table& root) : root_(root) {}

  base::Result<ImportFormat> parse() {
    if (integer(root_, "format", 1, 1) == 0)
      wrong(1, "the format's version is missing", "Begin with format = 1.");
    format_.title = text(root_, "title", kMaxNameBytes);
    layout();
    for (std::size_t field = 0; field < kMapFieldNames.size(); ++field) column(field);
    for (std::size_t field = 0; field < kMapFieldNames.size(); ++field) constant(field);
    for (std::size_t field = 0; field < kMapFieldNames.size(); ++field) values(field);
    completeness();
    nothing_else();
    if (error_) return tl::unexpected(*error_);
    return std::move(format_);
  }

 private:
  void wrong(std::uint32_t line, const std::string& why, std::string next) {
    if (error_) return;
    error_ = base::Error(Errc::kBadFormat, "The column map cannot be used",
                         "In line " + std::to_string(line) + " " + why, std::move(next));
  }

  const base::TomlValue* value(const Table& table, std::string_view key) {
    asked_.insert(&table);
    seen_.emplace(&table, std::string(key));
    const auto found = table.values.find(key);
    return found == table.values.end() ? nullptr : &found->second;
  }

  std::string text(const Table& table, std::string_view key, std::size_t most_bytes) {
    const base::TomlValue* found = value(table, key);
    if (found == nullptr) return {};
    const auto* content = std::get_if<std::string>(&found->value);
    if (content == nullptr || content->empty() || content->size() > most_bytes) {
      wrong(found->line, std::string(key) + " is no text of 1 to " + std::to_string(most_bytes) + " bytes",
            "Write it in quotation marks.");
      return {};
    }
    return *content;
  }

  std::size_t integer(const Table& table, std::string_view key, std::int64_t least, std::int64_t most) {
    const base::TomlValue* found = value(table, key);
    if (found == nullptr) return 0;
    const auto* number = std::get_if<std::int64_t>(&found->value);
    if (number == nullptr || *number < least || *number > most) {
      wrong(found->line,
            std::string(key) + " is no number from " + std::to_string(least) + " to " + std::to_string(most),
            "Correct it.");
      return 0;
    }
    return static_cast<std::size_t>(*number);
  }

  bool flag(const Table& table, std::string_view key, bool otherwise) {
    const base::TomlValue* found = value(table, key);
    if (found == nullptr) return otherwise;
    const auto* set = std::get_if<bool>(&found->value);
    if (set == nullptr)
      wrong(found->line, std::string(key) + " is neither true nor false", "Write one of them.");
    return set == nullptr ? otherwise : *set;
  }

  std::uint32_t line_of(std::string_view key) const {
    const auto found = root_.values.find(key);
    return found == root_.values.end() ? 1 : found->second.line;
  }

  void layout() {
    const std::string layout = text(root_, "layout", kMaxNameBytes);
    format_.fixed = layout == "fixed";
    if (layout != "fixed" && layout != "csv")
      wrong(line_of("layout"), "layout is neither csv nor fixed",
            "Write layout = \"csv\" or layout = \"fixed\".");
    format_.header = flag(root_, "header", !format_.fixed);
    const std::string separator = text(root_, "separator", kMaxNameBytes);
    constexpr std::array<std::pair<std::string_view, char>, 5> kSeparators{
        {{"", 0}, {"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"pipe", '|'}}};
    const auto* known = std::find_if(kSeparators.begin(), kSeparators.end(),
                                     [&](const auto& entry) { return entry.first == separator; });
    if (known == kSeparators.end()) {
      wrong(line_of("separator"), "separator is not known",
            "Write comma, semicolon, tab or pipe, or leave it out.");
    } else {
      format_.separator = known->second;
    }
    if (const std::string dates = text(root_, "dates", 20); !dates.empty()) format_.dates = dates;
    for (const std::string_view part : {"YYYY", "MM", "DD"}) {
      const std::size_t first = format_.dates.find(part);
      if (first == std::string::npos || format_.dates.find(part, first + part.size()) != std::string::npos)
        wrong(line_of("dates"), "dates does not hold YYYY, MM and DD once each", "Write it like MM/DD/YYYY.");
    }
    ends_after();
  }

  void ends_after() {
    const std::string term = text(root_, "ends_after", kMaxNameBytes);
    if (term.empty()) return;
    int count = 0;
    const auto [end, error] = std::from_chars(term.data(), term.data() + term.size(), count);
    const std::string_view unit(end, static_cast<std::size_t>(term.data() + term.size() - end));
    const int hours = unit == " hours" || unit == " hour" ? 1 : unit == " days" || unit == " day" ? 24 : 0;
    if (error != std::errc() || hours == 0 || count < 1 || count > kMaxTermDays * 24 ||
        count * hours > kMaxTermDays * 24) {
      return wrong(line_of("ends_after"), "ends_after is no time of at most 366 days",
                   "Write it like \"30 days\".");
    }
    format_.ends_after = std::chrono::hours(count * hours);
  }

  // The table [outer.FIELD], when there is one.
  const Table* table_of(std::string_view outer, std::size_t field) {
    const auto group = root_.tables.find(outer);
    if (group == root_.tables.end()) return nullptr;
    const auto found = group->second.tables.find(kMapFieldNames[field]);
    if (found == group->second.tables.end()) return nullptr;
    asked_.insert(&found->second);
    return &found->second;
  }

  void column(std::size_t field) {
    const Table* table = table_of("columns", field);
    if (table == nullptr) return;
    MapColumn column;
    column.name = text(*table, "name", kMaxNameBytes);
    column.number = integer(*table, "number", 1, kMaxCsvColumns);
    column.from = integer(*table, "from", 0, kMaxFixedWidth);
    column.to = integer(*table, "to", 1, kMaxFixedWidth);
    column.optional = flag(*table, "optional", false);
    const bool by_place = table->values.contains("from") || table->values.contains("to");
    const int ways = !column.name.empty() + (column.number > 0) + by_place;
    if (ways != 1) {
      wrong(table->line, "the column is not told in one way",
            "Write name = \"…\", or number = …, or for a fixed layout from = … and to = ….");
    } else if (format_.fixed != by_place) {
      wrong(table->line,
            format_.fixed ? "a fixed layout tells columns by from and to"
                          : "a csv layout tells columns by name or number",
            "Change the layout or the column.");
    } else if (by_place && column.from >= column.to) {
      wrong(table->line, "from is not before to",
            "Characters are counted from 0, and to is the first one after the column.");
    } else if (!column.name.empty() && !format_.header) {
      wrong(table->line, "a file without a header has no names of columns", "Tell the column by its number.");
    }
    format_.columns[field] = std::move(column);
  }

  void constant(std::size_t field) {
    const auto table = root_.tables.find("constants");
    if (table == root_.tables.end()) return;
    asked_.insert(&table->second);
    format_.constants[field] = text(table->second, kMapFieldNames[field], 200);
    if (!format_.constants[field].empty() && format_.columns[field])
      wrong(table->second.line, std::string(kMapFieldNames[field]) + " is a constant and a column",
            "Keep one of them.");
  }

  void values(std::size_t field) {
    const Table* table = table_of("values", field);
    if (table == nullptr) return;
    if (!format_.columns[field])
      wrong(table->line, "the values translate a field that has no column",
            "Add its column, or remove the table.");
    for (const auto& [key, unused] : table->values) {
      const std::string meaning = text(*table, key, 200);
      if (!format_.values[field].emplace(value_key(key), meaning).second)
        wrong(table->line, "two values differ only in their case", "Keep one of them.");
      if (kMapFieldNames[field] == "file" && !meaning.empty() && file_named(meaning) == nullptr)
        wrong(table->line, "'" + meaning + "' is no file", "Write words like stolen-vehicle.");
    }
  }

  void completeness() {
    const auto told = [&](MapField field) {
      return format_.column(field).has_value() || !format_.constant(field).empty();
    };
    const bool by_file = told(MapField::kFile);
    if (!format_.column(MapField::kPlate)) wrong(1, "no column is the plate", "Add [columns.plate].");
    if (!told(MapField::kReason) && !by_file)
      wrong(1, "nothing gives the reason", "Add [columns.reason], or reason under [constants].");
    if (!told(MapField::kCase))
      wrong(1, "nothing gives the case", "Add [columns.case], or case under [constants].");
    if (!format_.constant(MapField::kFile).empty() &&
        file_named(format_.constant(MapField::kFile)) == nullptr)
      wrong(1, "the constant file is no file", "Write a word like stolen-vehicle.");
    if (told(MapField::kState) && told(MapField::kRegion))
      wrong(1, "both state and region are told", "Keep one of them.");
  }

  void nothing_else() {
    for (const auto& [name, group] : root_.tables) {
      if (name == "constants") {
        keys_asked(group);
        continue;
      }
      if (name != "columns" && name != "values")
        return wrong(group.line, "there is a table '" + name + "', which means nothing", "Remove it.");
      for (const auto& [field, table] : group.tables) {
        if (!asked_.contains(&table))
          return wrong(
              table.line, "'" + field + "' is no field",
              "Fields are plate, state, region, reason, case, expires, color, body, make, note and file.");
        keys_asked(table);
      }
      for (const auto& [key, stray] : group.values)
        wrong(stray.line, "'" + key + "' stands outside a column's table",
              "Write [" + name + ".FIELD] above it.");
    }
    keys_asked(root_);
  }

  void keys_asked(const Table& table) {
    for (const auto& [key, found] : table.values) {
      if (!seen_.contains({&table, key}))
        return wrong(found.line, "there is a key '" + key + "', which means nothing", "Remove or rename it.");
    }
  }

  const Table& root_;
  ImportFormat format_;
  std::optional<base::Error> error_;
  std::set<const Table*> asked_;
  std::set<std::pair<const Table*, std::string>> seen_;
};

}  // namespace

base::Result<ImportFormat> parse_format(std::string_view toml) {
  if (toml.size() > kMaxFormatBytes)
    return base::failure(Errc::kBadFormat, "The column map cannot be used", "It is larger than 8 kB",
                         "Shorten it.");
  const auto root = base::parse_toml_subset(toml);
  if (!root) {
    return base::failure(Errc::kBadFormat, "The column map cannot be used",
                         "In line " + std::to_string(root.error().line) + " " + root.error().why,
                         root.error().next);
  }
  return FormatParser(*root).parse();
}

std::string_view missing_children_format() {
  return R"(format = 1
title = "AMBER and missing-child alerts"
layout = "csv"
dates = "MM/DD/YYYY"
ends_after = "7 days"
[columns.case]
name = "Case Number"
[columns.plate]
name = "License Plate"
[columns.state]
name = "State"
optional = true
[columns.make]
name = "Make"
optional = true
[columns.body]
name = "Body"
optional = true
[columns.color]
name = "Color"
optional = true
[columns.expires]
name = "Expires"
optional = true
[constants]
reason = "AMBER or missing-child alert"
file = "amber"
)";
}

std::optional<base::Day> parse_day_as(std::string_view pattern, std::string_view text) {
  if (pattern.size() != text.size()) return std::nullopt;
  std::string year, month, day;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char p = pattern[i], c = text[i];
    if (p == 'Y' || p == 'M' || p == 'D') {
      (p == 'Y' ? year : p == 'M' ? month : day) += c;
    } else if (p != c) {
      return std::nullopt;
    }
  }
  return base::parse_day(year + "-" + month + "-" + day);
}

std::string value_key(std::string_view cell) {
  std::string key;
  for (const char c : cell) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && (std::isalnum(byte) || c == '-' || c == '_'))
      key += static_cast<char>(std::toupper(byte));
  }
  return key;
}

}  // namespace glasshouse::hotlist
