#include "accounts/accounts.h"

#include <algorithm>
#include <iterator>

#include "accounts/account_rows.h"
#include "accounts/fallback.h"
#include "accounts/links.h"
#include "accounts/rules.h"
#include "accounts/sessions.h"
#include "accounts/throttle.h"
#include "crypto/crypto.h"

namespace glasshouse::accounts {
namespace {

using base::Time;

constexpr std::string_view kFirstAdministrator =
    "first-administrator";  // account_id of links made before there is one

class SqlAccounts final : public Accounts {
 public:
  SqlAccounts(db::Database& db, const base::Clock& clock, const std::string& sealing_secret)
      : db_(db),
        clock_(clock),
        sessions_(db, clock),
        passkeys_(Passkeys::open(db, clock)),
        fallback_(db, clock, sealing_secret) {}

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
    return store_link(db_, kFirstAdministrator, clock_.now());
  }

  base::Result<std::string> issue_link(std::string_view account_id) override {
    const auto account = get(account_id);
    if (!account) return tl::unexpected(account.error());
    if (!account->active) return inactive();
    return store_link(db_, account_id, clock_.now());
  }

  base::Result<NewSession> sign_in(std::string_view login, std::string_view password, std::string_view code,
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
    const std::optional<Account> account =
        row ? std::optional<Account>(account_from(*row)) : std::optional<Account>();
    const bool open_to_it = account && account->fallback_set && !account->locked_out && account->active;
    const auto right = fallback_.check(account ? account->id : std::string(),
                                       open_to_it ? row->text("password") : std::string(), password, code);
    if (!right) return tl::unexpected(right.error());
    // A locked or closed account answers what is right as it answers what is wrong: whoever guesses must not
    // learn that they have found it.
    if (*right) return sessions_.open(*account, Means::kFallback, "");
    throttle_.note_failure(address, now);
    // Without a fallback there is nothing to guess, and nobody can be locked out by a stranger.
    if (account && account->fallback_set) {
      if (auto noted = note_failure(db_, account->id, now); !noted) return tl::unexpected(noted.error());
    }
    return bad_credentials();
  }

  base::Result<NewSession> sign_in_by_link(std::string_view token, std::string_view name,
                                           std::string_view login) override {
    const Time now = clock_.now();
    const std::string hash = token_hash(token);
    const auto rows = db_.query(
        "SELECT account_id, expires_at_ms FROM account_links WHERE token_hash = :hash", {{"hash", hash}});
    if (!rows) return tl::unexpected(rows.error());
    if (rows->empty() || base::from_ms(rows->front().integer("expires_at_ms")) <= now) return link_gone();
    const std::string account_id = rows->front().text("account_id");
    if (account_id == kFirstAdministrator) return make_first_administrator(hash, name, login);

    auto account = get(account_id);
    if (!account || !account->active) return link_gone();
    if (account->locked_out) return locked_out();
    const auto used = db_.transact([&](db::Transaction& tx) { return spend_link(tx, hash); });
    if (!used) return tl::unexpected(used.error());
    return sessions_.open(*account, Means::kLink, "");
  }

  base::Result<NewSession> sign_in_by_passkey(const Passkey& passkey) override {
    const auto account = get(passkey.account_id);
    if (!account) return tl::unexpected(account.error());
    if (!account->active) return inactive();
    if (account->locked_out) return locked_out();
    return sessions_.open(*account, Means::kPasskey, passkey.id);
  }

  base::Result<NewSession> sign_in_by_provider(std::string_view account_id) override {
    const auto account = get(account_id);
    if (!account) return tl::unexpected(account.error());
    if (!account->active) return inactive();
    if (account->locked_out) return locked_out();
    return sessions_.open(*account, Means::kProvider, "");
  }

  Passkeys& passkeys() override { return *passkeys_; }

  base::Result<Session> confirm(std::string_view token, const Passkey& passkey) override {
    const auto current = session(token);
    if (!current) return current;
    if (current->account.locked_out) return locked_out();
    if (passkey.account_id != current->account.id) {
      return base::failure(Errc::kPasskeyRefused, "That passkey is somebody else's",
                           "This screen is " + current->account.name + "'s",
                           "Use one of theirs, or sign out.");
    }
    if (auto confirmed = sessions_.confirm(token, passkey.id); !confirmed)
      return tl::unexpected(confirmed.error());
    return session(token);
  }

  base::Result<Session> session(std::string_view token) override { return sessions_.look_up(token, true); }
  base::Result<Session> peek(std::string_view token) override { return sessions_.look_up(token, false); }
  base::Result<void> lock(std::string_view token) override { return sessions_.lock(token); }

