// Any bytes as a pattern, then as a plate: parsing never fails badly, and a pattern without wildcards matches
// exactly the plate that it spells.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "plate/pattern.h"

using namespace glasshouse;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::size_t cut = data[0] % size;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto pattern = plate::Pattern::parse(text.substr(0, cut));
  const auto first = plate::Plate::parse_lenient(text.substr(std::min(cut, text.size())));
  if (pattern && first) (void)pattern->matches(*first);
  if (pattern && pattern->is_exact()) {
    const auto same = plate::Plate::parse(pattern->text());
    if (!same || !pattern->matches(*same)) std::abort();
  }
  if (first) {
    if (plate::Plate::parse(first->text()) != *first) std::abort();
    if (!plate::is_confusable(*first, *first)) std::abort();
    for (plate::Plate member : plate::class_members(*first, 16)) {
      if (!plate::same_class(member, *first)) std::abort();
    }
  }
  return 0;
}
