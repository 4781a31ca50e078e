// Inside accounts: one-time sign-in links as rows; only the hash of a link is kept.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "db/database.h"

namespace glasshouse::accounts {

// A new link for the account, for kLinkLife; earlier ones stop working. Returns its token.
base::Result<std::string> store_link(db::Database& db, std::string_view account_id, base::Time now);
base::Result<void> spend_link(db::Transaction& tx, const std::string& hash);
tl::unexpected<base::Error> link_gone();

}  // namespace glasshouse::accounts
