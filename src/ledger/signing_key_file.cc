#include "ledger/signing_key_file.h"

#include <string_view>
#include <utility>

#include "ledger/ledger.h"

namespace glasshouse::ledger {
namespace {

constexpr std::size_t kMaxKeyBytes = 4096;
constexpr std::size_t kSeedBytes = 32;

tl::unexpected<base::Error> bad_key(std::string why, std::string next) {
  return base::failure(Errc::kCorrupt, "The signing key cannot be used", std::move(why), std::move(next));
}
tl::unexpected<base::Error> key_io(const base::Error& error) {
  return base::failure(Errc::kIo, "The signing key cannot be used", error.message(),
                       "Check the folder and the disk.");
}

base::Result<crypto::SigningKey> load_signing_key(base::FileSystem& files, const std::string& path) {
  auto text = files.read(path, kMaxKeyBytes);
  if (!text) return key_io(text.error());
  auto seed = crypto::from_hex(std::string_view(*text).substr(0, 2 * kSeedBytes));
  if (!seed || text->size() != 2 * kSeedBytes + 1 || text->back() != '\n') {
    return bad_key("the signing key is not 64 hexadecimal digits and a line end: " + path,
                   "Restore it from a backup.");
  }
  auto key = crypto::SigningKey::from_seed(*seed);
  crypto::wipe(*seed);
  crypto::wipe(*text);
  return key;
}

}  // namespace

base::Result<crypto::SigningKey> load_or_make_signing_key(base::FileSystem& files, const std::string& path,
                                                          bool used) {
  if (files.exists(path)) return load_signing_key(files, path);
  if (used) {
    return bad_key("the signing key is gone: " + path,
                   "Restore it from a backup; a new key would be a stranger's.");
  }
  crypto::SigningKey key = crypto::SigningKey::generate();
  std::string seed = key.seed();
  auto written = files.write_atomic(path, crypto::hex(seed) + "\n");
  crypto::wipe(seed);
  if (!written) return key_io(written.error());
  return key;
}

}  // namespace glasshouse::ledger
