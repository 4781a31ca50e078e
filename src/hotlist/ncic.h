// Inside hotlist: NCIC license-plate extracts, fixed-width and CSV (docs/formats/hotlist-import.md). The
// first letter of the NIC number says which file an entry is of; what the list may not hold is barred by it
// before anything else of the row is looked at. Fuzzed (fuzz/fuzz_hotlist_import.cc).
#pragma once

#include <string_view>

#include "base/result.h"
#include "hotlist/importer.h"

namespace glasshouse::hotlist {

base::Result<ParsedImport> parse_ncic_fixed(std::string_view text, const ImportRules& rules);
base::Result<ParsedImport> parse_ncic_csv(std::string_view text, const ImportRules& rules);

}  // namespace glasshouse::hotlist
