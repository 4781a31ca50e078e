#include <algorithm>
#include <set>

#include "casefeed/casefeed.h"
#include "hotlist/csv.h"
#include "hotlist/import_format.h"
#include "plate/plate.h"

namespace glasshouse::casefeed {
namespace {

using Places = std::array<std::optional<std::size_t>, kFieldNames.size()>;

tl::unexpected<base::Error> bad_extract(std::string why, std::string next) {
  return base::failure(Errc::kBadExtract, "The extract of cases cannot be used", std::move(why),
                       std::move(next));
}

std::string trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t");
  if (from == std::string_view::npos) return {};
  return std::string(text.substr(from, text.find_last_not_of(" \t") - from + 1));
}

base::Result<Places> places_of(const Map& map, const hotlist::CsvRow& header) {
  Places places;
  for (std::size_t field = 0; field < places.size(); ++field) {
    const auto& column = map.columns[field];
    if (!column) continue;
    if (column->number > 0) {
      places[field] = column->number - 1;
      continue;
    }
    for (std::size_t i = 0; i < header.cells.size() && !places[field]; ++i) {
      if (hotlist::value_key(header.cells[i]) == hotlist::value_key(column->name)) places[field] = i;
    }
    if (!places[field] && !column->optional) {
      return bad_extract("The column for " + std::string(kFieldNames[field]) + " is not in the header",
                         "Compare the extract's first line with the case feed's text.");
    }
  }
  return places;
}

class Row {
 public:
  Row(const Map& map, const Places& places, const hotlist::CsvRow& row)
      : map_(map), places_(places), row_(row) {}

  std::string text(Field field) const {
    const auto index = static_cast<std::size_t>(field);
    std::string cell = map_.constants[index];
    if (places_[index] && *places_[index] < row_.cells.size()) cell = trimmed(row_.cells[*places_[index]]);
    const auto& meanings = map_.values[index];
    if (const auto found = meanings.find(hotlist::value_key(cell)); found != meanings.end())
      return found->second;
    return cell;
  }
  std::vector<std::string> list(Field field) const {
    std::vector<std::string> items;
    const std::string cell = text(field);
    for (std::size_t begin = 0; begin <= cell.size();) {
      const std::size_t end = std::min(cell.find(map_.list_separator, begin), cell.size());
      if (std::string item = trimmed(std::string_view(cell).substr(begin, end - begin)); !item.empty())
        items.push_back(std::move(item));
      begin = end + 1;
    }
    return items;
  }

 private:
  const Map& map_;
  const Places& places_;
  const hotlist::CsvRow& row_;
};

// Empty: it is a case. Else why it is none.
std::string read_case(const Row& row, FeedCase& one) {
  one.number = row.text(Field::kNumber);
  if (one.number.empty() || one.number.size() > 40 || !hotlist::is_clean_utf8(one.number))
    return "It has no number of 1 to 40 characters.";
  const std::string state = row.text(Field::kState);
  if (state != "open" && state != "closed")
    return "Its state is neither open nor closed; name its codes in "
           "[values.state].";
  one.open = state == "open";
  one.purpose = row.text(Field::kPurpose);
  one.offence = row.text(Field::kOffence);
  one.title = hotlist::printable(row.text(Field::kTitle), 200);
  if (one.title.empty()) one.title = one.number;
  one.officers = row.list(Field::kOfficers);
  for (const std::string& text : row.list(Field::kPlates)) {
    const auto plate = plate::Plate::parse_lenient(text);
    if (!plate) return "One of its plates is none of 1 to 10 letters and digits.";
    one.plates.push_back(plate->text());
  }
  if (one.officers.size() > kMaxNamed || one.plates.size() > kMaxNamed)
    return "It names more than 50 officers or plates.";
  return {};
}

}  // namespace

base::Result<Extract> parse_extract(const Map& map, std::string_view csv) {
  if (csv.size() > kMaxExtractBytes)
    return bad_extract("It is larger than 20 MB",
                       "Let the records system extract open and newly closed cases only.");
  if (!hotlist::is_clean_utf8(csv)) return bad_extract("It is not UTF-8", "Export it as UTF-8.");
  hotlist::CsvReader reader(csv, map.separator);
  Places places;
  bool begun = false;
  Extract extract;
  std::set<std::string> numbers;
  while (auto row = reader.next()) {
    if (!*row) return bad_extract((*row).error().message(), "Export it again.");
    const hotlist::CsvRow& cells = **row;
    if (!begun) {
      begun = true;
      auto found = places_of(map, cells);
      if (!found) return tl::unexpected(found.error());
      places = *found;
      if (map.header) continue;
    }
    FeedCase one;
    one.line = cells.line;
    std::string why = cells.wrong.empty() ? read_case(Row(map, places, cells), one) : cells.wrong;
    if (why.empty() && !numbers.insert(one.number).second) why = "Its number stands twice.";
    if (!why.empty()) {
      extract.refused.push_back({cells.line, std::move(why)});
      continue;
    }
    if (extract.cases.size() >= kMaxFeedCases)
      return bad_extract("It holds more than 50,000 cases", "Leave out old ones.");
    extract.cases.push_back(std::move(one));
  }
  if (!begun) return bad_extract("It is empty", "An extract without cases still has its header.");
  if (extract.cases.empty() && !extract.refused.empty()) {
    return bad_extract("No row of it is a case; line " + std::to_string(extract.refused[0].line) + ": " +
                           extract.refused[0].why,
                       "Compare the extract with the case feed's text.");
  }
  return extract;
}

}  // namespace glasshouse::casefeed
