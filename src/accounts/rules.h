// Inside accounts only: what names, sign-in names and passwords must be, and the refusals in words.
#pragma once

#include <string>
#include <string_view>

#include "accounts/accounts.h"
#include "base/result.h"

namespace glasshouse::accounts {

inline constexpr std::size_t kMaxNameChars = 80;
inline constexpr std::size_t kMaxPasswordChars = 200;

std::string token_hash(std::string_view token);  // what is stored instead of a token
std::string new_token();                         // 256 random bits, base64url

// A wrong name, a wrong password, a locked account and a closed one give the same answer to a password.
tl::unexpected<base::Error> bad_credentials();
// Given only to somebody with a session or a one-time link of the account, whatever password they type.
tl::unexpected<base::Error> locked_out();
tl::unexpected<base::Error> inactive();
tl::unexpected<base::Error> session_gone();

base::Result<std::string> clean_name(std::string_view name);
// Logins compare without case; a-z 0-9 . - _ @ only, so that two can never look alike.
base::Result<std::string> clean_login(std::string_view login);
base::Result<void> check_new_password(std::string_view password, std::string_view login);

}  // namespace glasshouse::accounts
