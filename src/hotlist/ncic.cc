#include "hotlist/ncic.h"

#include <array>

#include "hotlist/csv.h"
#include "hotlist/import_rows.h"
#include "hotlist/text_lines.h"

namespace glasshouse::hotlist {
namespace {

constexpr std::size_t kLeastColumns = 11, kColumnsWithPlateType = 12;
constexpr std::size_t kPlateEnds = 37;  // of a fixed row: what is shorter holds no plate

struct NcicRow {
  std::string_view nic, ori, date, plate, state, make, style, color;
};

std::string note_of(const NcicRow& row) {
  std::string note = "NCIC " + std::string(row.nic);
  if (!row.ori.empty()) note += ", entered by " + std::string(row.ori);
  if (row.date.size() == 8) {
    note += " on " + std::string(row.date.substr(0, 4)) + "-" + std::string(row.date.substr(4, 2)) + "-" +
            std::string(row.date.substr(6));
  }
  return note;
}

void take_row(const NcicRow& row, std::uint32_t line, std::string_view text, ImportRows& rows) {
  if (row.nic.empty())
    return rows.refuse(
        line, "", "The NIC number is missing, so nobody can tell of which file the row is; it is not shown.");
  const FileCode* file = file_of_letter(row.nic.front());
  // What may be of a barred file is not shown either.
  if (file == nullptr)
    return rows.refuse(line, "", "The NIC number begins with no known file code; the row is not shown.");
  if (rows.barred(*file)) return;
  if (!is_clean_utf8(text)) return rows.refuse(line, text, "The row is not UTF-8 text.");
  NewEntry draft;
  draft.plate = row.plate;
  draft.reason = file->label;
  draft.case_number = row.nic;
  draft.region = region_of_ncic(row.state);
  draft.color = color_of_ncic(row.color);
  draft.body = body_of_ncic(row.style);
  draft.make = make_of_ncic(row.make);
  draft.note = note_of(row);
  // A plate of Canada or Mexico: reads have no such region, so it is told and not compared.
  if (draft.region.empty() && !row.state.empty()) draft.note += ", plate of " + std::string(row.state);
  if (draft.plate.find_first_of("?*") != std::string::npos)
    return rows.refuse(line, text, "The plate is not 1 to 10 letters and digits.");
  rows.take(line, text, std::move(draft));
}

std::string_view trimmed_cell(const CsvRow& row, std::size_t column) {
  return cell_at(row.cells[column], 0, row.cells[column].size());
}

NcicRow cells_of(const CsvRow& row) {
  const std::size_t skip = row.cells.size() == kColumnsWithPlateType ? 1 : 0;  // LIT
  return {trimmed_cell(row, 0),        trimmed_cell(row, 1),        trimmed_cell(row, 2),
          trimmed_cell(row, 3),        trimmed_cell(row, 4),        trimmed_cell(row, 7 + skip),
          trimmed_cell(row, 9 + skip), trimmed_cell(row, 10 + skip)};
}

}  // namespace

base::Result<ParsedImport> parse_ncic_fixed(std::string_view text, const ImportRules& rules) {
  ImportRows rows(rules);
  TextLines lines(text);
  while (const auto line = lines.next()) {
    if (auto more = rows.begin_row(); !more) return tl::unexpected(more.error());
    const NcicRow row{cell_at(*line, 0, 10),  cell_at(*line, 10, 19),          cell_at(*line, 19, 27),
                      cell_at(*line, 27, 37), cell_at(*line, 37, 39),          cell_at(*line, 49, 53),
                      cell_at(*line, 56, 58), cell_at(*line, 58, line->size())};
    const FileCode* file = row.nic.empty() ? nullptr : file_of_letter(row.nic.front());
    if (file != nullptr && line->size() < kPlateEnds && takes_file(*file, rules)) {
      rows.refuse(lines.number(), *line,
                  "The row is shorter than " + std::to_string(kPlateEnds) +
                      " characters, so it holds no whole plate.");
      continue;
    }
    take_row(row, lines.number(), *line, rows);
  }
  return rows.finish();
}

base::Result<ParsedImport> parse_ncic_csv(std::string_view text, const ImportRules& rules) {
  ImportRows rows(rules);
  CsvReader reader(text);
  bool first = true;
  while (auto next = reader.next()) {
    if (!*next) return tl::unexpected(next->error());
    const CsvRow& row = **next;
    const bool header = first && !row.cells.empty() && trimmed_cell(row, 0) == "NIC";
    first = false;
    if (header) continue;
    if (auto more = rows.begin_row(); !more) return tl::unexpected(more.error());
    const std::string_view nic = row.cells.empty() ? std::string_view() : trimmed_cell(row, 0);
    const FileCode* file = nic.empty() ? nullptr : file_of_letter(nic.front());
    const bool whole =
        row.wrong.empty() && row.cells.size() >= kLeastColumns && row.cells.size() <= kColumnsWithPlateType;
    if (!whole && file != nullptr && takes_file(*file, rules)) {
      rows.refuse(row.line, row.text,
                  row.wrong.empty() ? "The row has " + std::to_string(row.cells.size()) +
                                          " cells; an NCIC row has 11, or 12 with the plate type."
                                    : row.wrong);
      continue;
    }
    NcicRow cells;
    cells.nic = nic;
    if (whole) cells = cells_of(row);
    take_row(cells, row.line, row.text, rows);
  }
  return rows.finish();
}

}  // namespace glasshouse::hotlist
