// A zip archive (PKWARE APPNOTE 6.3, method "stored"): what is in it is pictures, which do not shrink.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "exports/sheet.h"

namespace glasshouse::exports {

inline constexpr std::size_t kMostZipBytes = 512U << 20U;  // it is made in memory
inline constexpr std::size_t kMostZipFiles = 10'000;

class Zip {
 public:
  explicit Zip(base::Time made_at) : made_at_(made_at) {}

  // name: relative, with /; kTooLarge beyond the limits above.
  base::Result<void> add(std::string_view name, std::string_view bytes, bool executable = false);
  std::string finish() &&;

 private:
  struct Entry {
    std::string name;
    std::uint32_t crc = 0, size = 0, offset = 0;
    bool executable = false;
  };
  base::Time made_at_;
  std::string bytes_;
  std::vector<Entry> entries_;
};

std::uint32_t crc32(std::string_view bytes);

}  // namespace glasshouse::exports
