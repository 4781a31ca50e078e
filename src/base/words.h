// Short lists as one text, and back: rows, ledger fields and messages hold lists so.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace glasshouse::base {

std::string join(const std::vector<std::string>& words, std::string_view separator);

// The words of a text between single spaces; none is empty.
std::vector<std::string> split_words(std::string_view text);

// As SQL writes the name of a table or a column that is not known beforehand: "alerts".
std::string sql_name(std::string_view name);

// Takes one line with its line feed off the front; false when there is no line feed.
bool take_line(std::string_view& rest, std::string_view& line);

}  // namespace glasshouse::base
