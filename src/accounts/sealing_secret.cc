#include "accounts/sealing_secret.h"

#include "accounts/accounts.h"
#include "base/file.h"
#include "crypto/crypto.h"

namespace glasshouse::accounts {

base::Result<std::string> sealing_secret_in(const std::string& path) {
  base::FileSystem& files = base::posix_files();
  if (!files.exists(path)) {
    std::string secret = crypto::random_bytes(32);
    if (auto written = files.write_atomic(path, crypto::hex(secret) + "\n"); !written)
      return tl::unexpected(written.error());
    return secret;
  }
  const auto text = files.read(path, 256);
  if (!text) return tl::unexpected(text.error());
  auto secret = crypto::from_hex(std::string_view(*text).substr(0, text->find('\n')));
  if (!secret || secret->size() != 32)
    return base::failure(
        Errc::kStore, "The key of the accounts is damaged", path + " does not hold 64 hexadecimal digits",
        "Put back a copy of it. Without one, move the file away: people with a password and a code "
        "then set them anew.");
  return secret;
}

}  // namespace glasshouse::accounts
