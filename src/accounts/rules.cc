#include "accounts/rules.h"

#include <algorithm>
#include <cctype>

#include "crypto/crypto.h"

namespace glasshouse::accounts {

std::string token_hash(std::string_view token) {
  return crypto::sha256_hex(token);
}

std::string new_token() {
  return crypto::base64url(crypto::random_bytes(32));
}

tl::unexpected<base::Error> bad_credentials() {
  return base::failure(Errc::kBadCredentials, "That did not work",
                       "The name, the password or the code is not right, or this person comes in by passkey "
                       "only, or the account "
                       "is locked",
                       "Use your passkey, try again, or ask your administrator for a one-time sign-in link.");
}

tl::unexpected<base::Error> locked_out() {
  return base::failure(Errc::kLockedOut, "This account is locked",
                       "There were " + std::to_string(kMaxFailures) + " failed sign-ins within 15 minutes",
                       "Ask an administrator to release it.");
}

tl::unexpected<base::Error> inactive() {
  return base::failure(Errc::kInactive, "This account is closed", "An administrator ended it",
                       "Ask your administrator if you think that is wrong.");
}

tl::unexpected<base::Error> session_gone() {
  return base::failure(Errc::kExpired, "You are signed out", "The session ended or never was",
                       "Sign in again.");
}

base::Result<std::string> clean_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxNameChars ||
      std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 32; })) {
    return base::failure(Errc::kInvalid, "The name cannot be used",
                         "It must be 1 to 80 characters long, on one line");
  }
  return std::string(name);
}

base::Result<std::string> clean_login(std::string_view login) {
  std::string folded;
  for (const char c : login) folded += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const bool usable =
      folded.size() >= 2 && folded.size() <= kMaxNameChars &&
      folded.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-_@") == std::string::npos;
  if (!usable) {
    return base::failure(Errc::kInvalid, "The sign-in name cannot be used",
                         "It must be 2 to 80 of the characters a-z 0-9 . - _ @",
                         "Choose another, for example the part of the e-mail address before the @.");
  }
  return folded;
}

base::Result<void> check_new_password(std::string_view password, std::string_view login) {
  if (password.size() < kMinPasswordChars || password.size() > kMaxPasswordChars) {
    return base::failure(
        Errc::kWeakPassword, "The password is too short or too long",
        "It must have 12 to 200 characters; " + std::to_string(password.size()) + " were given",
        "Three or four words that belong together only to you make a good one.");
  }
  const bool one_character = password.find_first_not_of(password[0]) == std::string_view::npos;
  std::string folded;
  for (const char c : password) folded += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (one_character ||
      (!login.empty() && folded.find(login) != std::string::npos && folded.size() < login.size() + 8)) {
    return base::failure(Errc::kWeakPassword, "The password is too easy to guess",
                         "It repeats one character or your sign-in name", "Choose another.");
  }
  return {};
}

}  // namespace glasshouse::accounts
