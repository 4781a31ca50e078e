// Reads on disk that wait for the server, one file each: docs/formats/spool.md.
//
//   auto spool = edge::Spool::open({.dir = "/var/lib/glasshouse/spool"});
//   (*spool)->put(id, upload_text);             // synced when it returns
//   for (const Spooled& read : (*spool)->oldest(100, 12 << 20)) ...
//   (*spool)->remove(ids);                      // after the server acknowledged them
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "base/time.h"

namespace glasshouse::edge {

enum class Errc { kSpoolBusy = 1, kSpoolDamaged, kSpoolIo, kBadSource, kBadServer, kRefused };

inline constexpr std::uint64_t kMaxSpoolFile =
    9u << 20;  // a picture of 6 MB in base64 and what stands beside it

struct SpoolOptions {
  std::string dir;
  std::uint64_t max_bytes = 2ull << 30;  // about 10,000 reads with their pictures
  std::size_t max_reads = 100'000;
  base::FileSystem* files = &base::posix_files();
};

struct Spooled {
  std::string id;
  std::string text;  // the ReadUpload as JSON
};

// The bytes of a spool file. unpack: kSpoolDamaged when they are not one, or not the one of this id.
std::string pack_spooled(std::string_view id, std::string_view text);
base::Result<std::string> unpack_spooled(std::string_view id, std::string_view bytes);

// Thread-safe; one process at a time (kSpoolBusy else).
class Spool {
 public:
  static base::Result<std::unique_ptr<Spool>> open(SpoolOptions options);
  ~Spool();

  // Durable when it returns. A full spool or a full disk lets the oldest read go, and counts it.
  base::Result<void> put(const std::string& id, std::string_view text);

  // The oldest ones, at most `most` and about `max_bytes`; at least one when there is any. A damaged file is
  // set aside (damaged/) and not returned.
  std::vector<Spooled> oldest(std::size_t most, std::uint64_t max_bytes);
  void remove(const std::vector<std::string>& ids);
  // Keeps what the server refuses out of the way, in refused/, for a person to look at; at most kMaxSetAside.
  void set_aside_refused(const std::string& id);

  // Takes up files that another program put there (written beside and renamed).
  void rescan();
  // Waits until there is something, or the time is over, or wake() was called.
  void wait(base::Millis most);
  void wake();

  std::size_t size() const;
  std::uint64_t dropped() const;  // since it was opened
  std::uint64_t set_aside() const;

 private:
  explicit Spool(SpoolOptions options) : options_(std::move(options)) {}
  std::string path_of(const std::string& id) const { return options_.dir + "/" + id + ".json"; }
  void make_room(std::uint64_t bytes, std::size_t reads);
  void move_to(const std::string& folder, const std::string& id);

  SpoolOptions options_;
  int lock_fd_ = -1;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  std::map<std::string, std::uint64_t> files_;  // id to bytes; ids sort by time
  std::uint64_t bytes_ = 0;
  std::uint64_t dropped_ = 0, set_aside_ = 0;
};

}  // namespace glasshouse::edge
