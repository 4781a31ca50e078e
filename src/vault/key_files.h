// Secret keys as files: written whole, read back, destroyed. For this module only. docs/formats/vault.md.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/age.h"
#include "crypto/crypto.h"

namespace glasshouse::vault {

inline constexpr std::string_view kDayKeyLine = "glasshouse-day-key 1 ";
inline constexpr std::string_view kHoldKeyLine = "glasshouse-hold-key 1 ";
inline constexpr std::string_view kBackupKeyLine = "glasshouse-backup-key 1 ";

// `line` and the secret as age writes it; 0600, synced.
base::Result<void> write_key(const std::string& path, std::string_view line,
                             const crypto::AgeIdentity& identity);
base::Result<crypto::AgeIdentity> read_key(const std::string& path, std::string_view line);  // kDamaged
// Overwrites, syncs and removes; not an error when there is none. A copy may stay in what the disk keeps
// besides (a journal, worn flash cells): docs/formats/vault.md says so.
base::Result<void> destroy_key(const std::string& path);
base::Result<void> sync_key_folder(const std::string& dir);
// The Ed25519 seed of agency.key; made when there is none.
base::Result<crypto::SigningKey> agency_key_in(const std::string& dir);

}  // namespace glasshouse::vault
