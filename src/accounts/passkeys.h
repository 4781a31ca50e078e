// The passkeys of people: made, used, named, removed. What the authenticator said is checked by
// crypto/passkey.h.
//
//   auto challenge = passkeys.challenge(Ceremony::kSignIn, "");    // to the browser
//   auto used = passkeys.use(answer, site, Ceremony::kSignIn, "");  // whose it is, when everything is right
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/client_data.h"
#include "base/result.h"
#include "base/time.h"
#include "db/database.h"

namespace glasshouse::accounts {

// What a challenge was given for: an answer to one is no answer to another.
enum class Ceremony : char { kAdd = 'a', kSignIn = 's', kConfirm = 'c' };

inline constexpr base::Millis kChallengeLife{5 * 60 * 1000};
inline constexpr std::size_t kMostPasskeys = 10;  // of one person
inline constexpr std::size_t kMostPasskeyNameChars = 60;
inline constexpr std::size_t kMostWrappedKeyBytes = 512;

struct Passkey {
  std::string id, account_id, name;
  std::string credential_id;  // base64url
  base::Time created_at;
  std::optional<base::Time> last_used_at;
  bool synced = false;   // it may be copied among its owner's devices
  bool suspect = false;  // its count went back: there is a second one. Opens nothing any more
  // The key that opens pictures: its public half as age writes it, and its secret, wrapped by the page with
  // what only this passkey's authenticator can compute. Empty when the authenticator cannot.
  std::string recipient, wrapped_key;
};

// As the browser gives them, decoded to bytes.
struct MadeAnswer {
  std::string authenticator_data, client_data;
};
struct UsedAnswer {
  std::string credential_id, authenticator_data, client_data, signature;
};

// Thread-safe.
class Passkeys {
 public:
  static std::unique_ptr<Passkeys> open(db::Database& db, const base::Clock& clock);
  virtual ~Passkeys() = default;

  // subject: the account for kAdd, the session for kConfirm, nobody for kSignIn.
  virtual std::string challenge(Ceremony ceremony, std::string_view subject) = 0;
  virtual base::Result<Passkey> add(std::string_view account_id, const std::string& name, const Site& site,
                                    const MadeAnswer& answer) = 0;
  // kPasskeyRefused unless a passkey signed a challenge of this ceremony and subject, for this site, with its
  // person verified, and counted on. Counts the use.
  virtual base::Result<Passkey> use(const UsedAnswer& answer, const Site& site, Ceremony ceremony,
                                    std::string_view subject) = 0;
  virtual base::Result<std::vector<Passkey>> of(std::string_view account_id) = 0;
  virtual base::Result<Passkey> get(std::string_view account_id, std::string_view id) = 0;
  virtual base::Result<Passkey> rename(std::string_view account_id, std::string_view id,
                                       const std::string& name) = 0;
  // The last that works cannot be removed: nobody shuts themselves out.
  virtual base::Result<void> remove(std::string_view account_id, std::string_view id) = 0;
  // Once for each passkey: what pictures are sealed to does not change under a session.
  virtual base::Result<Passkey> set_picture_key(std::string_view account_id, std::string_view id,
                                                const std::string& recipient,
                                                const std::string& wrapped_key) = 0;
};

}  // namespace glasshouse::accounts
