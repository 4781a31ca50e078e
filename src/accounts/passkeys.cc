#include "accounts/passkeys.h"

#include <algorithm>

#include "accounts/accounts.h"
#include "accounts/challenges.h"
#include "base/id.h"
#include "crypto/age.h"
#include "crypto/crypto.h"
#include "crypto/passkey.h"

namespace glasshouse::accounts {
namespace {

constexpr const char* kPasskeyColumns =
    "id, account_id, name, credential_id, algorithm, public_key, sign_count, synced, suspect, created_at_ms, "
    "last_used_at_ms, recipient, wrapped_key";

// Who may not come in learns no more than that: not whether such a passkey is known here.
tl::unexpected<base::Error> passkey_refused() {
  return base::failure(Errc::kPasskeyRefused, "That passkey does not open anything here",
                       "It is not known, was removed, or belongs to a closed or locked account",
                       "Try another one, or ask an administrator for a one-time sign-in link.");
}

tl::unexpected<base::Error> no_such_passkey() {
  return base::failure(Errc::kNotFound, "There is no such passkey", "", "Look at the list again.");
}

Passkey passkey_from(const db::Row& row) {
  Passkey passkey;
  passkey.id = row.text("id");
  passkey.account_id = row.text("account_id");
  passkey.name = row.text("name");
  passkey.credential_id = row.text("credential_id");
  passkey.created_at = base::from_ms(row.integer("created_at_ms"));
  if (row.integer("last_used_at_ms") != 0)
    passkey.last_used_at = base::from_ms(row.integer("last_used_at_ms"));
  passkey.synced = row.integer("synced") != 0;
  passkey.suspect = row.integer("suspect") != 0;
  passkey.recipient = row.text("recipient");
  passkey.wrapped_key = row.text("wrapped_key");
  return passkey;
}

base::Result<std::string> clean_passkey_name(const std::string& name) {
  if (name.empty() || name.size() > kMostPasskeyNameChars ||
      std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 32; })) {
    return base::failure(Errc::kInvalid, "The passkey's name cannot be used",
                         "It must be 1 to 60 characters long, on one line");
  }
  return name;
}

class SqlPasskeys final : public Passkeys {
 public:
  SqlPasskeys(db::Database& db, const base::Clock& clock) : db_(db), clock_(clock), challenges_(clock) {}

  std::string challenge(Ceremony ceremony, std::string_view subject) override {
    return challenges_.give(ceremony, subject);
  }

  base::Result<Passkey> add(std::string_view account_id, const std::string& name, const Site& site,
                            const MadeAnswer& answer) override {
    const auto good_name = clean_passkey_name(name);
    if (!good_name) return tl::unexpected(good_name.error());
    if (auto right = check_client(answer.client_data, "webauthn.create", site, Ceremony::kAdd, account_id);
        !right)
      return tl::unexpected(right.error());
    const auto made = crypto::read_made_passkey(answer.authenticator_data, site.id);
    if (!made) return refused_because(made.error());
    const std::string id = base::new_id("pk", clock_.now()), account(account_id);
    const auto stored = db_.transact([&](db::Transaction& tx) -> base::Result<void> {
      const auto count =
          tx.query("SELECT COUNT(*) AS n FROM account_passkeys WHERE account_id = :id", {{"id", account}});
      if (!count) return tl::unexpected(count.error());
      if (count->front().integer("n") >= static_cast<std::int64_t>(kMostPasskeys))
        return base::failure(Errc::kInvalid, "There are ten passkeys already",
                             "More are not kept for one person", "Remove one that is not used any more.");
      const auto added = tx.exec(
          "INSERT INTO account_passkeys (id, account_id, name, credential_id, algorithm, public_key, aaguid, "
          "sign_count, synced, suspect, created_at_ms, last_used_at_ms, recipient, wrapped_key) VALUES (:id, "
          ":account, :name, :credential, :algorithm, :key, :aaguid, :count, :synced, 0, :now, 0, '', '')",
          {{"id", id},
           {"account", account},
           {"name", *good_name},
           {"credential", crypto::base64url(made->credential_id)},
           {"algorithm", std::int64_t{made->key.algorithm}},
           {"key", crypto::base64url(made->key.bytes)},
           {"aaguid", crypto::hex(made->aaguid)},
           {"count", std::int64_t{made->state.sign_count}},
           {"synced", std::int64_t{made->state.synced}},
           {"now", base::to_ms(clock_.now())}});
      if (!added && added.error().is(db::Errc::kConflict))
        return base::failure(Errc::kDuplicate, "This passkey is known already", "", "Sign in with it.");
      if (!added) return tl::unexpected(added.error());
      return {};
    });
    if (!stored) return tl::unexpected(stored.error());
    return get(account_id, id);
  }

