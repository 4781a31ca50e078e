// People and their sessions: passkeys, one-time sign-in links, lockout, idle lock. A password opens nothing
// alone: it is one half of the fallback that an administrator turns on for one person (fallback.h).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/passkeys.h"
#include "base/result.h"
#include "base/time.h"
#include "db/database.h"
#include "policy/policy.h"

namespace glasshouse::accounts {

enum class Errc {
  kNotFound = 1,
  kBadCredentials,
  kLockedOut,
  kInactive,
  kLinkGone,
  kWeakPassword,
  kDuplicate,
  kLocked,
  kExpired,
  kInvalid,
  kStore,
  kThrottled,
  kChallengeGone,
  kPasskeyRefused,
  kPasskeyCopied
};

inline constexpr int kMaxFailures = 5;  // in kFailureWindow, then locked until released
inline constexpr base::Millis kFailureWindow{15 * 60 * 1000};
inline constexpr base::Millis kIdleLock{15 * 60 * 1000};
inline constexpr base::Millis kSessionLife{12 * 60 * 60 * 1000};
inline constexpr base::Millis kLinkLife{24 * 60 * 60 * 1000};
inline constexpr std::size_t kMinPasswordChars = 12;

std::vector<db::Migration> migrations();

struct Account {
  std::string id, name, login;
  policy::Role role = policy::Role::kOfficer;
  bool active = true, locked_out = false;
  bool fallback = false;      // an administrator lets this person come in by password and one-time code
  bool fallback_set = false;  // and the person has set them
  std::optional<base::Day> trained_until;  // the last day on which the training certificate holds
  base::Time created_at;
  std::optional<base::Time> last_sign_in_at;
};

// How a session was opened. By a link alone nobody acts: it is the way to the first passkey (the demo apart).
enum class Means { kLink, kPasskey, kFallback, kProvider };
std::string_view name_of(Means means);  // "link", "passkey", "fallback", "provider"

struct Session {
  std::string id;  // not the token
  Account account;
  base::Time signed_in_at, expires_at;
  bool locked = false;
  Means means = Means::kLink;
  std::string passkey_id;                  // kPasskey: with which one it was opened, or confirmed last
  std::optional<base::Time> confirmed_at;  // when a passkey was last touched for it
};

struct NewSession {
  std::string token;  // 256 random bits, base64url; only its hash is stored
  Session session;
};

// Thread-safe.
class Accounts {
 public:
  // sealing_secret: 32 bytes that do not lie in the database, under which the fallback's secrets are sealed.
  static base::Result<std::unique_ptr<Accounts>> open(db::Database& db, const base::Clock& clock,
                                                      const std::string& sealing_secret);
  virtual ~Accounts() = default;

  virtual bool has_administrator() = 0;
  // A link that makes the first administrator; earlier ones stop working. Returns the token.
  virtual base::Result<std::string> issue_first_link() = 0;
  virtual base::Result<std::string> issue_link(std::string_view account_id) = 0;

  // By the fallback. A wrong name, password or code, a locked account and a closed one look the same.
  virtual base::Result<NewSession> sign_in(std::string_view login, std::string_view password,
                                           std::string_view code, std::string_view address) = 0;
  // For the first link name and login are required; else they may be empty.
  virtual base::Result<NewSession> sign_in_by_link(std::string_view token, std::string_view name,
                                                   std::string_view login) = 0;
  // For the account of a passkey that passkeys().use() accepted.
  virtual base::Result<NewSession> sign_in_by_passkey(const Passkey& passkey) = 0;
  // For the account that the agency's identity provider named, and that Identities has linked to it.
  virtual base::Result<NewSession> sign_in_by_provider(std::string_view account_id) = 0;
  virtual Passkeys& passkeys() = 0;
  // A passkey of the session's own account was touched for it: it is unlocked, and counts as freshly
  // confirmed.
  virtual base::Result<Session> confirm(std::string_view token, const Passkey& passkey) = 0;
  // Touches the session (idle time starts again) unless it is locked; kExpired when it is gone.
  virtual base::Result<Session> session(std::string_view token) = 0;
  // The same without touching it: what the console asks by itself does not keep a session awake.
  virtual base::Result<Session> peek(std::string_view token) = 0;
  virtual base::Result<void> lock(std::string_view token) = 0;
  virtual base::Result<Session> unlock(std::string_view token, std::string_view password,
                                       std::string_view code) = 0;  // by the fallback
  virtual void sign_out(std::string_view token) = 0;

  // The fallback of a person for whom it is turned on: a secret for an authenticator app, shown once, and
  // then the password with the app's first code. The session that did it is one of the fallback from then on
  // if a link had opened it.
  virtual base::Result<std::string> begin_fallback(std::string_view account_id) = 0;
  virtual base::Result<void> set_fallback(std::string_view token, std::string_view password,
                                          std::string_view code) = 0;
  virtual base::Result<std::vector<Account>> list(std::string_view cursor,
                                                  std::size_t limit) = 0;  // by id, after cursor
  virtual base::Result<Account> get(std::string_view id) = 0;
  virtual base::Result<Account> create(std::string name, std::string login, policy::Role role) = 0;
  virtual base::Result<Account> change(std::string_view id, std::optional<std::string> name,
                                       std::optional<policy::Role> role, std::optional<bool> active,
                                       bool release_lockout) = 0;  // inactive ends all sessions
  virtual base::Result<Account> set_training(std::string_view id, std::optional<base::Day> until) = 0;
  // Off forgets password and secret and ends the sessions that they opened.
  virtual base::Result<Account> allow_fallback(std::string_view id, bool allowed) = 0;
};

// All of them, page by page.
base::Result<std::vector<Account>> every_account(Accounts& accounts);

}  // namespace glasshouse::accounts
