// DATA/outside.toml: brokers whose Frigate is listened to, and addresses from which hotlists are fetched
// (docs/formats/outside.md). Written by whoever runs the machine.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace glasshouse::app {

enum class OutsideErrc { kBadMap = 1, kUnreadable, kFetch };

inline constexpr std::uint64_t kMaxOutsideBytes = 16 * 1024;
inline constexpr std::size_t kMaxFrigates = 10, kMaxFetchedLists = 50;
inline constexpr std::uint64_t kMaxSecretFileBytes = 4096;

struct FrigateBroker {
  std::string name, broker, user, password_file, key_file;
  std::vector<std::string> topics{"frigate/events"};
};

struct ListAddress {
  std::string folder, url, token_file;
  std::chrono::minutes every{60};
};

struct OutsideMap {
  std::vector<FrigateBroker> frigates;
  std::vector<ListAddress> lists;
};

base::Result<OutsideMap> parse_outside_map(std::string_view text);  // kBadMap names the line
// "Sun, 22 Nov 2026 12:00:00 GMT", as servers say how old a file is.
std::optional<base::Time> http_time(const std::string& text);
// The first line of a file that holds a password, a key or a token.
base::Result<std::string> secret_in(const std::string& path);

}  // namespace glasshouse::app
