// The request target, decoded once. Used by the server; a fuzz target reads it too.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace glasshouse::net {

inline constexpr std::size_t kMaxTargetBytes = 4096;
inline constexpr std::size_t kMaxQueryFields = 64;

struct Target {
  std::string path;                          // starts with '/', no "." or ".." segment, no NUL, no backslash
  std::map<std::string, std::string> query;  // the last of equal names wins
};

// Nothing when it is not an origin-form target ("/a/b?c=d") or holds a bad escape, a control character, a "."
// or ".." segment (plain or escaped), an escaped '/', or is too long.
std::optional<Target> parse_target(std::string_view target);

}  // namespace glasshouse::net
