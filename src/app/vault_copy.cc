#include "app/vault_copy.h"

#include <algorithm>
#include <filesystem>

#include "backup/archive.h"
#include "base/file.h"
#include "crypto/age.h"

namespace glasshouse::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSecretStart = "AGE-SECRET-KEY-1";

// What `shredded-before` and `ended-holds` say is read before the keys: a key that dies meanwhile is in
// neither the copy's list nor, then, among its files; one that is in the copy and in the list is destroyed
// when the copy is opened.
constexpr const char* kFirst[] = {"ended-holds", "shredded-before", "agency.key", "backup.key"};

base::Result<void> add(backup::SealedArchive& archive, const std::string& dir, const std::string& name,
                       std::uint64_t& files) {
  if (!base::posix_files().exists(dir + "/" + name)) return {};
  ++files;
  return archive.add_file(name, dir + "/" + name);
}

}  // namespace

base::Result<std::uint64_t> back_up_vault(const std::string& dir, const std::string& to,
                                          const std::string& file) {
  base::FileSystem& system = base::posix_files();
  if (!system.exists(dir + "/agency.key"))
    return base::failure(backup::Errc::kIo, dir + " is no vault", "It has no agency.key",
                         "Name the vault's folder");
  if (system.exists(file))
    return base::failure(backup::Errc::kNotEmpty, file + " is there already", "",
                         "Name one that does not exist");
  const auto recipient = crypto::age_recipient_from_text(to);
  if (!recipient) return tl::unexpected(recipient.error());
  auto archive = backup::SealedArchive::create(file, *recipient);
  if (!archive) return tl::unexpected(archive.error());
  std::uint64_t files = 0;
  for (const char* name : kFirst) {
    if (auto added = add(*archive, dir, name, files); !added) return tl::unexpected(added.error());
  }
  for (const std::string folder : {"days", "holds"}) {
    const auto names = system.list(dir + "/" + folder);
    for (const std::string& name : names ? *names : std::vector<std::string>{}) {
      if (!name.ends_with(".key")) continue;
      if (auto added = add(*archive, dir, folder + "/" + name, files); !added)
        return tl::unexpected(added.error());
    }
  }
  if (auto done = archive->finish(); !done) return tl::unexpected(done.error());
  return files;
}

base::Result<std::uint64_t> restore_vault(const std::string& file, const std::string& identity,
                                          const std::string& dir) {
  std::error_code error;
  if (fs::exists(dir, error) && !fs::is_empty(dir, error)) {
    return base::failure(backup::Errc::kNotEmpty, dir + " is not empty",
                         "A vault's copy is never put over another vault",
                         "Name a folder that does not exist");
  }
  const std::size_t at = identity.find(kSecretStart);
  const std::string_view line =
      at == std::string::npos ? std::string_view() : std::string_view(identity).substr(at);
  const auto key = crypto::AgeIdentity::from_text(line.substr(0, line.find_first_of("\r\n")));
  if (!key) return tl::unexpected(key.error());
  if (auto made = base::posix_files().make_dirs(dir); !made) return tl::unexpected(made.error());
  return backup::unpack_sealed_archive(
      file, [&](std::string_view header) { return crypto::age_file_key(header, *key); }, dir);
}

}  // namespace glasshouse::app
