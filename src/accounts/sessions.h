// Inside accounts: sessions as rows, found by the hash of their token.
#pragma once

#include <string_view>

#include "accounts/accounts.h"
#include "base/result.h"
#include "base/time.h"
#include "db/database.h"

namespace glasshouse::accounts {

// Thread-safe.
class Sessions {
 public:
  Sessions(db::Database& db, const base::Clock& clock) : db_(db), clock_(clock) {}

  base::Result<NewSession> open(Account account, Means means, const std::string& passkey_id);
  // kExpired when it is gone, has ended, or its account has; one that was idle too long is locked now.
  base::Result<Session> look_up(std::string_view token, bool touch);
  base::Result<void> lock(std::string_view token);
  base::Result<void> unlock(std::string_view token);  // the caller has checked who it is
  // Unlocked, and confirmed now by this passkey.
  base::Result<void> confirm(std::string_view token, const std::string& passkey_id);
  base::Result<void> set_means(std::string_view token, Means means);
  void end(std::string_view token);

 private:
  db::Database& db_;
  const base::Clock& clock_;
};

}  // namespace glasshouse::accounts
