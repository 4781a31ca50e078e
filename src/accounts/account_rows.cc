#include "accounts/account_rows.h"

#include <utility>
#include <vector>

#include "base/id.h"

namespace glasshouse::accounts {

Account account_from(const db::Row& row) {
  Account account;
  account.id = row.text("id");
  account.name = row.text("name");
  account.login = row.text("login");
  account.role = policy::role_named(row.text("role")).value_or(policy::Role::kOfficer);
  account.active = row.integer("active") != 0;
  account.locked_out = row.integer("locked_out") != 0;
  account.fallback = row.integer("fallback") != 0;
  account.fallback_set = account.fallback && !row.text("password").empty();
  account.trained_until = base::parse_day(row.text("trained_until"));
  account.created_at = base::from_ms(row.integer("created_at_ms"));
  if (row.integer("last_sign_in_at_ms") != 0)
    account.last_sign_in_at = base::from_ms(row.integer("last_sign_in_at_ms"));
  return account;
}

base::Result<Account> insert(db::Transaction& tx, const std::string& name, const std::string& login,
                             policy::Role role, base::Time now) {
  Account account;
  account.created_at = now;
  account.id = base::new_id("acct", account.created_at);
  account.name = name;
  account.login = login;
  account.role = role;
  const auto added = tx.exec(
      "INSERT INTO accounts (id, name, login, role, active, locked_out, password, created_at_ms, "
      "last_sign_in_at_ms) "
      "VALUES (:id, :name, :login, :role, 1, 0, '', :at, 0)",
      {{"id", account.id},
       {"name", name},
       {"login", login},
       {"role", std::string(policy::name_of(role))},
       {"at", base::to_ms(account.created_at)}});
  if (!added) {
    if (added.error().is(db::Errc::kConflict)) {
      return base::failure(Errc::kDuplicate, "That sign-in name is taken",
                           "Names are never given out twice, also not of closed accounts", "Choose another.");
    }
    return tl::unexpected(added.error());
  }
  return account;
}

base::Result<void> apply_change(db::Transaction& tx, const std::string& id,
                                const std::optional<std::string>& name, std::optional<policy::Role> role,
                                std::optional<bool> active, bool release_lockout) {
  std::vector<std::pair<std::string, db::Params>> statements;
  if (name)
    statements.push_back({"UPDATE accounts SET name = :v WHERE id = :id", {{"v", *name}, {"id", id}}});
  if (role) {
    statements.push_back({"UPDATE accounts SET role = :v WHERE id = :id",
                          {{"v", std::string(policy::name_of(*role))}, {"id", id}}});
  }
  if (active) {
    statements.push_back(
        {"UPDATE accounts SET active = :v WHERE id = :id", {{"v", std::int64_t{*active}}, {"id", id}}});
    if (!*active) {
      statements.push_back({"DELETE FROM account_sessions WHERE account_id = :id", {{"id", id}}});
      statements.push_back({"DELETE FROM account_links WHERE account_id = :id", {{"id", id}}});
    }
  }
  if (release_lockout) {
    statements.push_back({"UPDATE accounts SET locked_out = 0 WHERE id = :id", {{"id", id}}});
    statements.push_back({"DELETE FROM account_failures WHERE account_id = :id", {{"id", id}}});
  }
  for (const auto& [sql, params] : statements) {
    const auto done = tx.exec(sql, params);
    if (!done) return tl::unexpected(done.error());
  }
  return {};
}

base::Result<void> note_failure(db::Database& db, const std::string& account_id, base::Time now) {
  return db.transact([&](db::Transaction& tx) -> base::Result<void> {
    const std::int64_t since = base::to_ms(now - kFailureWindow);
    const auto old = tx.exec("DELETE FROM account_failures WHERE account_id = :id AND at_ms <= :since",
                             {{"id", account_id}, {"since", since}});
    if (!old) return tl::unexpected(old.error());
    const auto added = tx.exec("INSERT INTO account_failures (account_id, at_ms) VALUES (:id, :now)",
                               {{"id", account_id}, {"now", base::to_ms(now)}});
    if (!added) return tl::unexpected(added.error());
    const auto count =
        tx.query("SELECT COUNT(*) AS n FROM account_failures WHERE account_id = :id", {{"id", account_id}});
    if (!count) return tl::unexpected(count.error());
    if (count->front().integer("n") < kMaxFailures) return {};
    const auto locked = tx.exec("UPDATE accounts SET locked_out = 1 WHERE id = :id", {{"id", account_id}});
    if (!locked) return tl::unexpected(locked.error());
    return {};
  });
}

}  // namespace glasshouse::accounts
