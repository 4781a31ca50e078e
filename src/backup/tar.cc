#include "backup/tar.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace glasshouse::backup {
namespace {

constexpr std::size_t kMostName = 100;
constexpr std::size_t kSizeAt = 124, kSizeChars = 11, kSumAt = 148;

// The sum of all bytes, with blanks where it stands itself.
unsigned sum_of(std::string_view block) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < block.size(); ++i) {
    const bool own = i >= kSumAt && i < kSumAt + 8;
    sum += own ? ' ' : static_cast<unsigned char>(block[i]);
  }
  return sum;
}

}  // namespace

bool is_tar_name(std::string_view name) {
  if (name.empty() || name.size() > kMostName) return false;
  while (true) {
    const std::string_view part = name.substr(0, name.find('/'));
    const bool good = std::ranges::all_of(part, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
             c == '_' || c == '-';
    });
    if (part.empty() || part == "." || part == ".." || !good) return false;
    if (part.size() == name.size()) return true;
    name.remove_prefix(part.size() + 1);
  }
}

std::string tar_header(const TarEntry& entry) {
  std::string block(kTarBlock, '\0');
  const auto put = [&](std::size_t at, std::string_view text) { block.replace(at, text.size(), text); };
  char number[16];
  put(0, entry.name);
  put(100, "0000600");
  put(108, "0000000");
  put(116, "0000000");
  std::snprintf(number, sizeof number, "%011llo", static_cast<unsigned long long>(entry.bytes));
  put(kSizeAt, number);
  put(136, "00000000000");
  put(156, "0");
  put(257, "ustar");
  put(263, "00");
  std::snprintf(number, sizeof number, "%06o", sum_of(block));
  put(kSumAt, number);
  block[kSumAt + 7] = ' ';
  return block;
}

std::size_t tar_padding(std::uint64_t bytes) {
  return static_cast<std::size_t>((kTarBlock - bytes % kTarBlock) % kTarBlock);
}

base::Result<TarEntry> parse_tar_header(std::string_view block) {
  TarEntry entry;
  if (block.size() == kTarBlock) {
    entry.name = block.substr(0, std::min(block.find('\0'), kMostName));
    bool octal = true;
    for (const char c : block.substr(kSizeAt, kSizeChars)) {
      octal &= c >= '0' && c <= '7';
      entry.bytes = entry.bytes * 8 + static_cast<std::uint64_t>(c & 7);
    }
    // One spelling of everything: what it should be is what it is.
    if (octal && is_tar_name(entry.name) && tar_header(entry) == block) return entry;
  }
  return base::failure(Errc::kBadArchive, "A part of the backup cannot be understood",
                       "Its archive was not written by this program, or it is damaged");
}

}  // namespace glasshouse::backup
