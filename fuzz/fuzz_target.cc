// The request target: whatever comes, what is accepted is a clean path, and decoding is not done twice.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "net/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto target = glasshouse::net::parse_target(text);
  if (!target) return 0;
  const std::string_view path = target->path;
  if (path.empty() || path.front() != '/') std::abort();
  if (path.find('\0') != path.npos || path.find('\\') != path.npos) std::abort();
  for (std::string_view rest = path; !rest.empty();) {
    rest.remove_prefix(1);  // the slash
    const std::size_t end = rest.find('/');
    const std::string_view segment = rest.substr(0, end);
    if (segment == "." || segment == "..") std::abort();
    rest = end == rest.npos ? std::string_view() : rest.substr(end);
  }
  if (target->query.size() > glasshouse::net::kMaxQueryFields) std::abort();
  return 0;
}
