// The part of TOML that statute packs and import formats are written in: one key and value a line, tables of
// at most two names, texts, whole numbers, dates, true, false and lists of texts. Everything it takes, any
// TOML 1.0 reader takes and reads the same (tests/policy_cedar does). Its own reader because the TOML library
// at hand ends the program on some malformed input, and these texts come from outside.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace glasshouse::base {

inline constexpr std::size_t kMaxTomlTables = 400;
inline constexpr std::size_t kMaxTomlValues = 4000;
inline constexpr std::size_t kMaxTomlNameChars = 40;
inline constexpr std::size_t kMaxListItems = 100;

using TomlList = std::vector<std::string>;

struct TomlValue {
  std::uint32_t line = 0;
  std::variant<std::string, std::int64_t, bool, Day, TomlList> value;
};

struct TomlTable {
  std::uint32_t line = 1;
  bool has_header = false;  // its own [name] stands in the text
  std::map<std::string, TomlValue, std::less<>> values;
  std::map<std::string, TomlTable, std::less<>> tables;
};

// What is wrong, and where.
struct TomlFault {
  std::uint32_t line = 1;
  std::string why, next;
};

tl::expected<TomlTable, TomlFault> parse_toml_subset(std::string_view text);

}  // namespace glasshouse::base
