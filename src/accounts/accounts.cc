#include "accounts/accounts.h"

#include <algorithm>

#include "accounts/rules.h"
#include "accounts/throttle.h"
#include "base/id.h"
#include "crypto/crypto.h"

namespace glasshouse::accounts {
namespace {

using base::Time;

constexpr std::string_view kFirstAdministrator =
    "first-administrator";  // account_id of links made before there is one

constexpr const char* kAccountColumns =
    "id, name, login, role, active, locked_out, password, created_at_ms, last_sign_in_at_ms";

class SqlAccounts final : public Accounts {
 public:
  SqlAccounts(db::Database& db, const base::Clock& clock) : db_(db), clock_(clock) {
    // Checked when there is no such account, so that both answers take one argon2id.
    nobody_ = crypto::hash_password(new_token());
  }

  bool has_administrator() override {
    const auto rows =
        db_.query("SELECT COUNT(*) AS n FROM accounts WHERE role = 'administrator' AND active = 1");
    return rows && !rows->empty() && rows->front().integer("n") > 0;
  }

  base::Result<std::string> issue_first_link() override {
    if (has_administrator()) {
      return base::failure(Errc::kInvalid, "There is an administrator already", "",
                           "An administrator gives out sign-in links; on the server, `glasshouse admin link "
                           "LOGIN` makes one.");
    }
    return store_link(kFirstAdministrator);
  }

  base::Result<std::string> issue_link(std::string_view account_id) override {
    const auto account = get(account_id);
    if (!account) return tl::unexpected(account.error());
    if (!account->active) return inactive();
    return store_link(account_id);
  }

  base::Result<NewSession> sign_in(std::string_view login, std::string_view password,
                                   std::string_view address) override {
    const Time now = clock_.now();
    if (!throttle_.is_open(address, now)) {
      return base::failure(Errc::kThrottled, "Too many failed sign-ins from this place", "",
                           "Wait 15 minutes, or use a one-time sign-in link from your administrator.");
    }
    std::optional<db::Row> row;
    if (const auto folded = clean_login(login)) {
      auto rows = db_.query(std::string("SELECT ") + kAccountColumns + " FROM accounts WHERE login = :login",
                            {{"login", *folded}});
      if (!rows) return tl::unexpected(rows.error());
      if (!rows->empty()) row = rows->front();
    }
    const std::string stored = row ? row->text("password") : std::string();
    const bool right = crypto::check_password(stored.empty() ? nobody_ : stored, password) && !stored.empty();
    // A locked or closed account answers the right password as it answers a wrong one: whoever guesses must
    // not learn that they have found it.
    if (right && row->integer("locked_out") == 0 && row->integer("active") != 0)
      return open_session(account_from(*row), now);
    throttle_.note_failure(address, now);
    if (row) {
      if (auto noted = note_failure(row->text("id"), now); !noted) return tl::unexpected(noted.error());
    }
    return bad_credentials();
  }

  base::Result<NewSession> sign_in_by_link(std::string_view token, std::string_view name,
                                           std::string_view login, std::string_view password) override {
    const Time now = clock_.now();
    const std::string hash = token_hash(token);
    const auto rows = db_.query(
        "SELECT account_id, expires_at_ms FROM account_links WHERE token_hash = :hash", {{"hash", hash}});
    if (!rows) return tl::unexpected(rows.error());
    if (rows->empty() || base::from_ms(rows->front().integer("expires_at_ms")) <= now) return link_gone();
    const std::string account_id = rows->front().text("account_id");
    if (account_id == kFirstAdministrator) return make_first_administrator(hash, name, login, password);

    auto account = get(account_id);
    if (!account || !account->active) return link_gone();
    if (account->locked_out) return locked_out();
    std::string phc;
    if (!password.empty()) {
      if (auto good = check_new_password(password, account->login); !good)
        return tl::unexpected(good.error());
      phc = crypto::hash_password(password);
    }
    const auto used = db_.transact([&](db::Transaction& tx) -> base::Result<void> {
      if (auto spent = spend_link(tx, hash); !spent) return spent;
      if (phc.empty()) return {};
      const auto set =
          tx.exec("UPDATE accounts SET password = :phc WHERE id = :id", {{"phc", phc}, {"id", account_id}});
      if (!set) return tl::unexpected(set.error());
      return {};
    });
    if (!used) return tl::unexpected(used.error());
    account->has_password = account->has_password || !phc.empty();
    return open_session(*account, now);
  }

