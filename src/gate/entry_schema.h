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
  ledger::Release earliest;  // never shown earlier than this
  std::string_view meaning;
};

std::span<const FieldRule> entry_schema();  // sorted by name

// The class that a field gets: the later one of what the caller wants and what the schema allows; a name that
// the schema does not know is kRestricted.
ledger::Release release_of(const ledger::Field& field);

std::string schema_text();  // "glasshouse-ledger-schema 1\n" and a line "name class\n" a field
// What the schema `before` gave that this one gives later or not at all: "agency: at-once to restricted, day:
// at-once to gone"; empty when nothing.
std::string narrowed_since(std::string_view before);
std::string schema_hash();  // base64url(SHA-256(schema_text()))

}  // namespace glasshouse::gate
