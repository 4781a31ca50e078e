// Any bytes as a question: either a mistake that lies inside the text and says what would work, or a question
// whose canonical form means the same. Completions lie inside the text.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "search/language.h"

using namespace glasshouse;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<search::CameraPlace> cameras{{"cam_1", "Main & 5th", {37.27, -79.94}},
                                                        {"cam_2", "Mill Rd", {37.275, -79.94}},
                                                        {"cam_3", "A \"quoted\" \\ name", {-1.5, 179.25}}};
  const search::Surroundings around{cameras, base::from_ms(1'795'348'800'000), base::Millis(-18'000'000)};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto asked = search::parse(text, around);
  if (!asked) {
    const search::Mistake& mistake = asked.error();
    if (mistake.at + mistake.length > text.size() || mistake.what.empty() || mistake.works.empty())
      std::abort();
  } else {
    const std::string canonical = search::text_of(*asked, around);
    const auto again = search::parse(canonical, around);
    // Names and times may be written at more length than they were typed.
    if (!again && canonical.size() <= search::kMostTextBytes) std::abort();
    if (again && search::text_of(*again, around) != canonical) std::abort();
  }
  const std::size_t cursor = size == 0 ? 0 : data[0];
  for (const auto& completion : search::complete(text, cursor, around)) {
    if (completion.at + completion.length > text.size()) std::abort();
  }
  return 0;
}
