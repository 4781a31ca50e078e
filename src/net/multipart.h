// Bodies of several parts: multipart/form-data (RFC 7578, RFC 2046), read without copying and with limits.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace glasshouse::net {

struct Part {
  std::string_view name;  // 1 to 64 of A–Z a–z 0–9 . _ -
  std::string_view type;  // its Content-Type; empty: none
  std::string_view bytes;
};

inline constexpr std::size_t kMostPartHeadBytes = 1024;

bool is_multipart(std::string_view content_type);
// Views into `body`, in its order. kProtocol, with the reason in words, where anything is not as it should
// be: no name or one that came twice, an encoding, something before the first part or behind the last.
base::Result<std::vector<Part>> read_multipart(std::string_view content_type, std::string_view body,
                                               std::size_t most_parts);

// The boundary (1 to 70 letters and digits) must not occur in the bytes: take a long random one.
std::string write_multipart(const std::vector<Part>& parts, std::string_view boundary);
std::string multipart_type(std::string_view boundary);

}  // namespace glasshouse::net
