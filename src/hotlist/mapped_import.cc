#include "hotlist/mapped_import.h"

#include <algorithm>
#include <cctype>

#include "hotlist/csv.h"
#include "hotlist/entry_check.h"
#include "hotlist/import_rows.h"
#include "hotlist/text_lines.h"

namespace glasshouse::hotlist {
namespace {

using Cells = std::array<std::string_view, kMapFieldNames.size()>;
constexpr int kAbsent = -1;
using Places = std::array<int, kMapFieldNames.size()>;  // of csv columns, from 0

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
  });
}

std::string_view bare(std::string_view cell) {
  return cell_at(cell, 0, cell.size());
}

class MappedImport {
 public:
  MappedImport(const ImportFormat& format, const ImportRules& rules)
      : format_(format), rules_(with_term(format, rules)), rows_(rules_) {}

  base::Result<ParsedImport> read_fixed(std::string_view text) {
    TextLines lines(text);
    bool header = format_.header;
    while (const auto line = lines.next()) {
      if (std::exchange(header, false)) continue;
      if (auto more = rows_.begin_row(); !more) return tl::unexpected(more.error());
      Cells cells;
      for (std::size_t field = 0; field < cells.size(); ++field) {
        if (format_.columns[field])
          cells[field] = cell_at(*line, format_.columns[field]->from, format_.columns[field]->to);
      }
      take(lines.number(), *line, cells);
    }
    return rows_.finish();
  }

  base::Result<ParsedImport> read_csv(std::string_view text) {
    CsvReader reader(text, format_.separator);
    Places places;
    places.fill(kAbsent);
    CsvRow header;
    if (format_.header) {
      auto first = reader.next();
      if (!first)
        return base::failure(Errc::kBadCsv, "The file is empty", "", "It must begin with a header.");
      if (!*first) return tl::unexpected(first->error());
      header = std::move(**first);
    }
    if (auto placed = place(header, places); !placed) return tl::unexpected(placed.error());
    while (auto row = reader.next()) {
      if (!*row) return tl::unexpected(row->error());
      if (auto more = rows_.begin_row(); !more) return tl::unexpected(more.error());
      take_csv_row(**row, places);
    }
    return rows_.finish();
  }

 private:
  static ImportRules with_term(const ImportFormat& format, ImportRules rules) {
    if (format.ends_after.count() > 0) rules.term = format.ends_after;
    return rules;
  }

  base::Result<void> place(const CsvRow& header, Places& places) const {
    for (std::size_t field = 0; field < places.size(); ++field) {
      const auto& column = format_.columns[field];
      if (!column) continue;
      if (column->number > 0) {
        places[field] = static_cast<int>(column->number) - 1;
        continue;
      }
      const auto found = std::find_if(header.cells.begin(), header.cells.end(), [&](const std::string& cell) {
        return same_name(bare(cell), column->name);
      });
      if (found != header.cells.end()) {
        places[field] = static_cast<int>(found - header.cells.begin());
      } else if (!column->optional) {
        return base::failure(
            Errc::kBadCsv, "The file has no column \"" + printable(column->name, 80) + "\"",
            "The list's column map takes the " + std::string(kMapFieldNames[field]) + " from it",
            "Check that this is the right file, or change the list's source.");
      }
    }
    return {};
  }

  void take_csv_row(const CsvRow& row, const Places& places) {
    Cells cells;
    bool short_row = false;
    for (std::size_t field = 0; field < cells.size(); ++field) {
      if (places[field] == kAbsent) continue;
      const auto place = static_cast<std::size_t>(places[field]);
      if (place < row.cells.size()) {
        cells[field] = bare(row.cells[place]);
      } else if (!format_.columns[field]->optional) {
        short_row = true;
      }
    }
    const std::string wrong = !row.wrong.empty() ? row.wrong
                              : short_row        ? "The row has fewer cells than the column map needs."
                                                 : "";
    // Of a row that cannot be told apart nobody knows which file it is of.
    if (!wrong.empty()) return rows_.refuse(row.line, shows_rows() ? row.text : "", wrong);
    take(row.line, row.text, cells);
  }

