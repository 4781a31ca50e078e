// Any text in any layout that hotlists are imported from. The first byte chooses the layout; for a column map
// the text up to the first NUL is the map and the rest the file.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "hotlist/csv.h"
#include "hotlist/entry_check.h"
#include "hotlist/importer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glasshouse;
  if (size == 0) return 0;
  const auto kind = hotlist::kImportKinds[data[0] % hotlist::kImportKinds.size()];
  std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1), format;
  if (kind == hotlist::ImportKind::kMapped) {
    const std::size_t end = std::min(text.find('\0'), text.size());
    format = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  static const hotlist::ImportRules rules{.now = *base::parse_rfc3339("2026-11-22T12:00:00Z"),
                                          .term = std::chrono::hours(24)};
  const auto parsed = hotlist::parse_import(kind, format, text, rules);
  if (!parsed) return 0;
  if (parsed->entries.size() + parsed->refused_count + parsed->barred_count != parsed->rows) std::abort();
  if (parsed->refused.size() > hotlist::kMaxRefusedShown) std::abort();
  for (const auto& row : parsed->refused) {
    if (row.reason.empty() || row.text.size() > 200 || !hotlist::is_clean_utf8(row.text)) std::abort();
  }
  std::uint32_t barred = 0;
  for (const auto& rows : parsed->barred) {
    const auto* file = hotlist::file_named(rows.file);
    if (file == nullptr || hotlist::takes_file(*file, rules)) std::abort();
    barred += rows.count;
  }
  if (barred != parsed->barred_count) std::abort();
  for (const auto& entry : parsed->entries) {
    const auto again = hotlist::check_entry(entry, rules.now);
    if (!again || again->plate != entry.plate || again->region != entry.region ||
        again->reason != entry.reason)
      std::abort();
  }
  return 0;
}
