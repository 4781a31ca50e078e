// A records system's extract, and the text that describes it: the map first, a NUL, then the extract.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "casefeed/casefeed.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glasshouse;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = std::min(input.find('\0'), input.size());
  const auto map = casefeed::parse_map(input.substr(0, cut));
  if (!map) return 0;
  const auto extract = casefeed::parse_extract(*map, input.substr(std::min(cut + 1, input.size())));
  if (!extract) return 0;
  if (extract->cases.size() > casefeed::kMaxFeedCases) std::abort();
  for (const casefeed::FeedCase& one : extract->cases) {
    if (one.number.empty() || one.number.size() > 40 || one.plates.size() > casefeed::kMaxNamed) std::abort();
  }
  return 0;
}
