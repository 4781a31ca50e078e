// What a server and the agent that holds its keys say to each other: docs/formats/vault.md has every byte.
// Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/tree.h"

namespace glasshouse::vault {

inline constexpr std::size_t kMostRequestBytes = 256 * 1024;
inline constexpr std::size_t kMostAnswerBytes = 8u << 20;  // every living hold is a line of it
inline constexpr std::size_t kMostDisclosures = 16;

// A word and lines "NAME VALUE"; names may come again, the order counts.
struct Message {
  std::string word;
  std::vector<std::pair<std::string, std::string>> fields;

  void add(std::string name, std::string value) { fields.emplace_back(std::move(name), std::move(value)); }
  // The only value of that name; nothing when there is none or more than one.
  std::optional<std::string_view> one(std::string_view name) const;
  std::vector<std::string_view> all(std::string_view name) const;
  bool has_only(std::initializer_list<std::string_view> names) const;
};
std::string format_message(const Message& message);
base::Result<Message> parse_message(std::string_view text, std::size_t most_bytes);  // kBadRequest

// A sealed picture to be opened for one recipient, and the entry that says so.
struct ReleaseRequest {
  std::string read_id;
  base::Time captured_at;
  std::string hold;       // empty: under its day's key
  std::string header;     // of the age file, as it is stored
  std::string recipient;  // X25519, 32 bytes
  std::string proof;      // .tlog-proof with the entry's leaf as its extra
  std::vector<std::string> disclosures;
  std::uint64_t old_size =
      0;  // what the agent's last checkpoint is believed to be, and how the log grew since
  ledger::Proof grown;
};
Message message_of(const ReleaseRequest& request);
base::Result<ReleaseRequest> read_release(const Message& message);  // kBadRequest

// An error as the other side is told it, and back.
Message refusal_of(const base::Error& error);
base::Error error_of(const Message& refusal);

}  // namespace glasshouse::vault
