// What an agent released: a file a UTC day, a line a release, each line with the hash of the one before, so
// that none can be taken out or changed without a trace. docs/formats/vault.md.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <set>
#include <string>
#include <utility>

#include "base/result.h"
#include "base/time.h"
#include "crypto/crypto.h"

namespace glasshouse::vault {

struct ReleaseLine {
  std::uint64_t number = 0;  // from 1
  base::Time time;           // by the agent's clock, never before that of the line before
  std::uint64_t index = 0;   // of the entry in the log
  std::string leaf;          // SHA-256 with a leading 0x00, that is the entry's leaf hash; 32 bytes
  std::uint64_t size = 0;    // the checkpoint that the proof ended in
  std::string root;          // 32 bytes
  std::string before;        // SHA-256 of the line before with its line feed; zeros for the first
};
std::string format_release_line(const ReleaseLine& line);             // with its line feed
base::Result<ReleaseLine> parse_release_line(std::string_view text);  // kDamaged; without the line feed

// All lines of a folder in order, each checked to follow the one before. kDamaged names the file.
base::Result<std::uint64_t> read_released(const std::string& dir,
                                          const std::function<base::Result<void>(const ReleaseLine&)>& each);

// Not thread-safe: the agent has one lock for a release.
class Released {
 public:
  // Looks through the lines of the last two days that have any. A last line that a stop cut off is taken
  // away: its release was never answered.
  static base::Result<Released> open(std::string dir);

  base::Time now(const base::Clock& clock) const;  // the clock, or the last line's time when that is later
  bool used(std::uint64_t index) const { return used_.contains(index); }
  // Synced when it returns.
  base::Result<void> add(base::Time time, std::uint64_t index, const crypto::Hash& leaf, std::uint64_t size,
                         const crypto::Hash& root);
  std::uint64_t count() const { return last_.number; }

 private:
  explicit Released(std::string dir) : dir_(std::move(dir)) {}
  base::Result<void> load(const std::string& name);
  void remember(base::Time time, std::uint64_t index);

  std::string dir_, last_hash_ = std::string(32, '\0');
  ReleaseLine last_;
  std::deque<std::pair<base::Time, std::uint64_t>> recent_;  // those whose entry may still be fresh
  std::set<std::uint64_t> used_;                             // the same, by index
  bool broken_ = false;  // a line may be on the disk by half: nothing more is released
};

}  // namespace glasshouse::vault
