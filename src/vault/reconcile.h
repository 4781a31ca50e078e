// What an agent released against what the log says, for an auditor who has copies of both folders.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace glasshouse::vault {

struct Reconciled {
  std::uint64_t released = 0;  // lines of the agent's list
  // Entries picture.release that the list does not have: the agent refused them or was away, or the list was
  // cut at its end. 0 where only public files are there.
  std::uint64_t not_released = 0;
  bool has_kinds = false;             // the ledger's private database was there to look into
  std::vector<std::string> problems;  // at most kMostProblems
};
inline constexpr std::size_t kMostProblems = 50;

// released_dir: the agent's `released` folder; log_dir: a ledger's folder or an export of it. An error where
// one of them does not hold together by itself; `vkey`, empty or the log's key from elsewhere.
base::Result<Reconciled> reconcile(const std::string& released_dir, const std::string& log_dir,
                                   const std::string& vkey);

}  // namespace glasshouse::vault
