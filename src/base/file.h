// Files that survive a crash. tests/faults makes each file system call of the durable work fail, or lose what
// was not synced.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace glasshouse::base {

enum class FileErrc { kNotFound = 1, kIo, kTooLarge, kNoSpace };

// Thread-safe.
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  // The whole file; kTooLarge when it is longer than limit_bytes.
  virtual Result<std::string> read(const std::string& path, std::uint64_t limit_bytes) = 0;

  // Writes beside the target, syncs, renames over it, syncs the folder. After success a crash cannot
  // undo it; after failure the old content stands. Parent folders are made.
  virtual Result<void> write_atomic(const std::string& path, std::string_view bytes) = 0;

  virtual Result<void> make_dirs(const std::string& path) = 0;
  virtual bool exists(const std::string& path) = 0;
  virtual Result<void> remove(const std::string& path) = 0;  // not an error when absent; folder synced
  virtual Result<std::vector<std::string>> list(const std::string& dir) = 0;  // names, sorted; no "." or ".."
};

// The real one.
FileSystem& posix_files();
// Its read(), into room that is there already: for who reads one large file after another.
Result<void> read_file_into(const std::string& path, std::uint64_t limit_bytes, std::string& bytes);

}  // namespace glasshouse::base
