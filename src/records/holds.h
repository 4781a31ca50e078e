// Who keeps which read beyond its day, for which case, why and until when. No plate is here: the read itself
// lies in the read store, its picture under the hold's own key in the vault.
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

inline constexpr std::size_t kMostHoldsOfCase = 500;

struct HoldRecord {
  std::string id;  // "hold_…": also the name of its key and its folder
  std::string case_id, read_id, camera_id;
  base::Time captured_at;
  bool has_picture = false;
  std::string reason, placed_by;
  base::Time placed_at, until;
  std::uint64_t ledger_index = 0;
  struct End {
    base::Time at;
    std::string by, reason;  // by is empty: its time was over
    std::uint64_t ledger_index = 0;
  };
  std::optional<End> end;
};

// Thread-safe.
class Holds {
 public:
  explicit Holds(db::Database& db) : db_(db) {}
  static std::vector<db::Migration> migrations();

  // kConflict: the case holds this read already, or kMostHoldsOfCase others.
  base::Result<void> check(std::string_view case_id, std::string_view read_id);
  base::Result<void> add(const HoldRecord& hold);
  base::Result<std::vector<HoldRecord>> of_case(std::string_view case_id);      // newest first
  base::Result<HoldRecord> one(std::string_view case_id, std::string_view id);  // kNotFound
  base::Result<void> end(std::string_view id, const HoldRecord::End& end);  // kConflict: it has ended already
  base::Result<std::vector<HoldRecord>> running();                          // of all cases

 private:
  base::Result<std::vector<HoldRecord>> where(const std::string& condition, const db::Params& params);

  db::Database& db_;
};

}  // namespace glasshouse::records