  base::Result<Passkey> use(const UsedAnswer& answer, const Site& site, Ceremony ceremony,
                            std::string_view subject) override {
    const auto rows = db_.query(
        std::string("SELECT ") + kPasskeyColumns + " FROM account_passkeys WHERE credential_id = :id",
        {{"id", crypto::base64url(answer.credential_id)}});
    if (!rows) return tl::unexpected(rows.error());
    if (rows->empty()) return passkey_refused();
    const db::Row& row = rows->front();
    if (auto right = check_client(answer.client_data, "webauthn.get", site, ceremony, subject); !right)
      return tl::unexpected(right.error());
    const auto key = crypto::from_base64url(row.text("public_key"));
    if (!key) return passkey_refused();
    const auto state =
        crypto::verify_passkey({static_cast<int>(row.integer("algorithm")), *key}, site.id,
                               answer.authenticator_data, answer.client_data, answer.signature);
    if (!state) return refused_because(state.error());
    if (row.integer("suspect") != 0) return copied();
    if (auto counted = count_use(row.text("id"), *state); !counted) return tl::unexpected(counted.error());
    return passkey_from(row);
  }

  base::Result<std::vector<Passkey>> of(std::string_view account_id) override {
    const auto rows = db_.query(std::string("SELECT ") + kPasskeyColumns +
                                    " FROM account_passkeys WHERE account_id = :id ORDER BY id",
                                {{"id", std::string(account_id)}});
    if (!rows) return tl::unexpected(rows.error());
    std::vector<Passkey> all;
    for (const db::Row& row : *rows) all.push_back(passkey_from(row));
    return all;
  }

  base::Result<Passkey> get(std::string_view account_id, std::string_view id) override {
    const auto rows = db_.query(std::string("SELECT ") + kPasskeyColumns +
                                    " FROM account_passkeys WHERE id = :id AND account_id = :account",
                                {{"id", std::string(id)}, {"account", std::string(account_id)}});
    if (!rows) return tl::unexpected(rows.error());
    if (rows->empty()) return no_such_passkey();
    return passkey_from(rows->front());
  }

  base::Result<Passkey> rename(std::string_view account_id, std::string_view id,
                               const std::string& name) override {
    const auto good = clean_passkey_name(name);
    if (!good) return tl::unexpected(good.error());
    const auto set =
        db_.exec("UPDATE account_passkeys SET name = :name WHERE id = :id AND account_id = :account",
                 {{"name", *good}, {"id", std::string(id)}, {"account", std::string(account_id)}});
    if (!set) return tl::unexpected(set.error());
    return get(account_id, id);
  }

  base::Result<void> remove(std::string_view account_id, std::string_view id) override {
    const std::string account(account_id), key(id);
    return db_.transact([&](db::Transaction& tx) -> base::Result<void> {
      const auto others = tx.query(
          "SELECT COUNT(*) AS n FROM account_passkeys WHERE account_id = :account AND suspect = 0 AND id <> "
          ":id",
          {{"account", account}, {"id", key}});
      if (!others) return tl::unexpected(others.error());
      const auto gone = tx.exec("DELETE FROM account_passkeys WHERE id = :id AND account_id = :account",
                                {{"id", key}, {"account", account}});
      if (!gone) return tl::unexpected(gone.error());
      if (*gone == 0) return no_such_passkey();
      if (others->front().integer("n") == 0)
        return base::failure(Errc::kInvalid, "This is your last passkey",
                             "Without one you could not come in again", "Add another one first.");
      return {};
    });
  }

