#include "hotlist/importer.h"

#include <array>
#include <cctype>
#include <optional>
#include <string>

#include "hotlist/csv.h"
#include "hotlist/entry_check.h"
#include "hotlist/import_format.h"
#include "hotlist/import_rows.h"
#include "hotlist/mapped_import.h"
#include "hotlist/ncic.h"

namespace glasshouse::hotlist {
namespace {

constexpr std::string_view kColumns =
    "plate, reason, case, expires, region (or state), color, body, make, note";

enum class Column { kPlate, kReason, kCase, kRegion, kState, kColor, kBody, kMake, kExpires, kNote };
constexpr std::size_t kColumnKinds = 10;

struct ColumnName {
  std::string_view name;
  Column column;
};
constexpr std::array kNames{
    ColumnName{"plate", Column::kPlate},     ColumnName{"licenseplate", Column::kPlate},
    ColumnName{"tag", Column::kPlate},       ColumnName{"reason", Column::kReason},
    ColumnName{"case", Column::kCase},       ColumnName{"casenumber", Column::kCase},
    ColumnName{"region", Column::kRegion},   ColumnName{"state", Column::kState},
    ColumnName{"color", Column::kColor},     ColumnName{"colour", Column::kColor},
    ColumnName{"body", Column::kBody},       ColumnName{"make", Column::kMake},
    ColumnName{"expires", Column::kExpires}, ColumnName{"expiresat", Column::kExpires},
    ColumnName{"expiry", Column::kExpires},  ColumnName{"note", Column::kNote},
    ColumnName{"notes", Column::kNote},
};

std::optional<Column> column_named(std::string_view cell) {
  std::string name;
  for (char c : cell) {
    if (c == ' ' || c == '_' || c == '-' || c == '\t') continue;
    name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  for (const ColumnName& known : kNames) {
    if (known.name == name) return known.column;
  }
  return std::nullopt;
}

// Where each known column stands; -1 where the file has none.
using Layout = std::array<int, kColumnKinds>;

base::Result<Layout> read_header(const CsvRow& header) {
  Layout layout;
  layout.fill(-1);
  for (std::size_t i = 0; i < header.cells.size(); ++i) {
    const auto column = column_named(header.cells[i]);
    if (!column) {
      return base::failure(Errc::kBadCsv,
                           "Column " + std::to_string(i + 1) + " has the unknown name \"" +
                               printable(header.cells[i], 40) + "\"",
                           "The first line must name the columns: " + std::string(kColumns),
                           "Rename or remove the column.");
    }
    int& place = layout[static_cast<std::size_t>(*column)];
    if (place >= 0) {
      return base::failure(
          Errc::kBadCsv,
          "Columns " + std::to_string(place + 1) + " and " + std::to_string(i + 1) + " mean the same", "",
          "Remove one of them.");
    }
    place = static_cast<int>(i);
  }
  for (const auto& [column, name] :
       {std::pair{Column::kPlate, "plate"}, std::pair{Column::kReason, "reason"},
        std::pair{Column::kCase, "case"}, std::pair{Column::kExpires, "expires"}}) {
    if (layout[static_cast<std::size_t>(column)] < 0) {
      return base::failure(Errc::kBadCsv, "The column \"" + std::string(name) + "\" is missing",
                           "Every entry needs a plate, a reason, a case and an end",
                           "The first line must name the columns: " + std::string(kColumns) + ".");
    }
  }
  return layout;
}

std::string_view cell(const Layout& layout, const CsvRow& row, Column column) {
  const int place = layout[static_cast<std::size_t>(column)];
  return place < 0 || static_cast<std::size_t>(place) >= row.cells.size() ? std::string_view()
                                                                          : row.cells[place];
}

void take_row(const Layout& layout, std::size_t columns, const CsvRow& row, ImportRows& rows) {
  if (!row.wrong.empty()) return rows.refuse(row.line, row.text, row.wrong);
  if (row.cells.size() > columns) {
    return rows.refuse(row.line, row.text,
                       "The row has " + std::to_string(row.cells.size()) + " cells, the header " +
                           std::to_string(columns) + ".");
  }
  if (!is_clean_utf8(row.text)) return rows.refuse(row.line, row.text, "The row is not UTF-8 text.");
  NewEntry draft;
  draft.plate = cell(layout, row, Column::kPlate);
  draft.reason = cell(layout, row, Column::kReason);
  draft.case_number = cell(layout, row, Column::kCase);
  draft.region = cell(layout, row, Column::kRegion);
  draft.color = cell(layout, row, Column::kColor);
  draft.body = cell(layout, row, Column::kBody);
  draft.make = cell(layout, row, Column::kMake);
  draft.note = cell(layout, row, Column::kNote);
  if (const auto state = cell(layout, row, Column::kState); draft.region.empty() && !state.empty()) {
    draft.region = region_of_state(state);
    if (draft.region.empty())
      return rows.refuse(row.line, row.text, "The state is not a two-letter U.S. state.");
  }
  const auto expires = parse_expiry(cell(layout, row, Column::kExpires));
  if (expires) draft.expires_at = *expires;
  // A missing plate or reason is told first; among expiries, "not a date" says more than "missing".
  if (auto entry = check_entry(draft, rows.now()); !entry && entry.error().is(Errc::kBadExpiry) && !expires)
    return rows.refuse(row.line, row.text, expires.error().what() + ".");
  rows.take(row.line, row.text, std::move(draft));
}

}  // namespace

base::Result<ParsedImport> parse_plain_csv(std::string_view csv, const ImportRules& rules) {
  CsvReader reader(csv);
  auto header = reader.next();
  if (!header) {
    return base::failure(Errc::kBadCsv, "The file is empty", "",
                         "The first line must name the columns: " + std::string(kColumns) + ".");
  }
  if (!*header) return tl::unexpected(header->error());
  const auto layout = read_header(**header);
  if (!layout) return tl::unexpected(layout.error());

  ImportRules own_ends = rules;  // the layout has a column for it, and it must be filled
  own_ends.term = base::Millis{};
  ImportRows rows(own_ends);
  while (auto row = reader.next()) {
    if (!*row) return tl::unexpected(row->error());
    if (auto more = rows.begin_row(); !more) return tl::unexpected(more.error());
    take_row(*layout, (*header)->cells.size(), **row, rows);
  }
  return rows.finish();
}

base::Result<ParsedImport> parse_import(ImportKind kind, std::string_view format_text, std::string_view text,
                                        const ImportRules& rules) {
  if (text.size() > kMaxCsvBytes)
    return base::failure(Errc::kTooLarge,
                         "The file is larger than " + std::to_string(kMaxCsvMegabytes) + " MB", "",
                         "Import it in parts.");
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    return base::failure(Errc::kBadCsv, "The file is UTF-16 text", "", "Save it as \"CSV UTF-8\".");
  switch (kind) {
    case ImportKind::kNcicFixed:
      return parse_ncic_fixed(text, rules);
    case ImportKind::kNcicCsv:
      return parse_ncic_csv(text, rules);
    case ImportKind::kMissingChildren:
      format_text = missing_children_format();
      break;
    case ImportKind::kMapped:
      break;
    case ImportKind::kPlain:
      return parse_plain_csv(text, rules);
  }
  const auto format = parse_format(format_text);
  if (!format) return tl::unexpected(format.error());
  return parse_mapped(*format, text, rules);
}

}  // namespace glasshouse::hotlist