  base::Result<Session> unlock(std::string_view token, std::string_view password,
                               std::string_view code) override {
    auto current = session(token);
    if (!current) return current;
    // Before anything is looked at: who holds the session knows the account, but must not learn here whether
    // a guess was right.
    if (current->account.locked_out) return locked_out();
    if (!current->account.fallback_set) {
      return base::failure(Errc::kBadCredentials, "This screen opens with a passkey only", "",
                           "Use your passkey, or sign out and ask an administrator for a one-time link.");
    }
    const auto rows =
        db_.query("SELECT password FROM accounts WHERE id = :id", {{"id", current->account.id}});
    if (!rows) return tl::unexpected(rows.error());
    const auto right = fallback_.check(
        current->account.id, rows->empty() ? std::string() : rows->front().text("password"), password, code);
    if (!right) return tl::unexpected(right.error());
    if (!*right) {
      if (auto noted = note_failure(db_, current->account.id, clock_.now()); !noted)
        return tl::unexpected(noted.error());
      return bad_credentials();
    }
    if (auto opened = sessions_.unlock(token); !opened) return tl::unexpected(opened.error());
    current->locked = false;
    return current;
  }

  void sign_out(std::string_view token) override { sessions_.end(token); }

  base::Result<std::string> begin_fallback(std::string_view account_id) override {
    const auto account = get(account_id);
    if (!account) return tl::unexpected(account.error());
    if (!account->fallback) return fallback_off();
    return fallback_.begin(account->id);
  }

  base::Result<void> set_fallback(std::string_view token, std::string_view password,
                                  std::string_view code) override {
    const auto current = session(token);
    if (!current) return tl::unexpected(current.error());
    if (!current->account.fallback) return fallback_off();
    if (auto good = check_new_password(password, current->account.login); !good) return good;
    if (auto set = fallback_.confirm(current->account.id, crypto::hash_password(password), code); !set)
      return set;
    return current->means == Means::kLink ? sessions_.set_means(token, Means::kFallback)
                                          : base::Result<void>();
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
      auto inserted = insert(tx, *good_name, *good_login, role, clock_.now());
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

  base::Result<Account> set_training(std::string_view id, std::optional<base::Day> until) override {
    const auto set =
        db_.exec("UPDATE accounts SET trained_until = :day WHERE id = :id",
                 {{"day", until ? base::format_day(*until) : std::string()}, {"id", std::string(id)}});
    if (!set) return tl::unexpected(set.error());
    return get(id);
  }

  base::Result<Account> allow_fallback(std::string_view id, bool allowed) override {
    const std::string key(id);
    const auto changed = db_.transact([&](db::Transaction& tx) -> base::Result<void> {
      const auto set = tx.exec("UPDATE accounts SET fallback = :allowed WHERE id = :id",
                               {{"allowed", std::int64_t{allowed}}, {"id", key}});
      if (!set) return tl::unexpected(set.error());
      return allowed ? base::Result<void>() : Fallback::forget(tx, key);
    });
    if (!changed) return tl::unexpected(changed.error());
    return get(id);
  }

 private:
  static tl::unexpected<base::Error> fallback_off() {
    return base::failure(Errc::kInvalid, "Password and code are not turned on for you",
                         "People come in by passkey; an administrator can allow this for one person",
                         "Add a passkey, or ask your administrator.");
  }

  base::Result<NewSession> make_first_administrator(const std::string& hash, std::string_view name,
                                                    std::string_view login) {
    if (name.empty() || login.empty()) {
      return base::failure(Errc::kInvalid, "This link makes the first administrator",
                           "A name and a sign-in name are needed", "Fill in both.");
    }
    const auto good_name = clean_name(name);
    if (!good_name) return tl::unexpected(good_name.error());
    const auto good_login = clean_login(login);
    if (!good_login) return tl::unexpected(good_login.error());
    Account account;
    const auto made = db_.transact([&](db::Transaction& tx) -> base::Result<void> {
      if (auto spent = spend_link(tx, hash); !spent) return spent;
      auto inserted = insert(tx, *good_name, *good_login, policy::Role::kAdministrator, clock_.now());
      if (!inserted) return tl::unexpected(inserted.error());
      account = *inserted;
      return {};
    });
    if (!made) return tl::unexpected(made.error());
    return sessions_.open(account, Means::kLink, "");
  }

  db::Database& db_;
  const base::Clock& clock_;
  Sessions sessions_;
  AddressThrottle throttle_;
  std::unique_ptr<Passkeys> passkeys_;
  Fallback fallback_;
};

}  // namespace

base::Result<std::unique_ptr<Accounts>> Accounts::open(db::Database& db, const base::Clock& clock,
                                                       const std::string& sealing_secret) {
  const auto steps = migrations();
  if (auto done = db.migrate(steps); !done) return tl::unexpected(done.error());
  return std::make_unique<SqlAccounts>(db, clock, sealing_secret);
}

base::Result<std::vector<Account>> every_account(Accounts& accounts) {
  constexpr std::size_t kAtOnce = 200;
  std::vector<Account> all;
  for (;;) {
    auto page = accounts.list(all.empty() ? "" : all.back().id, kAtOnce);
    if (!page) return page;
    all.insert(all.end(), std::make_move_iterator(page->begin()), std::make_move_iterator(page->end()));
    if (page->size() < kAtOnce) return all;
  }
}

}  // namespace glasshouse::accounts
