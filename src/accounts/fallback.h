// Inside accounts: password and one-time code together, for one person whose administrator turned that on:
// who has no authenticator yet, or lost it. Either alone opens nothing.
#pragma once

#include <string>
#include <string_view>

#include "accounts/accounts.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/sealed_text.h"
#include "db/database.h"

namespace glasshouse::accounts {

// Thread-safe. Secrets lie in the database sealed to a key that does not.
class Fallback {
 public:
  Fallback(db::Database& db, const base::Clock& clock, const std::string& sealing_secret);

  // A fresh secret, which counts for nothing until it is confirmed; an earlier one stays in force until then.
  base::Result<std::string> begin(const std::string& account_id);
  // Its code shows that the person's app has it; the password is set with it.
  base::Result<void> confirm(const std::string& account_id, const std::string& phc, std::string_view code);
  // Whether both are right, and the code was not used before. The same work is done whichever is wrong.
  base::Result<bool> check(const std::string& account_id, const std::string& phc, std::string_view password,
                           std::string_view code);
  static base::Result<void> forget(db::Transaction& tx, const std::string& account_id);

 private:
  struct Kept {
    std::string secret;
    std::int64_t last_step = 0;
  };
  base::Result<std::optional<Kept>> kept(const std::string& account_id, const char* column);
  static std::int64_t step_of(const Kept& kept, std::string_view code, base::Time now);  // 0: none

  db::Database& db_;
  const base::Clock& clock_;
  crypto::TextSealer sealer_;
  std::string nobody_;  // a hash that no password fits: what is checked where there is none
};

}  // namespace glasshouse::accounts
