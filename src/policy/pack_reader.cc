#include "policy/pack_reader.h"

#include <algorithm>
#include <charconv>

namespace glasshouse::policy {
namespace {

std::string quoted(std::string_view text) {
  return "'" + std::string(text.substr(0, 60)) + "'";
}

std::string listed(std::span<const std::string_view> known) {
  std::string text;
  for (std::string_view word : known) text += (text.empty() ? "" : ", ") + std::string(word);
  return text;
}

// "21 days" → 21 and "days".
std::optional<std::pair<std::int64_t, std::string_view>> amount_of(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
  if (error != std::errc() || count < 1 || count > 100'000 || !rest.starts_with(' ')) return std::nullopt;
  return std::pair(count, rest.substr(1));
}

std::optional<std::int64_t> minutes_of(std::string_view text) {
  const auto amount = amount_of(text);
  if (!amount) return std::nullopt;
  auto [count, unit] = *amount;
  if (unit.ends_with('s')) unit.remove_suffix(1);
  if (unit == "minute") return count;
  if (unit == "hour") return count * 60;
  if (unit == "day") return count * kMinutesADay;
  if (unit == "month") return count * 30 * kMinutesADay;
  if (unit == "year") return count * 365 * kMinutesADay;
  return std::nullopt;
}

}  // namespace

bool is_pack_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxNameChars && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

void Fault::at(std::uint32_t line, std::string why, std::string next) {
  if (error_) return;
  error_ = base::Error(Errc::kBadPack, "This is not a statute pack that can be used",
                       "line " + std::to_string(line) + ": " + std::move(why), std::move(next));
}

const base::TomlValue* TableReader::value(std::string_view key) {
  asked_.emplace(key);
  if (table_.tables.contains(key)) wrong(key, std::string(key) + " is a table here", "Write a value for it.");
  const auto found = table_.values.find(key);
  return found == table_.values.end() ? nullptr : &found->second;
}

const base::TomlValue* TableReader::required(std::string_view key) {
  const base::TomlValue* found = value(key);
  if (found == nullptr)
    fault_.at(table_.line, name_ + " has no " + quoted(key), "Add " + std::string(key) + " to it.");
  return found;
}

void TableReader::wrong(std::string_view key, std::string why, std::string next) {
  std::uint32_t line = table_.line;
  if (const auto found = table_.values.find(key); found != table_.values.end()) line = found->second.line;
  if (const auto found = table_.tables.find(key); found != table_.tables.end()) line = found->second.line;
  fault_.at(line, std::move(why), std::move(next));
}

std::string TableReader::checked(std::string text, std::string_view key, std::size_t most_chars) {
  if (!text.empty() && text.size() <= most_chars) return text;
  wrong(key, std::string(key) + " has an empty text or one that is too long",
        "Write 1 to " + std::to_string(most_chars) + " characters.");
  return {};
}

std::string TableReader::text(std::string_view key, std::size_t most_chars) {
  required(key);
  return optional_text(key, most_chars);
}

std::string TableReader::optional_text(std::string_view key, std::size_t most_chars) {
  const base::TomlValue* found = value(key);
  if (found == nullptr) return {};
  if (const auto* text = std::get_if<std::string>(&found->value)) return checked(*text, key, most_chars);
  wrong(key, std::string(key) + " is not a text", "Write it in quotation marks.");
  return {};
}

std::string TableReader::word(std::string_view key, std::span<const std::string_view> known) {
  const std::string value = text(key, kMaxNameChars);
  if (!value.empty() && std::find(known.begin(), known.end(), value) == known.end()) {
    wrong(key, std::string(key) + " is " + quoted(value), "Write one of: " + listed(known) + ".");
    return {};
  }
  return value;
}

std::int64_t TableReader::integer(std::string_view key, std::int64_t least, std::int64_t most) {
  const base::TomlValue* found = required(key);
  if (found == nullptr) return least;
  const auto* number = std::get_if<std::int64_t>(&found->value);
  if (number != nullptr && *number >= least && *number <= most) return *number;
  wrong(key, std::string(key) + " is no whole number that fits",
        "Write a number from " + std::to_string(least) + " to " + std::to_string(most) + ", without quotes.");
  return least;
}

std::optional<bool> TableReader::optional_bool(std::string_view key) {
  const base::TomlValue* found = value(key);
  if (found == nullptr) return std::nullopt;
  if (const auto* truth = std::get_if<bool>(&found->value)) return *truth;
  wrong(key, std::string(key) + " is neither true nor false", "Write true or false, without quotes.");
  return std::nullopt;
}

std::optional<base::Day> TableReader::optional_day(std::string_view key) {
  const base::TomlValue* found = value(key);
  if (found == nullptr) return std::nullopt;
  if (const auto* day = std::get_if<base::Day>(&found->value)) return *day;
  wrong(key, std::string(key) + " is no date", "Write it like 2026-04-01, without quotes.");
  return std::nullopt;
}

std::vector<std::string> TableReader::texts(std::string_view key, bool is_required) {
  const base::TomlValue* found = is_required ? required(key) : value(key);
  if (found == nullptr) return {};
  const auto* list = std::get_if<base::TomlList>(&found->value);
  if (list == nullptr || list->empty()) {
    wrong(key, std::string(key) + " is not a list of texts", "Write it like [\"a\", \"b\"].");
    return {};
  }
  std::vector<std::string> values;
  for (const std::string& item : *list) values.push_back(checked(item, key, kMaxNameChars));
  std::sort(values.begin(), values.end());
  if (std::adjacent_find(values.begin(), values.end()) != values.end())
    wrong(key, std::string(key) + " names one thing twice", "Name each once.");
  return values;
}

std::int64_t TableReader::minutes(std::string_view key) {
  const std::string value = text(key, kMaxNameChars);
  if (value.empty()) return kMinutesADay;
  if (const auto minutes = minutes_of(value)) return *minutes;
  wrong(key, std::string(key) + " is " + quoted(value),
        "Write a number and minutes, hours, days, months or years, like \"21 days\".");
  return kMinutesADay;
}

std::int64_t TableReader::optional_minutes(std::string_view key) {
  return has(key) ? minutes(key) : 0;
}

double TableReader::metres(std::string_view key) {
  const std::string value = text(key, kMaxNameChars);
  if (value.empty() || value == "boundary") return 0;
  if (const auto amount = amount_of(value)) {
    if (amount->second == "m") return static_cast<double>(amount->first);
    if (amount->second == "km") return static_cast<double>(amount->first) * 1000;
  }
  wrong(key, std::string(key) + " is " + quoted(value), "Write it like \"50 m\", \"40 km\" or \"boundary\".");
  return 0;
}

const base::TomlTable* TableReader::table(std::string_view key) {
  asked_.emplace(key);
  if (table_.values.contains(key))
    wrong(key, std::string(key) + " is not a table",
          "Write [" + std::string(key) + "] on a line of its own.");
  const auto found = table_.tables.find(key);
  return found == table_.tables.end() ? nullptr : &found->second;
}

std::vector<TableReader::Named> TableReader::named_tables(std::string_view key) {
  std::vector<Named> found;
  const base::TomlTable* outer = table(key);
  if (outer == nullptr) return found;
  for (const auto& [name, value] : outer->values)
    fault_.at(value.line, quoted(name) + " stands by itself in " + std::string(key),
              "Put it into a table [" + std::string(key) + ".name].");
  for (const auto& [name, inner] : outer->tables) {
    if (!is_pack_name(name))
      fault_.at(inner.line, quoted(name) + " is no name", "Use lower-case letters, digits and hyphens.");
    found.push_back({name, &inner});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Named& a, const Named& b) { return a.table->line < b.table->line; });
  return found;
}

void TableReader::no_others() {
  const auto strange = [&](const std::string& key, std::uint32_t line) {
    if (asked_.contains(key)) return;
    fault_.at(line, name_ + " has " + quoted(key) + ", which means nothing here",
              "Remove it, or correct its spelling; docs/formats/statute-pack.md lists the names.");
  };
  for (const auto& [key, value] : table_.values) strange(key, value.line);
  for (const auto& [key, value] : table_.tables) strange(key, value.line);
}

}  // namespace glasshouse::policy
