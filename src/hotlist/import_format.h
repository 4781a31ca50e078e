// A column map: a small text that an agency keeps with a list and that says which column of its file is what.
// docs/formats/hotlist-import.md is the format.
//
//   auto format = parse_format(text);
//   if (!format) show(format.error());   // names the line and what to do
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "hotlist/hotlist.h"

namespace glasshouse::hotlist {

enum class MapField { kPlate, kState, kRegion, kReason, kCase, kExpires, kColor, kBody, kMake, kNote, kFile };
inline constexpr std::array<std::string_view, 11> kMapFieldNames{
    "plate", "state", "region", "reason", "case", "expires", "color", "body", "make", "note", "file"};

// Where a field stands: by the header's name, by number (from 1), or by characters [from, to) of a fixed row.
struct MapColumn {
  std::string name;
  std::size_t number = 0;
  std::size_t from = 0, to = 0;
  bool optional = false;  // a file without this column is read all the same
};

struct ImportFormat {
  std::string title;
  bool fixed = false;
  bool header = true;
  char separator = 0;  // 0: whichever the first line uses most
  std::string dates = "YYYY-MM-DD";
  base::Millis ends_after{};  // 0: the list's term
  std::array<std::optional<MapColumn>, kMapFieldNames.size()> columns;
  std::array<std::string, kMapFieldNames.size()> constants;
  std::array<std::map<std::string, std::string>, kMapFieldNames.size()> values;  // cell → what it means

  const std::optional<MapColumn>& column(MapField field) const {
    return columns[static_cast<std::size_t>(field)];
  }
  const std::string& constant(MapField field) const { return constants[static_cast<std::size_t>(field)]; }
};

base::Result<ImportFormat> parse_format(std::string_view toml);  // kBadFormat

// The column map of ImportKind::kMissingChildren.
std::string_view missing_children_format();

// A day as `pattern` writes it: YYYY, MM and DD, and around them the characters themselves.
std::optional<base::Day> parse_day_as(std::string_view pattern, std::string_view text);

// A cell as [values.FIELD] tables name it: letters, digits, - and _ alone, in upper case.
std::string value_key(std::string_view cell);

}  // namespace glasshouse::hotlist
