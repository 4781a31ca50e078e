// One random key a UTC day, from which that day's salts come. Each is a file of its own
// (audit-keys/2026-11-22.key, 0600), so that destroying a day's openings is destroying one file. Internal to
// the module. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "base/time.h"

namespace glasshouse::ledger {

class AuditKeys {
 public:
  AuditKeys(base::FileSystem& files, std::string dir) : files_(files), dir_(std::move(dir)) {}

  // nullopt: destroyed, or never made.
  base::Result<std::optional<std::string>> find(base::Day day) const;
  // Made and synced when there is none. Sequencer thread only.
  base::Result<std::string> find_or_make(base::Day day);
  bool exists(base::Day day) const;

 private:
  std::string path_of(base::Day day) const;

  base::FileSystem& files_;
  std::string dir_;
  mutable std::mutex mutex_;
  mutable std::map<base::Day, std::string> kept_;  // at most kMaxKept
};

}  // namespace glasshouse::ledger
