// Checking a live ledger folder from the inside: the private database against what was published.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace glasshouse::ledger {

struct FsckReport {
  std::string origin;
  std::uint64_t entries = 0;          // in ledger.db
  std::uint64_t published = 0;        // of these, under a signed checkpoint
  std::uint64_t unprovable = 0;       // entries whose day key was destroyed
  std::vector<std::string> problems;  // sentences; at most kMaxProblems; empty: all holds together
};
inline constexpr std::size_t kMaxProblems = 50;

// Reads only; safe while a server runs. An error when the folder cannot be looked at at all.
base::Result<FsckReport> fsck(const std::string& dir);
// The indexes of the entries of one kind, ascending, from ledger.db; for who compares the log with a list of
// his own.
base::Result<std::vector<std::uint64_t>> entries_of_kind(const std::string& dir, const std::string& kind);

}  // namespace glasshouse::ledger
