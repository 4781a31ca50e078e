// The register of alerts that were wrong, for everybody: what a person found when comparing, and what came
// out after a confirmation. Nothing in it names a vehicle, a camera or a person.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "alerts/alerts.h"

namespace glasshouse::alerts {

struct Misread {
  base::Time at;
  std::string code;  // of a decision, or after a confirmation of an outcome
  bool after_confirmation = false;
  std::uint64_t ledger_index = 0;  // of the decision or outcome that says so
};

struct MisreadKind {
  std::string code, label;
  std::size_t before = 0, after = 0;  // found when comparing; after a confirmation
};

struct MisreadRegister {
  std::size_t decided = 0, confirmed = 0, wrong = 0;
  std::vector<MisreadKind> kinds;  // every kind there is, in one order
  std::vector<Misread> newest;     // at most kMostMisreads
};
inline constexpr std::size_t kMostMisreads = 100;

// Decisions and outcomes from `from` to before `until`.
base::Result<MisreadRegister> misreads(db::Database& db, base::Time from, base::Time until);

}  // namespace glasshouse::alerts
