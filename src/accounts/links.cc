#include "accounts/links.h"

#include "accounts/accounts.h"
#include "accounts/rules.h"

namespace glasshouse::accounts {

tl::unexpected<base::Error> link_gone() {
  return base::failure(Errc::kLinkGone, "This sign-in link does not work any more",
                       "A link works once and for 24 hours", "Ask your administrator for a new one.");
}

base::Result<std::string> store_link(db::Database& db, std::string_view account_id, base::Time now) {
  const std::string token = new_token();
  const std::string key(account_id);
  const auto stored = db.transact([&](db::Transaction& tx) -> base::Result<void> {
    const auto cleared = tx.exec("DELETE FROM account_links WHERE account_id = :id", {{"id", key}});
    if (!cleared) return tl::unexpected(cleared.error());
    const auto added = tx.exec(
        "INSERT INTO account_links (token_hash, account_id, expires_at_ms) VALUES (:hash, :id, :until)",
        {{"hash", token_hash(token)}, {"id", key}, {"until", base::to_ms(now + kLinkLife)}});
    if (!added) return tl::unexpected(added.error());
    return {};
  });
  if (!stored) return tl::unexpected(stored.error());
  return token;
}

// Two uses at the same moment: one deletes the row, the other finds none.
base::Result<void> spend_link(db::Transaction& tx, const std::string& hash) {
  const auto spent = tx.exec("DELETE FROM account_links WHERE token_hash = :hash", {{"hash", hash}});
  if (!spent) return tl::unexpected(spent.error());
  if (*spent != 1) return link_gone();
  return {};
}

}  // namespace glasshouse::accounts
