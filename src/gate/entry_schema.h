// Which fields a ledger entry may have and when each may be shown. docs/formats/ledger.md prints the same
// table. Its hash and text stand in the log (kind "ledger.schema"). Dropping a field or moving it to a later
// class makes an entry of its own (kind "ledger.schema-narrowed") that everybody sees at once.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/ledger.h"

namespace glasshouse::gate {

struct FieldRule {
  std::string_view name;
  ledger::Release release;  // when it is shown, in entries of every kind
  std::string_view meaning;
};

std::span<const FieldRule> entry_schema();  // sorted by name

// Where entries of one kind show a field later than others do.
struct LaterRule {
  std::string_view kind, name;
  ledger::Release release;
};
std::span<const LaterRule> later_rules();

// The class that a field gets, whatever its caller wants; a name that the schema does not know is kNever.
ledger::Release release_of(std::string_view kind, std::string_view name);

// "glasshouse-ledger-schema 2\n", a line "name class\n" a field, a line "kind/name class\n" a later rule.
std::string schema_text();
// What the schema `before` gave that this one gives later or not at all: "agency: at-once to restricted, day:
// at-once to gone"; empty when nothing.
std::string narrowed_since(std::string_view before);
std::string schema_hash();  // base64url(SHA-256(schema_text()))

}  // namespace glasshouse::gate
