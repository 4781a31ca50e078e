// From the text of a file to entries, refused rows and barred ones. No I/O, no list: the store compares them
// with what it has. docs/formats/hotlist-import.md describes every layout.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "hotlist/hotlist.h"
#include "hotlist/ncic_codes.h"

namespace glasshouse::hotlist {

inline constexpr std::size_t kMaxRefusedShown = 200;
inline constexpr std::size_t kMaxSampleShown = 20;

struct ImportRules {
  base::Time now;
  ZeroRule zero_rule = ZeroRule::kDistinct;
  base::Millis term{};             // life of an entry whose row has no end; 0: a row without one is refused
  std::vector<std::string> files;  // words of the files that the list takes; empty: those taken by default
  std::map<std::string, std::string> barred;  // by packs: the file's word to a sentence that names the rule
};

// Whether entries of the file may stand on a list under these rules.
bool takes_file(const FileCode& file, const ImportRules& rules);

struct ParsedImport {
  std::uint32_t rows = 0;         // without the header and blank lines: entries, refused and barred ones
  std::vector<NewEntry> entries;  // checked; no two with the same plate and region
  std::uint32_t refused_count = 0;
  std::vector<RefusedRow> refused;  // the first kMaxRefusedShown
  std::uint32_t barred_count = 0;
  std::vector<BarredRows> barred;  // by file; nothing of the rows themselves is kept
};

// format_text: of ImportKind::kMapped only. kTooLarge, kBadCsv and kBadFormat concern the whole file.
base::Result<ParsedImport> parse_import(ImportKind kind, std::string_view format_text, std::string_view text,
                                        const ImportRules& rules);

// The layout of kCsv: a header row that names our own columns.
base::Result<ParsedImport> parse_plain_csv(std::string_view csv, const ImportRules& rules);

}  // namespace glasshouse::hotlist