  base::Result<Session> session(std::string_view token) override { return look_up(token, true); }
  base::Result<Session> peek(std::string_view token) override { return look_up(token, false); }

  base::Result<Session> look_up(std::string_view token, bool touch) {
    const Time now = clock_.now();
    const std::string hash = token_hash(token);
    const auto rows = db_.query(
        "SELECT s.id AS session_id, s.signed_in_at_ms, s.expires_at_ms, s.touched_at_ms, s.locked, a.id AS "
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
    if (now >= session.expires_at || !session.account.active) {
      sign_out(token);
      return session_gone();
    }
    const Time touched = base::from_ms(row.integer("touched_at_ms"));
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

  base::Result<void> lock(std::string_view token) override {
    const auto set = db_.exec("UPDATE account_sessions SET locked = 1 WHERE token_hash = :hash",
                              {{"hash", token_hash(token)}});
    if (!set) return tl::unexpected(set.error());
    if (*set == 0) return session_gone();
    return {};
  }

  base::Result<Session> unlock(std::string_view token, std::string_view password) override {
    auto current = session(token);
    if (!current) return current;
    // Before the password is looked at: who holds the session knows the account, but must not learn here
    // whether a guess was right.
    if (current->account.locked_out) return locked_out();
    const Time now = clock_.now();
    const auto rows =
        db_.query("SELECT password FROM accounts WHERE id = :id", {{"id", current->account.id}});
    if (!rows) return tl::unexpected(rows.error());
    const std::string stored = rows->empty() ? std::string() : rows->front().text("password");
    if (stored.empty()) {
      return base::failure(Errc::kBadCredentials, "This account has no password yet",
                           "It was opened with a one-time link",
                           "Ask your administrator for a new one-time sign-in link.");
    }
    if (!crypto::check_password(stored, password)) {
      if (auto noted = note_failure(current->account.id, now); !noted) return tl::unexpected(noted.error());
      return bad_credentials();
    }
    const auto set =
        db_.exec("UPDATE account_sessions SET locked = 0, touched_at_ms = :now WHERE token_hash = :hash",
                 {{"now", base::to_ms(now)}, {"hash", token_hash(token)}});
    if (!set) return tl::unexpected(set.error());
    current->locked = false;
    return current;
  }

  void sign_out(std::string_view token) override {
    (void)db_.exec("DELETE FROM account_sessions WHERE token_hash = :hash", {{"hash", token_hash(token)}});
  }

  base::Result<void> set_password(std::string_view account_id, std::optional<std::string_view> current,
                                  std::string_view fresh) override {
    const auto account = get(account_id);
    if (!account) return tl::unexpected(account.error());
    if (auto good = check_new_password(fresh, account->login); !good) return good;
    if (account->has_password) {
      if (account->locked_out) return locked_out();  // else this would go on telling right from wrong
      const auto rows =
          db_.query("SELECT password FROM accounts WHERE id = :id", {{"id", std::string(account_id)}});
      if (!rows) return tl::unexpected(rows.error());
      if (!current || rows->empty() || !crypto::check_password(rows->front().text("password"), *current)) {
        if (auto noted = note_failure(account->id, clock_.now()); !noted) return noted;
        return base::failure(Errc::kBadCredentials, "The current password is not right", "",
                             "Type it again.");
      }
    }
    const auto set = db_.exec("UPDATE accounts SET password = :phc WHERE id = :id",
                              {{"phc", crypto::hash_password(fresh)}, {"id", std::string(account_id)}});
    if (!set) return tl::unexpected(set.error());
    return {};
  }

  base::Result<std::vector<Account>> list(std::string_view cursor, std::size_t limit) override {
    const auto rows = db_.query(
        std::string("SELECT ") + kAccountColumns + " FROM accounts WHERE id > :cursor ORDER BY id LIMIT :n",
        {{"cursor", std::string(cursor)},
         {"n", static_cast<std::int64_t>(std::min<std::size_t>(limit, 200))}});
    if (!rows) return tl::unexpected(rows.error());
    std::vector<Account> accounts;
    for (const db::Row& row : *rows) accounts.push_back(account_from(row));
    return accounts;
  }

  base::Result<Account> get(std::string_view id) override {
    const auto rows = db_.query(std::string("SELECT ") + kAccountColumns + " FROM accounts WHERE id = :id",
                                {{"id", std::string(id)}});
    if (!rows) return tl::unexpected(rows.error());
    if (rows->empty())
      return base::failure(Errc::kNotFound, "There is no such account", "", "Look at the list of accounts.");
    return account_from(rows->front());
  }

  base::Result<Account> create(std::string name, std::string login, policy::Role role) override {
    const auto good_name = clean_name(name);
    if (!good_name) return tl::unexpected(good_name.error());
    const auto good_login = clean_login(login);
    if (!good_login) return tl::unexpected(good_login.error());
    Account account;
    const auto made = db_.transact([&](db::Transaction& tx) -> base::Result<void> {
      auto inserted = insert(tx, *good_name, *good_login, role, std::string());
      if (!inserted) return tl::unexpected(inserted.error());
      account = *inserted;
      return {};
    });
    if (!made) return tl::unexpected(made.error());
    return account;
  }

  base::Result<Account> change(std::string_view id, std::optional<std::string> name,
                               std::optional<policy::Role> role, std::optional<bool> active,
                               bool release_lockout) override {
    if (name) {
      auto good = clean_name(*name);
      if (!good) return tl::unexpected(good.error());
    }
    const std::string key(id);
    const auto changed = db_.transact([&](db::Transaction& tx) -> base::Result<void> {
      const auto rows = tx.query("SELECT id, role, active FROM accounts WHERE id = :id", {{"id", key}});
      if (!rows) return tl::unexpected(rows.error());
      if (rows->empty())
        return base::failure(Errc::kNotFound, "There is no such account", "",
                             "Look at the list of accounts.");
      const bool was_administrator =
          rows->front().text("role") == "administrator" && rows->front().integer("active") != 0;
      const bool stays = role.value_or(policy::Role::kAdministrator) == policy::Role::kAdministrator &&
                         active.value_or(true);
      if (was_administrator && !stays) {
        const auto others = tx.query(
            "SELECT COUNT(*) AS n FROM accounts WHERE role = 'administrator' AND active = 1 AND id <> :id",
            {{"id", key}});
        if (!others) return tl::unexpected(others.error());
        if (others->front().integer("n") == 0) {
          return base::failure(Errc::kInvalid, "This is the last administrator",
                               "An installation without one could not be run",
                               "Make another administrator first.");
        }
      }
      return apply_change(tx, key, name, role, active, release_lockout);
    });
    if (!changed) return tl::unexpected(changed.error());
    return get(id);
  }

 private:
  static constexpr base::Millis kTouchEvery{15 * 1000};

  static tl::unexpected<base::Error> link_gone() {
    return base::failure(Errc::kLinkGone, "This sign-in link does not work any more",
                         "A link works once and for 24 hours", "Ask your administrator for a new one.");
  }

  base::Result<std::string> store_link(std::string_view account_id) {
    const std::string token = new_token();
    const std::string key(account_id);
    const auto stored = db_.transact([&](db::Transaction& tx) -> base::Result<void> {
      const auto cleared = tx.exec("DELETE FROM account_links WHERE account_id = :id", {{"id", key}});
      if (!cleared) return tl::unexpected(cleared.error());
      const auto added = tx.exec(
          "INSERT INTO account_links (token_hash, account_id, expires_at_ms) VALUES (:hash, :id, :until)",
          {{"hash", token_hash(token)}, {"id", key}, {"until", base::to_ms(clock_.now() + kLinkLife)}});
      if (!added) return tl::unexpected(added.error());
      return {};
    });
    if (!stored) return tl::unexpected(stored.error());
    return token;
  }

  // Two uses at the same moment: one deletes the row, the other finds none.
  static base::Result<void> spend_link(db::Transaction& tx, const std::string& hash) {
    const auto spent = tx.exec("DELETE FROM account_links WHERE token_hash = :hash", {{"hash", hash}});
    if (!spent) return tl::unexpected(spent.error());
    if (*spent != 1) return link_gone();
    return {};
  }

  base::Result<NewSession> make_first_administrator(const std::string& hash, std::string_view name,
                                                    std::string_view login, std::string_view password) {
    if (name.empty() || login.empty() || password.empty()) {
      return base::failure(Errc::kInvalid, "This link makes the first administrator",
                           "A name, a sign-in name and a password are needed", "Fill in all three.");
    }
    const auto good_name = clean_name(name);
    if (!good_name) return tl::unexpected(good_name.error());
    const auto good_login = clean_login(login);
    if (!good_login) return tl::unexpected(good_login.error());
    if (auto good = check_new_password(password, *good_login); !good) return tl::unexpected(good.error());
    const std::string phc = crypto::hash_password(password);
    Account account;
    const auto made = db_.transact([&](db::Transaction& tx) -> base::Result<void> {
      if (auto spent = spend_link(tx, hash); !spent) return spent;
      auto inserted = insert(tx, *good_name, *good_login, policy::Role::kAdministrator, phc);
      if (!inserted) return tl::unexpected(inserted.error());
      account = *inserted;
      return {};
    });
    if (!made) return tl::unexpected(made.error());
    return open_session(account, clock_.now());
  }

  base::Result<Account> insert(db::Transaction& tx, const std::string& name, const std::string& login,
                               policy::Role role, const std::string& phc) {
    Account account;
    account.created_at = clock_.now();
    account.id = base::new_id("acct", account.created_at);
    account.name = name;
    account.login = login;
    account.role = role;
    account.has_password = !phc.empty();
    const auto added = tx.exec(
        "INSERT INTO accounts (id, name, login, role, active, locked_out, password, created_at_ms, "
        "last_sign_in_at_ms) "
        "VALUES (:id, :name, :login, :role, 1, 0, :phc, :at, 0)",
        {{"id", account.id},
         {"name", name},
         {"login", login},
         {"role", std::string(policy::name_of(role))},
         {"phc", phc},
         {"at", base::to_ms(account.created_at)}});
    if (!added) {
      if (added.error().is(db::Errc::kConflict)) {
        return base::failure(Errc::kDuplicate, "That sign-in name is taken",
                             "Names are never given out twice, also not of closed accounts",
                             "Choose another.");
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

  base::Result<void> note_failure(const std::string& account_id, Time now) {
    return db_.transact([&](db::Transaction& tx) -> base::Result<void> {
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

  base::Result<NewSession> open_session(Account account, Time now) {
    NewSession opened;
    opened.token = new_token();
    opened.session.id = base::new_id("sess", now);
    opened.session.signed_in_at = now;
    opened.session.expires_at = now + kSessionLife;
    account.last_sign_in_at = now;
    const auto stored = db_.transact([&](db::Transaction& tx) -> base::Result<void> {
      const std::vector<std::pair<std::string, db::Params>> statements = {
          {"DELETE FROM account_sessions WHERE expires_at_ms <= :now", {{"now", base::to_ms(now)}}},
          {"DELETE FROM account_failures WHERE account_id = :id", {{"id", account.id}}},
          {"UPDATE accounts SET last_sign_in_at_ms = :now WHERE id = :id",
           {{"now", base::to_ms(now)}, {"id", account.id}}},
          {"INSERT INTO account_sessions (token_hash, id, account_id, signed_in_at_ms, expires_at_ms, "
           "touched_at_ms, locked) "
           "VALUES (:hash, :sid, :id, :now, :until, :now2, 0)",
           {{"hash", token_hash(opened.token)},
            {"sid", opened.session.id},
            {"id", account.id},
            {"now", base::to_ms(now)},
            {"until", base::to_ms(opened.session.expires_at)},
            {"now2", base::to_ms(now)}}}};
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

  db::Database& db_;
  const base::Clock& clock_;
  AddressThrottle throttle_;
  std::string nobody_;
};

}  // namespace

base::Result<std::unique_ptr<Accounts>> Accounts::open(db::Database& db, const base::Clock& clock) {
  const auto steps = migrations();
  if (auto done = db.migrate(steps); !done) return tl::unexpected(done.error());
  return std::make_unique<SqlAccounts>(db, clock);
}

}  // namespace glasshouse::accounts
