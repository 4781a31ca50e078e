// Reads as CSV (RFC 4180, UTF-8), safe to open in a spreadsheet.
#pragma once

#include <string>
#include <string_view>

#include "exports/sheet.h"

namespace glasshouse::exports {

// A cell of text, quoted. What would begin a formula (= + - @, tab, carriage return, line feed, and the wide
// forms of the first four) gets an apostrophe in front, also behind spaces.
std::string csv_text(std::string_view text);

std::string csv_of(const Sheet& sheet);
// The vehicles of a question about several places, or about who travels together; a line each.
std::string vehicles_csv_of(const Sheet& sheet);

}  // namespace glasshouse::exports
