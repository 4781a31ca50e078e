// Any bytes as the list of a backup, as its keys, and as an archive's header: what is taken is spelled as we
// spell it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "backup/list.h"
#include "backup/tar.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glasshouse::backup;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto list = List::parse(bytes)) {
    if (list->text() != bytes) std::abort();
    for (const Part& part : list->parts)
      if (!is_tar_name(part.name)) std::abort();
  }
  if (const auto keys = SealingKeys::parse(bytes);
      keys && SealingKeys::parse(keys->text())->by_name != keys->by_name)
    std::abort();
  if (const auto entry = parse_tar_header(bytes); entry && tar_header(*entry) != bytes) std::abort();
  return 0;
}
