#include "hotlist/importer.h"

#include <array>
#include <cctype>
#include <optional>
#include <string>
#include <unordered_map>

#include "hotlist/csv.h"
#include "hotlist/entry_check.h"

namespace glasshouse::hotlist {
namespace {

constexpr std::size_t kMaxRefusedTextBytes = 200;
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

class Import {
 public:
  Import(Layout layout, std::size_t columns, base::Time now)
      : layout_(layout), columns_(columns), now_(now) {}

  void take(const CsvRow& row) {
    ++parsed_.rows;
    auto entry = read(row);
    if (!entry) return refuse(row, entry.error().what() + ".");
    const std::string key = entry->plate + "/" + entry->region;
    const auto [first, fresh] = lines_.emplace(key, row.line);
    if (!fresh) {
      return refuse(row, "Line " + std::to_string(first->second) + " has the same plate and region.");
    }
    parsed_.entries.push_back(std::move(*entry));
  }

  ParsedImport finish() { return std::move(parsed_); }

 private:
  std::string_view cell(const CsvRow& row, Column column) const {
    const int place = layout_[static_cast<std::size_t>(column)];
    return place < 0 || static_cast<std::size_t>(place) >= row.cells.size() ? std::string_view()
                                                                            : row.cells[place];
  }

  base::Result<NewEntry> read(const CsvRow& row) const {
    if (!row.wrong.empty()) return base::failure(Errc::kBadCsv, row.wrong.substr(0, row.wrong.size() - 1));
    if (row.cells.size() > columns_) {
      return base::failure(Errc::kBadCsv, "The row has " + std::to_string(row.cells.size()) +
                                              " cells, the header " + std::to_string(columns_));
    }
    if (!is_clean_utf8(row.text)) return base::failure(Errc::kBadCsv, "The row is not UTF-8 text");
    NewEntry draft;
    draft.plate = cell(row, Column::kPlate);
    draft.reason = cell(row, Column::kReason);
    draft.case_number = cell(row, Column::kCase);
    draft.region = cell(row, Column::kRegion);
    draft.color = cell(row, Column::kColor);
    draft.body = cell(row, Column::kBody);
    draft.make = cell(row, Column::kMake);
    draft.note = cell(row, Column::kNote);
    if (const auto state = cell(row, Column::kState); draft.region.empty() && !state.empty()) {
      draft.region = region_of_state(state);
      if (draft.region.empty())
        return base::failure(Errc::kBadField, "The state is not a two-letter U.S. state");
    }
    const auto expires = parse_expiry(cell(row, Column::kExpires));
    if (expires) draft.expires_at = *expires;
    auto entry = check_entry(draft, now_);
    // A missing plate or reason is told first; among expiries, "not a date" says more than "missing".
    if (!entry && entry.error().is(Errc::kBadExpiry) && !expires) return tl::unexpected(expires.error());
    return entry;
  }

  void refuse(const CsvRow& row, std::string reason) {
    ++parsed_.refused_count;
    if (parsed_.refused.size() < kMaxRefusedShown) {
      parsed_.refused.push_back({row.line, printable(row.text, kMaxRefusedTextBytes), std::move(reason)});
    }
  }

  Layout layout_;
  std::size_t columns_;
  base::Time now_;
  ParsedImport parsed_;
  std::unordered_map<std::string, std::uint32_t> lines_;
};

}  // namespace

base::Result<ParsedImport> parse_import(std::string_view csv, base::Time now) {
  if (csv.size() > kMaxCsvBytes) {
    return base::failure(Errc::kTooLarge, "The file is larger than 20 MB", "", "Import it in parts.");
  }
  if (csv.starts_with("\xFF\xFE") || csv.starts_with("\xFE\xFF")) {
    return base::failure(Errc::kBadCsv, "The file is UTF-16 text", "", "Save it as \"CSV UTF-8\".");
  }
  CsvReader reader(csv);
  auto header = reader.next();
  if (!header) {
    return base::failure(Errc::kBadCsv, "The file is empty", "",
                         "The first line must name the columns: " + std::string(kColumns) + ".");
  }
  if (!*header) return tl::unexpected(header->error());
  const auto layout = read_header(**header);
  if (!layout) return tl::unexpected(layout.error());

  Import import(*layout, (*header)->cells.size(), now);
  std::size_t rows = 0;
  while (auto row = reader.next()) {
    if (!*row) return tl::unexpected(row->error());
    if (++rows > kMaxCsvRows) {
      return base::failure(Errc::kTooLarge, "The file has more than 200,000 rows", "", "Import it in parts.");
    }
    import.take(**row);
  }
  return import.finish();
}

}  // namespace glasshouse::hotlist
