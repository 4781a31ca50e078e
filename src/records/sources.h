// Cameras and programs of other makers that send here: each with a key of its own, the cameras that it names,
// and what became of what it sent in the last hour. Never a plate: receipts say counts and reasons.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "db/database.h"

namespace glasshouse::records {

inline constexpr std::size_t kMostSources = 200;
inline constexpr std::size_t kMostSourceCameras = 100;
inline constexpr std::chrono::hours kReceiptsKept{24};
inline constexpr std::size_t kMostReceipts = 2000;  // of one source; the oldest go

struct SourceCamera {
  std::string their_name;  // as the sender names it; "*": whatever it names otherwise
  std::string camera_id;
};

struct Source {
  std::string id, name, kind;  // kind: a name of adapters::Kind
  bool enabled = true;
  std::vector<SourceCamera> cameras;
  base::Time made_at;
};

struct Receipt {
  std::string id, source_id;
  base::Time at;
  std::uint64_t bytes = 0;
  std::string outcome;  // "taken", "nothing", "partly", "refused"
  std::uint64_t stored = 0, already_known = 0, not_kept = 0, left_out = 0;
  std::string sentence;  // why something was left out; names no plate
};

// Thread-safe.
class Sources {
 public:
  Sources(db::Database& db, const base::Clock& clock) : db_(db), clock_(clock) {}
  static std::vector<db::Migration> migrations();

  base::Result<std::vector<Source>> list();
  base::Result<Source> get(std::string_view id);  // kNotFound
  // Only the key's SHA-256 is kept. kInvalid, kConflict (the name is taken).
  base::Result<Source> create(const Source& draft, const std::string& key_sha256_hex);
  base::Result<Source> change(const Source& source);  // name, enabled, cameras
  base::Result<void> set_key(std::string_view id, const std::string& key_sha256_hex);
  base::Result<void> remove(std::string_view id);
  // An enabled one of that kind with that key.
  std::optional<Source> by_key(std::string_view kind, const std::string& key_sha256_hex);

  base::Result<void> add_receipt(const Receipt& receipt);  // and forgets those that are too old
  base::Result<std::vector<Receipt>> receipts(std::string_view source_id, base::Time since,
                                              std::size_t limit);

 private:
  base::Result<std::vector<Source>> select(const std::string& where, const db::Params& params);
  db::Database& db_;
  const base::Clock& clock_;
};

}  // namespace glasshouse::records
