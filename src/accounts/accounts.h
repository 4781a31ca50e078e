// People and their sessions: one-time sign-in links, argon2id passwords, lockout, idle lock.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
  kThrottled
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
  bool active = true, locked_out = false, has_password = false;
  base::Time created_at;
  std::optional<base::Time> last_sign_in_at;
};

struct Session {
  std::string id;  // not the token
  Account account;
  base::Time signed_in_at, expires_at;
  bool locked = false;
};

struct NewSession {
  std::string token;  // 256 random bits, base64url; only its hash is stored
  Session session;
};

// Thread-safe.
class Accounts {
 public:
  static base::Result<std::unique_ptr<Accounts>> open(db::Database& db, const base::Clock& clock);
  virtual ~Accounts() = default;

  virtual bool has_administrator() = 0;
  // A link that makes the first administrator; earlier ones stop working. Returns the token.
  virtual base::Result<std::string> issue_first_link() = 0;
  virtual base::Result<std::string> issue_link(std::string_view account_id) = 0;

  virtual base::Result<NewSession> sign_in(std::string_view login, std::string_view password,
                                           std::string_view address) = 0;
  // For the first link name, login and password are required; else they may be empty (a password given is
  // set).
  virtual base::Result<NewSession> sign_in_by_link(std::string_view token, std::string_view name,
                                                   std::string_view login, std::string_view password) = 0;
  // Touches the session (idle time starts again) unless it is locked; kExpired when it is gone.
  virtual base::Result<Session> session(std::string_view token) = 0;
  // The same without touching it: what the console asks by itself does not keep a session awake.
  virtual base::Result<Session> peek(std::string_view token) = 0;
  virtual base::Result<void> lock(std::string_view token) = 0;
  virtual base::Result<Session> unlock(std::string_view token, std::string_view password) = 0;
  virtual void sign_out(std::string_view token) = 0;

  virtual base::Result<void> set_password(std::string_view account_id,
                                          std::optional<std::string_view> current,
                                          std::string_view fresh) = 0;
  virtual base::Result<std::vector<Account>> list(std::string_view cursor,
                                                  std::size_t limit) = 0;  // by id, after cursor
  virtual base::Result<Account> get(std::string_view id) = 0;
  virtual base::Result<Account> create(std::string name, std::string login, policy::Role role) = 0;
  virtual base::Result<Account> change(std::string_view id, std::optional<std::string> name,
                                       std::optional<policy::Role> role, std::optional<bool> active,
                                       bool release_lockout) = 0;  // inactive ends all sessions
};

}  // namespace glasshouse::accounts
