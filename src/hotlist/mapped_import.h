// Inside hotlist: a file read by a column map. Fuzzed (fuzz/fuzz_hotlist_import.cc).
#pragma once

#include <string_view>

#include "base/result.h"
#include "hotlist/import_format.h"
#include "hotlist/importer.h"

namespace glasshouse::hotlist {

// kBadCsv when the file lacks a column that the format needs.
base::Result<ParsedImport> parse_mapped(const ImportFormat& format, std::string_view text,
                                        const ImportRules& rules);

}  // namespace glasshouse::hotlist
