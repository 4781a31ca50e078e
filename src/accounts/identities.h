// Who of our people is who at the agency's identity provider. A link is made by the person, signed in here by
// another way; the provider alone makes no account and no link.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "db/database.h"

namespace glasshouse::accounts {

inline constexpr std::size_t kMostSubjectBytes = 255;  // OpenID Connect Core, section 2

struct LinkedIdentity {
  std::string account_id, issuer, subject;
  base::Time linked_at;
};

// Thread-safe.
class Identities {
 public:
  Identities(db::Database& db, const base::Clock& clock) : db_(db), clock_(clock) {}

  // Replaces the account's earlier one. kDuplicate: that subject is linked to another account.
  base::Result<void> link(std::string_view account_id, std::string_view issuer, std::string_view subject);
  base::Result<bool> unlink(std::string_view account_id);  // false: there was none
  base::Result<std::optional<LinkedIdentity>> of(std::string_view account_id);
  base::Result<std::optional<LinkedIdentity>> find(std::string_view issuer, std::string_view subject);

 private:
  base::Result<std::optional<LinkedIdentity>> first(const std::string& where, const db::Params& params);
  db::Database& db_;
  const base::Clock& clock_;
};

}  // namespace glasshouse::accounts
