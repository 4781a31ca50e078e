// Any text as a hotlist CSV: it is accepted or refused, row by row, within bounds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "hotlist/csv.h"
#include "hotlist/entry_check.h"
#include "hotlist/importer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glasshouse;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const base::Time now = *base::parse_rfc3339("2026-11-22T12:00:00Z");
  const auto parsed = hotlist::parse_import(hotlist::ImportKind::kPlain, "", text, {.now = now});
  if (!parsed) return 0;
  if (parsed->entries.size() + parsed->refused_count != parsed->rows) std::abort();
  if (parsed->refused.size() > hotlist::kMaxRefusedShown) std::abort();
  for (const auto& row : parsed->refused) {
    if (row.reason.empty() || row.text.size() > 200 || !hotlist::is_clean_utf8(row.text)) std::abort();
  }
  for (const auto& entry : parsed->entries) {
    // What was accepted once is accepted again, unchanged.
    const auto again = hotlist::check_entry(entry, now);
    if (!again || again->plate != entry.plate || again->region != entry.region ||
        again->reason != entry.reason)
      std::abort();
  }
  return 0;
}
