// A folder into which somebody else puts files: a script, or an SFTP server whose drop folder it is. Tells
// when a file is whole. Links, folders and what programs name while they write (".x", "x.part", "x.tmp",
// "x.filepart") are not looked at.
//
//   WatchedFolder folder(path);
//   for (const FoundFile& file : folder.whole_files(clock.now())) {
//     auto text = folder.read(file, limit_bytes);     // kChanged: somebody writes to it after all
//   }
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace glasshouse::hotlist {

enum class FolderErrc { kUnreadable = 1, kChanged, kTooLarge };

// A file that has stood still for so long, in size and in time of change, is whole.
inline constexpr std::chrono::seconds kSettleTime{10};
inline constexpr std::size_t kMaxWatchedFiles = 1000;  // of a folder; more are looked at when those are gone

struct FoundFile {
  std::string name;
  std::uint64_t bytes = 0;
  base::Time modified_at;
  bool operator==(const FoundFile&) const = default;
};

// Not thread-safe.
class WatchedFolder {
 public:
  explicit WatchedFolder(std::string dir) : dir_(std::move(dir)) {}

  // Makes the folder when it is not there. Whole files, the least recently changed first.
  base::Result<std::vector<FoundFile>> whole_files(base::Time now);

  base::Result<std::string> read(const FoundFile& file, std::uint64_t limit_bytes) const;
  base::Result<void> remove(const FoundFile& file) const;
  const std::string& dir() const { return dir_; }

 private:
  struct Seen {
    FoundFile file;
    base::Time since;  // it has looked like this
  };
  std::string dir_;
  std::map<std::string, Seen> seen_;
};

}  // namespace glasshouse::hotlist
