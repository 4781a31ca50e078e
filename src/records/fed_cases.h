// Cases that the agency's own records system keeps (CAD/RMS): it opens and
// closes them, and says who works on them and which plates are theirs. What it
// closed is not searched under, and nobody opens it again here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "db/database.h"

namespace glasshouse::records {

struct FedCase {
  std::string number, purpose, offence, title;
  bool open = false;
  std::vector<std::string> officer_ids;
  std::vector<std::string> plates;  // folded
};

// What one case needs so that it is as the records system says.
struct FedChange {
  enum class Kind { kOpen, kClose, kReopen, kOfficers, kPlates };
  Kind kind = Kind::kOpen;
  std::string case_id;  // empty: a new one
  FedCase wanted;
};

inline constexpr std::string_view kFedBy = "records-system";  // who opened, or added, what came so

// Not thread-safe against itself: one thread feeds.
class FedCases {
 public:
  FedCases(db::Database& db, const base::Clock& clock) : db_(db), clock_(clock) {}
  static std::vector<db::Migration> migrations();

  // What differs; nothing is changed. whole: a fed case that is open here and
  // not among them is closed. Plates are added and never taken off: an officer
  // may have put more on the sheet.
  base::Result<std::vector<FedChange>> differences(const std::vector<FedCase>& cases, bool whole);
  base::Result<std::size_t> open_count();  // of fed cases
  base::Result<void> apply(const FedChange& change);

 private:
  db::Database& db_;
  const base::Clock& clock_;
};

}  // namespace glasshouse::records
