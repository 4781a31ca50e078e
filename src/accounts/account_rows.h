// Inside accounts: people as rows, and the failures that lock them out.
#pragma once

#include <optional>
#include <string>

#include "accounts/accounts.h"
#include "base/result.h"
#include "base/time.h"
#include "db/database.h"

namespace glasshouse::accounts {

inline constexpr const char* kAccountColumns =
    "id, name, login, role, active, locked_out, fallback, trained_until, password, created_at_ms, "
    "last_sign_in_at_ms";
Account account_from(const db::Row& row);

// kDuplicate when the sign-in name was ever given out.
base::Result<Account> insert(db::Transaction& tx, const std::string& name, const std::string& login,
                             policy::Role role, base::Time now);
base::Result<void> apply_change(db::Transaction& tx, const std::string& id,
                                const std::optional<std::string>& name, std::optional<policy::Role> role,
                                std::optional<bool> active, bool release_lockout);
// Counts a failed sign-in; the kMaxFailures-th within kFailureWindow locks the account.
base::Result<void> note_failure(db::Database& db, const std::string& account_id, base::Time now);

}  // namespace glasshouse::accounts