  base::Result<Passkey> set_picture_key(std::string_view account_id, std::string_view id,
                                        const std::string& recipient,
                                        const std::string& wrapped_key) override {
    if (!crypto::age_recipient_from_text(recipient) || wrapped_key.empty() ||
        wrapped_key.size() > kMostWrappedKeyBytes)
      return base::failure(Errc::kInvalid, "The key that opens pictures is not right", "", "Sign in again.");
    const auto set = db_.exec(
        "UPDATE account_passkeys SET recipient = :recipient, wrapped_key = :wrapped WHERE id = :id AND "
        "account_id "
        "= :account AND recipient = ''",
        {{"recipient", recipient},
         {"wrapped", wrapped_key},
         {"id", std::string(id)},
         {"account", std::string(account_id)}});
    if (!set) return tl::unexpected(set.error());
    if (*set == 0)
      return base::failure(Errc::kDuplicate, "This passkey has a key for pictures already", "",
                           "Remove the passkey and add it again if that key is lost.");
    return get(account_id, id);
  }

 private:
  // The reason is for the person at the authenticator; nothing in it is of somebody else.
  static tl::unexpected<base::Error> refused_because(const base::Error& error) {
    return base::failure(Errc::kPasskeyRefused, error.what(), error.why(), "Try again.");
  }
  static tl::unexpected<base::Error> copied() {
    return base::failure(Errc::kPasskeyCopied, "This passkey is not accepted any more",
                         "Its count went back: somebody may have made a copy of it",
                         "Sign in with another passkey, remove this one, and tell an administrator.");
  }

  base::Result<void> check_client(std::string_view text, std::string_view type, const Site& site,
                                  Ceremony ceremony, std::string_view subject) {
    const auto client = read_client_data(text);
    if (!client) return tl::unexpected(client.error());
    if (client->type != type || client->cross_origin || client->origin != site.origin)
      return base::failure(Errc::kPasskeyRefused, "The passkey was used on another page",
                           "This server takes passkeys only from " + site.origin, "Open that address.");
    return challenges_.spend(client->challenge, ceremony, subject);
  }

  // One that counts must count on; one that never counts stays at 0. Two uses at the same moment: one of them
  // finds the count where it was not left.
  base::Result<void> count_use(const std::string& id, const crypto::PasskeyState& state) {
    const auto counted = db_.exec(
        "UPDATE account_passkeys SET sign_count = :count, synced = :synced, last_used_at_ms = :now WHERE id "
        "= :id "
        "AND (sign_count < :above OR (sign_count = 0 AND :zero = 0))",
        {{"count", std::int64_t{state.sign_count}},
         {"synced", std::int64_t{state.synced}},
         {"now", base::to_ms(clock_.now())},
         {"id", id},
         {"above", std::int64_t{state.sign_count}},
         {"zero", std::int64_t{state.sign_count}}});
    if (!counted) return tl::unexpected(counted.error());
    if (*counted == 1) return {};
    const auto marked = db_.exec("UPDATE account_passkeys SET suspect = 1 WHERE id = :id", {{"id", id}});
    if (!marked) return tl::unexpected(marked.error());
    return copied();
  }

  db::Database& db_;
  const base::Clock& clock_;
  Challenges challenges_;
};

}  // namespace

std::unique_ptr<Passkeys> Passkeys::open(db::Database& db, const base::Clock& clock) {
  return std::make_unique<SqlPasskeys>(db, clock);
}

}  // namespace glasshouse::accounts
