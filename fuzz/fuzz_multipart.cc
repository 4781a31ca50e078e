// Bodies of several parts: what is accepted, written again, is read as the same parts.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "net/multipart.h"

using namespace glasshouse;

// The first line is the Content-Type, the rest the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(text.find('\n'), text.size());
  const std::string_view body = text.substr(std::min(line + 1, text.size()));
  static_cast<void>(net::is_multipart(text.substr(0, line)));
  const auto parts = net::read_multipart(text.substr(0, line), body, 8);
  if (!parts) return 0;
  if (parts->size() > 8) std::abort();
  for (const net::Part& part : *parts) {
    if (part.name.empty() || part.bytes.data() < body.data() ||
        part.bytes.data() + part.bytes.size() > body.data() + body.size())
      std::abort();
  }
  const std::string boundary(70, 'B');
  if (text.find(boundary) != text.npos) return 0;
  const std::string again = net::write_multipart(*parts, boundary);
  const auto read = net::read_multipart(net::multipart_type(boundary), again, 8);
  if (!read || read->size() != parts->size()) std::abort();
  for (std::size_t i = 0; i < parts->size(); ++i) {
    if ((*read)[i].name != (*parts)[i].name || (*read)[i].bytes != (*parts)[i].bytes) std::abort();
  }
  return 0;
}
