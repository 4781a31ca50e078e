// A tar archive sealed with age, written and read piece by piece: `age -d -i KEY FILE | tar x` unpacks it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "backup/tar.h"
#include "base/result.h"
#include "crypto/age.h"

namespace glasshouse::backup {

// Written beside `path`, and there only after finish(). For one thread.
class SealedArchive {
 public:
  static base::Result<SealedArchive> create(const std::string& path, const std::string& recipient);
  ~SealedArchive();
  SealedArchive(SealedArchive&& other) noexcept;
  SealedArchive& operator=(SealedArchive&&) = delete;

  base::Result<void> add(const std::string& name, std::string_view bytes);
  // A file as it lies on the disk; one that shrank meanwhile is an error, what it grew by is left out.
  base::Result<void> add_file(const std::string& name, const std::string& path);
  base::Result<void> finish();  // synced, renamed, folder synced

 private:
  SealedArchive(std::string path, crypto::AgeSealer sealer)
      : path_(std::move(path)), sealer_(std::move(sealer)) {}
  base::Result<void> write(std::string_view bytes);

  std::string path_;
  std::optional<crypto::AgeSealer> sealer_;
  int fd_ = -1;
};

// Every file of an archive with its pieces in order; `piece` is empty at a file's end. Nothing is given
// twice.
using TakePiece = std::function<base::Result<void>(const TarEntry& entry, std::string_view piece)>;
// `key_of` gives the file key for the age header that the file begins with. kBadArchive when the file is
// damaged or not whole: what was taken then is for the caller to throw away.
base::Result<void> read_sealed_archive(
    const std::string& path,
    const std::function<base::Result<crypto::AgeFileKey>(std::string_view header)>& key_of,
    const TakePiece& take);
// Into a folder that exists; files are 0600 and synced. A file whose name `in_memory` has goes there and not
// to the disk. Returns how many files there were.
base::Result<std::uint64_t> unpack_sealed_archive(
    const std::string& path,
    const std::function<base::Result<crypto::AgeFileKey>(std::string_view header)>& key_of,
    const std::string& into, std::map<std::string, std::string>* in_memory = nullptr);

}  // namespace glasshouse::backup