  // Where files may be barred, what is not known to be of a permitted one is not shown.
  bool shows_rows() const { return !format_.column(MapField::kFile).has_value(); }

  // What the field says: its constant, or its cell, translated where the format says how.
  std::string meaning(MapField field, const Cells& cells) const {
    const auto index = static_cast<std::size_t>(field);
    if (!format_.constants[index].empty()) return format_.constants[index];
    const auto found = format_.values[index].find(value_key(cells[index]));
    return found == format_.values[index].end() ? std::string(cells[index]) : found->second;
  }

  const FileCode* file_of(const Cells& cells) const {
    const std::string word = meaning(MapField::kFile, cells);
    if (const FileCode* file = file_named(word)) return file;
    return word.size() == 1 ? file_of_letter(word.front()) : nullptr;
  }

  void take(std::uint32_t line, std::string_view text, const Cells& cells) {
    const bool by_file = format_.column(MapField::kFile) || !format_.constant(MapField::kFile).empty();
    const FileCode* file = by_file ? file_of(cells) : nullptr;
    if (by_file && file == nullptr)
      return rows_.refuse(line, "", "Nobody can tell of which file the row is; it is not shown.");
    if (file != nullptr && rows_.barred(*file)) return;
    if (!is_clean_utf8(text)) return rows_.refuse(line, text, "The row is not UTF-8 text.");
    NewEntry draft;
    draft.plate = cells[static_cast<std::size_t>(MapField::kPlate)];
    draft.reason = meaning(MapField::kReason, cells);
    if (draft.reason.empty() && file != nullptr) draft.reason = file->label;
    draft.case_number = meaning(MapField::kCase, cells);
    draft.note = meaning(MapField::kNote, cells);
    looks(cells, draft);
    if (const std::string wrong = region(cells, draft); !wrong.empty())
      return rows_.refuse(line, text, wrong);
    if (const std::string wrong = end(cells, draft); !wrong.empty()) return rows_.refuse(line, text, wrong);
    rows_.take(line, text, std::move(draft));
  }

  // A look that is none of ours is left out: it must not hide a wanted vehicle.
  void looks(const Cells& cells, NewEntry& draft) const {
    const auto known = [](std::string word, const std::vector<std::string>& words,
                          std::string (*translate)(std::string_view)) {
      for (char& c : word) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      if (word == "grey") word = "gray";
      return std::find(words.begin(), words.end(), word) != words.end() ? word : translate(word);
    };
    draft.color = known(meaning(MapField::kColor, cells), known_colors(), color_of_ncic);
    draft.body = known(meaning(MapField::kBody, cells), known_bodies(), body_of_ncic);
    const std::string make = meaning(MapField::kMake, cells);
    draft.make = make.size() <= 4 ? make_of_ncic(make) : make;
    if (draft.make.size() > kMaxMakeChars) draft.make.clear();
  }

  std::string region(const Cells& cells, NewEntry& draft) const {
    draft.region = meaning(MapField::kRegion, cells);
    const std::string state = meaning(MapField::kState, cells);
    if (state.empty()) return {};
    draft.region = region_of_ncic(state);
    return draft.region.empty() ? "The state is not a two-letter U.S. state." : "";
  }

  std::string end(const Cells& cells, NewEntry& draft) const {
    const std::string text = meaning(MapField::kExpires, cells);
    if (text.empty()) return {};
    const auto day = parse_day_as(format_.dates, text);
    if (!day) return "The expiry is not a date like " + format_.dates + ".";
    draft.expires_at = base::start_of(base::Day{day->since_epoch + 1});  // the whole day counts
    return {};
  }

  const ImportFormat& format_;
  ImportRules rules_;
  ImportRows rows_;
};

}  // namespace

base::Result<ParsedImport> parse_mapped(const ImportFormat& format, std::string_view text,
                                        const ImportRules& rules) {
  MappedImport import(format, rules);
  return format.fixed ? import.read_fixed(text) : import.read_csv(text);
}

}  // namespace glasshouse::hotlist
