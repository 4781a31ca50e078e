// Inside accounts: what a passkey signs, so that an answer is good once, for one purpose, of one person, and
// only for a while.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "accounts/accounts.h"
#include "base/result.h"
#include "base/time.h"

namespace glasshouse::accounts {

// A challenge carries its own end and a code that only this process can make: giving one out keeps nothing,
// so that a stranger who asks for millions fills nothing. Only what was used is remembered, until its end. A
// restart ends all of them. Thread-safe.
class Challenges {
 public:
  explicit Challenges(const base::Clock& clock);
  ~Challenges();

  std::string give(Ceremony ceremony, std::string_view subject);  // base64url
  // kChallengeGone when it was not given for this, has ended, or was used already.
  base::Result<void> spend(std::string_view challenge, Ceremony ceremony, std::string_view subject);

 private:
  std::string code_for(std::string_view head, Ceremony ceremony, std::string_view subject) const;

  const base::Clock& clock_;
  std::string key_;
  std::mutex mutex_;
  std::map<std::string, base::Time> spent_;  // its random part to its end
};

}  // namespace glasshouse::accounts
