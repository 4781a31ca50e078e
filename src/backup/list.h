// The two small texts of a backup: which public keys it is sealed to, and what it consists of.
// docs/formats/backup.md.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "backup/snapshot.h"
#include "base/result.h"
#include "base/time.h"

namespace glasshouse::backup {

inline constexpr std::size_t kMostListBytes = 8 << 20;
inline constexpr const char* kListName = "backup";        // in the backup's folder, written last
inline constexpr const char* kKeysName = "sealing-keys";  // in the data folder

// "glasshouse-sealing-keys 1\n" and lines "NAME age1…\n": a day, or "backup".
struct SealingKeys {
  std::map<std::string, std::string> by_name;  // 32 bytes each

  std::string text() const;
  static base::Result<SealingKeys> parse(std::string_view text);  // kBadList
};

struct Part {
  std::string name;  // "days/2026-11-22.tar.age"
  std::string key;   // "2026-11-22", "hold_…", "hits-2026-11-22", "backup"
  std::uint64_t bytes = 0;
};
struct List {
  base::Time made;
  std::string origin, version;  // of the log; of the program
  std::vector<Part> parts;      // the house first

  std::string text() const;
  static base::Result<List> parse(std::string_view text);  // kBadList
};

}  // namespace glasshouse::backup
