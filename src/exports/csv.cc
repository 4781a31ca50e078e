#include "exports/csv.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/words.h"

namespace glasshouse::exports {
namespace {

bool begins_formula(std::string_view text) {
  constexpr std::array<std::string_view, 11> kBeginnings{"=",  "+",      "-",      "@",      "\t",    "\r",
                                                         "\n", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};
  const auto blank = text.find_first_not_of(' ');
  if (blank == std::string_view::npos) return false;
  text.remove_prefix(blank);
  return std::any_of(kBeginnings.begin(), kBeginnings.end(),
                     [&](std::string_view one) { return text.starts_with(one); });
}

// A number that the program itself writes; a minus sign in front of digits is no formula.
std::string csv_number(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

}  // namespace

std::string csv_text(std::string_view text) {
  std::string cell = begins_formula(text) ? "\"'" : "\"";
  for (const char c : text) {
    if (c == '\0') continue;
    if (c == '"') cell += '"';
    cell += c;
  }
  return cell + '"';
}

std::string csv_of(const Sheet& sheet) {
  std::string out =
      "read_id,captured_at_utc,captured_at_local,camera,camera_id,latitude,longitude,plate,region,"
      "plate_confidence,color,body,make,corrections,case_number,ledger_entry";
  const bool is_route = sheet.kind == "route", is_again = sheet.kind == "again";
  out += is_route ? ",gap_before_minutes\r\n" : is_again ? ",likeness\r\n" : "\r\n";
  for (const Row& row : sheet.rows) {
    const std::string cells[] = {csv_text(row.read_id),
                                 csv_text(base::format_rfc3339(row.captured_at)),
                                 csv_text(local_time_text(row.captured_at, sheet.clock)),
                                 csv_text(row.camera_name),
                                 csv_text(row.camera_id),
                                 csv_number(row.lat_deg, 6),
                                 csv_number(row.lon_deg, 6),
                                 csv_text(row.plate),
                                 csv_text(row.region),
                                 row.plate.empty() ? csv_text("") : csv_number(row.plate_confidence, 4),
                                 csv_text(row.color),
                                 csv_text(row.body),
                                 csv_text(row.make),
                                 csv_text(base::join(row.corrections, "; ")),
                                 csv_text(sheet.case_number),
                                 std::to_string(sheet.ledger_index)};
    for (const std::string& cell : cells) out += (&cell == cells ? "" : ",") + cell;
    if (is_route) out += "," + std::to_string(row.gap_before_min);
    if (is_again) out += "," + csv_text(row.likeness);
    out += "\r\n";
  }
  return out;
}

std::string vehicles_csv_of(const Sheet& sheet) {
  std::string out =
      "plate,cameras,reads,first_seen_utc,first_seen_local,last_seen_utc,last_seen_local,"
      "case_number,ledger_entry,vehicles_found\r\n";
  for (const Vehicle& one : sheet.vehicles) {
    out += csv_text(one.plate) + "," + std::to_string(one.cameras) + "," + std::to_string(one.reads);
    for (const base::Time at : {one.first_seen, one.last_seen})
      out += "," + csv_text(base::format_rfc3339(at)) + "," + csv_text(local_time_text(at, sheet.clock));
    // In every row, so that who has some of them sees that there are more.
    out += "," + csv_text(sheet.case_number) + "," + std::to_string(sheet.ledger_index) + "," +
           std::to_string(sheet.vehicles_found) + "\r\n";
  }
  return out;
}

}  // namespace glasshouse::exports
