// Which fields a ledger entry may have and when each may be shown. docs/formats/ledger.md prints the same
// table. The schema only ever grows: its hash stands in the log (kind "ledger.schema"), so that dropping a
// field or moving it to a later class is seen by everybody.
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
std::string schema_hash();  // base64url(SHA-256(schema_text()))

}  // namespace glasshouse::gate
