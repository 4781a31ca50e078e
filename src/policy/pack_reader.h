// Reads one table of a pack and remembers the first thing that is wrong, with its line. Used by
// pack_parse.cc only.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/toml_subset.h"
#include "policy/pack.h"

namespace glasshouse::policy {

inline constexpr std::size_t kMaxTextChars = 600;
inline constexpr std::size_t kMaxNameChars = base::kMaxTomlNameChars;

// The first fault; later ones are usually its children.
class Fault {
 public:
  void at(std::uint32_t line, std::string why, std::string next);
  bool found() const { return error_.has_value(); }
  const base::Error& error() const { return *error_; }

 private:
  std::optional<base::Error> error_;
};

class TableReader {
 public:
  TableReader(const base::TomlTable& table, std::string name, Fault& fault)
      : table_(table), name_(std::move(name)), fault_(fault) {}

  std::string text(std::string_view key, std::size_t most_chars = kMaxTextChars);
  std::string optional_text(std::string_view key, std::size_t most_chars = kMaxTextChars);
  std::string word(std::string_view key, std::span<const std::string_view> known);
  std::int64_t integer(std::string_view key, std::int64_t least, std::int64_t most);
  std::optional<bool> optional_bool(std::string_view key);
  std::optional<base::Day> optional_day(std::string_view key);
  std::vector<std::string> texts(std::string_view key, bool required);
  std::int64_t minutes(std::string_view key);           // "21 days"
  std::int64_t optional_minutes(std::string_view key);  // 0 when absent
  double metres(std::string_view key);                  // "50 m", "40 km", "boundary"
  const base::TomlTable* table(std::string_view key);   // null when absent
  // The tables of [key.NAME], in the order of their lines.
  struct Named {
    std::string name;
    const base::TomlTable* table;
  };
  std::vector<Named> named_tables(std::string_view key);
  bool has(std::string_view key) const { return table_.values.contains(key); }

  void wrong(std::string_view key, std::string why, std::string next);  // at the key's line
  void no_others();  // a key that nobody asked for is a fault
  const std::string& name() const { return name_; }

 private:
  const base::TomlValue* required(std::string_view key);
  const base::TomlValue* value(std::string_view key);
  std::string checked(std::string text, std::string_view key, std::size_t most_chars);

  const base::TomlTable& table_;
  std::string name_;
  Fault& fault_;
  std::set<std::string, std::less<>> asked_;
};

bool is_pack_name(std::string_view name);  // lower-case letters, digits and hyphens

}  // namespace glasshouse::policy
