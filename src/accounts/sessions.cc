#include "accounts/sessions.h"

#include <utility>
#include <vector>

#include "accounts/account_rows.h"
#include "accounts/rules.h"
#include "base/id.h"

namespace glasshouse::accounts {
namespace {

constexpr base::Millis kTouchEvery{15 * 1000};

// What is not known was opened by the least of all means.
Means means_named(const std::string& name) {
  for (const Means means : {Means::kPasskey, Means::kFallback, Means::kProvider})
    if (name == name_of(means)) return means;
  return Means::kLink;
}

}  // namespace

std::string_view name_of(Means means) {
  switch (means) {
    case Means::kPasskey:
      return "passkey";
    case Means::kFallback:
      return "fallback";
    case Means::kProvider:
      return "provider";
    case Means::kLink:
      break;
  }
  return "link";
}

base::Result<Session> Sessions::look_up(std::string_view token, bool touch) {
  const base::Time now = clock_.now();
  const std::string hash = token_hash(token);
  const auto rows = db_.query(
      "SELECT s.id AS session_id, s.signed_in_at_ms, s.expires_at_ms, s.touched_at_ms, s.locked, s.means AS "
      "means, s.passkey_id AS passkey_id, s.confirmed_at_ms AS confirmed_at_ms, a.fallback AS fallback, "
      "a.trained_until AS trained_until, a.id "
      "AS "
      "id, a.name AS name, "
      "a.login AS login, a.role AS role, a.active AS active, a.locked_out AS locked_out, a.password AS "
      "password, "
      "a.created_at_ms AS created_at_ms, a.last_sign_in_at_ms AS last_sign_in_at_ms "
      "FROM account_sessions s JOIN accounts a ON a.id = s.account_id WHERE s.token_hash = :hash",
      {{"hash", hash}});
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) return session_gone();
  const db::Row& row = rows->front();
  Session session;
  session.id = row.text("session_id");
  session.account = account_from(row);
  session.signed_in_at = base::from_ms(row.integer("signed_in_at_ms"));
  session.expires_at = base::from_ms(row.integer("expires_at_ms"));
  session.means = means_named(row.text("means"));
  session.passkey_id = row.text("passkey_id");
  if (row.integer("confirmed_at_ms") != 0)
    session.confirmed_at = base::from_ms(row.integer("confirmed_at_ms"));
  if (now >= session.expires_at || !session.account.active) {
    end(token);
    return session_gone();
  }
  const base::Time touched = base::from_ms(row.integer("touched_at_ms"));
  session.locked = row.integer("locked") != 0;
  if (!session.locked && now - touched >= kIdleLock) {
    session.locked = true;
    if (auto locked = lock(token); !locked) return tl::unexpected(locked.error());
  } else if (touch && !session.locked && now - touched >= kTouchEvery) {
    // Not at every request: one write a quarter of a minute is exact enough for fifteen.
    const auto set = db_.exec("UPDATE account_sessions SET touched_at_ms = :now WHERE token_hash = :hash",
                              {{"now", base::to_ms(now)}, {"hash", hash}});
    if (!set) return tl::unexpected(set.error());
  }
  return session;
}

base::Result<void> Sessions::lock(std::string_view token) {
  const auto set = db_.exec("UPDATE account_sessions SET locked = 1 WHERE token_hash = :hash",
                            {{"hash", token_hash(token)}});
  if (!set) return tl::unexpected(set.error());
  if (*set == 0) return session_gone();
  return {};
}

base::Result<void> Sessions::unlock(std::string_view token) {
  const auto set =
      db_.exec("UPDATE account_sessions SET locked = 0, touched_at_ms = :now WHERE token_hash = :hash",
               {{"now", base::to_ms(clock_.now())}, {"hash", token_hash(token)}});
  if (!set) return tl::unexpected(set.error());
  return {};
}

base::Result<void> Sessions::confirm(std::string_view token, const std::string& passkey_id) {
  const std::int64_t now = base::to_ms(clock_.now());
  const auto set = db_.exec(
      "UPDATE account_sessions SET locked = 0, touched_at_ms = :now, confirmed_at_ms = :now2, means = "
      "'passkey', "
      "passkey_id = :passkey WHERE token_hash = :hash",
      {{"now", now}, {"now2", now}, {"passkey", passkey_id}, {"hash", token_hash(token)}});
  if (!set) return tl::unexpected(set.error());
  if (*set == 0) return session_gone();
  return {};
}

base::Result<void> Sessions::set_means(std::string_view token, Means means) {
  const auto set = db_.exec("UPDATE account_sessions SET means = :means WHERE token_hash = :hash",
                            {{"means", std::string(name_of(means))}, {"hash", token_hash(token)}});
  if (!set) return tl::unexpected(set.error());
  return {};
}

void Sessions::end(std::string_view token) {
  (void)db_.exec("DELETE FROM account_sessions WHERE token_hash = :hash", {{"hash", token_hash(token)}});
}

base::Result<NewSession> Sessions::open(Account account, Means means, const std::string& passkey_id) {
  const base::Time now = clock_.now();
  NewSession opened;
  opened.token = new_token();
  opened.session.id = base::new_id("sess", now);
  opened.session.signed_in_at = now;
  opened.session.expires_at = now + kSessionLife;
  opened.session.means = means;
  opened.session.passkey_id = passkey_id;
  if (means == Means::kPasskey) opened.session.confirmed_at = now;
  account.last_sign_in_at = now;
  const auto stored = db_.transact([&](db::Transaction& tx) -> base::Result<void> {
    const std::vector<std::pair<std::string, db::Params>> statements = {
        {"DELETE FROM account_sessions WHERE expires_at_ms <= :now", {{"now", base::to_ms(now)}}},
        {"DELETE FROM account_failures WHERE account_id = :id", {{"id", account.id}}},
        {"UPDATE accounts SET last_sign_in_at_ms = :now WHERE id = :id",
         {{"now", base::to_ms(now)}, {"id", account.id}}},
        {"INSERT INTO account_sessions (token_hash, id, account_id, signed_in_at_ms, expires_at_ms, "
         "touched_at_ms, locked, means, passkey_id, confirmed_at_ms) "
         "VALUES (:hash, :sid, :id, :now, :until, :now2, 0, :means, :passkey, :confirmed)",
         {{"hash", token_hash(opened.token)},
          {"sid", opened.session.id},
          {"id", account.id},
          {"now", base::to_ms(now)},
          {"until", base::to_ms(opened.session.expires_at)},
          {"now2", base::to_ms(now)},
          {"means", std::string(name_of(means))},
          {"passkey", passkey_id},
          {"confirmed", means == Means::kPasskey ? base::to_ms(now) : 0}}}};
    for (const auto& [sql, params] : statements) {
      const auto done = tx.exec(sql, params);
      if (!done) return tl::unexpected(done.error());
    }
    return {};
  });
  if (!stored) return tl::unexpected(stored.error());
  opened.session.account = std::move(account);
  return opened;
}

}  // namespace glasshouse::accounts
