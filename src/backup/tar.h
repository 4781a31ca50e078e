// ustar headers (POSIX.1-1988), regular files only: what `tar` of any system unpacks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "backup/snapshot.h"
#include "base/result.h"

namespace glasshouse::backup {

inline constexpr std::size_t kTarBlock = 512;
inline constexpr std::uint64_t kMostTarFile = (std::uint64_t{1} << 33) - 1;  // eleven octal digits: 8 GB

struct TarEntry {
  std::string name;  // "ledger/tile/0/000": relative, at most 100 characters
  std::uint64_t bytes = 0;
};

// [A-Za-z0-9._-] between single slashes; no part is "." or "..".
bool is_tar_name(std::string_view name);
std::string tar_header(const TarEntry& entry);  // kTarBlock bytes; the name is_tar_name
std::size_t tar_padding(std::uint64_t bytes);   // zero bytes after the file
inline std::string tar_end() {
  return std::string(2 * kTarBlock, '\0');
}
// kBadArchive for anything but what tar_header wrote.
base::Result<TarEntry> parse_tar_header(std::string_view block);

}  // namespace glasshouse::backup
