#include "vault/key_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/fd.h"
#include "base/file.h"
#include "vault/vault.h"

namespace glasshouse::vault {
namespace {

constexpr std::uint64_t kMostKeyBytes = 1024;
constexpr const char* kAgencyName = "agency.key";

tl::unexpected<base::Error> cannot(const std::string& what) {
  return base::failure(Errc::kIo, what, std::strerror(errno),
                       "Check the disk and the rights of the vault's folder");
}

}  // namespace

base::Result<void> write_key(const std::string& path, std::string_view line,
                             const crypto::AgeIdentity& identity) {
  std::string text = std::string(line) + identity.text() + "\n";
  auto written = base::posix_files().write_atomic(path, text);
  crypto::wipe(text);
  return written;
}

base::Result<crypto::AgeIdentity> read_key(const std::string& path, std::string_view line) {
  auto text = base::posix_files().read(path, kMostKeyBytes);
  if (!text) return tl::unexpected(text.error());
  const std::string_view first = std::string_view(*text).substr(0, text->find('\n'));
  auto identity = crypto::AgeIdentity::from_text(first.starts_with(line) ? first.substr(line.size()) : "");
  crypto::wipe(*text);
  if (identity) return identity;
  const std::string name = path.substr(path.rfind('/') + 1);
  return base::failure(Errc::kDamaged, "The key file " + name + " cannot be understood",
                       "It was changed or cut off",
                       "Restore the vault's folder from its own copy, or remove the file: "
                       "what was sealed to it is lost then");
}

base::Result<void> destroy_key(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) {
    if (errno == ENOENT) return {};
    return cannot("A key could not be destroyed");
  }
  struct stat info {};
  bool fine = ::fstat(fd, &info) == 0;
  const std::string noise = crypto::random_bytes(fine ? static_cast<std::size_t>(info.st_size) : 0);
  fine = fine && ::pwrite(fd, noise.data(), noise.size(), 0) == static_cast<ssize_t>(noise.size()) &&
         ::fsync(fd) == 0;
  ::close(fd);
  if (!fine || ::unlink(path.c_str()) != 0) return cannot("A key could not be destroyed");
  return {};
}

base::Result<void> sync_key_folder(const std::string& dir) {
  if (!base::sync_folder(dir)) return cannot("The vault's folder could not be synced");
  return {};
}

base::Result<crypto::SigningKey> agency_key_in(const std::string& dir) {
  base::FileSystem& files = base::posix_files();
  const std::string path = dir + "/" + kAgencyName;
  if (!files.exists(path)) {
    auto key = crypto::SigningKey::generate();
    std::string seed = key.seed();
    auto written = files.write_atomic(path, crypto::hex(seed) + "\n");
    crypto::wipe(seed);
    if (!written) return tl::unexpected(written.error());
    return key;
  }
  auto text = files.read(path, kMostKeyBytes);
  if (!text) return tl::unexpected(text.error());
  auto seed = crypto::from_hex(std::string_view(*text).substr(0, text->find('\n')));
  crypto::wipe(*text);
  if (!seed || seed->size() != 32) {
    return base::failure(Errc::kDamaged, "The agency's key cannot be understood",
                         "The file agency.key was changed", "Restore the vault's folder from its own copy");
  }
  auto key = crypto::SigningKey::from_seed(*seed);
  crypto::wipe(*seed);
  return key;
}

}  // namespace glasshouse::vault
