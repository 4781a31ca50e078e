// The console's files. Only what was found in the folder when it was read is ever served, so no path can lead
// out.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "net/http.h"

namespace glasshouse::api {

inline constexpr std::size_t kMaxStaticFiles = 5000;
inline constexpr std::size_t kMaxStaticBytes = 64 << 20;  // one file; a map archive is the largest
inline constexpr std::size_t kMaxKeptStaticBytes =
    96 << 20;  // in memory, of all; what is beyond is read each time

// Thread-safe.
class StaticFiles {
 public:
  explicit StaticFiles(std::string dir);

  // GET and HEAD. A path without a dot in its last segment is a page of the console and gets index.html.
  net::Response get(const net::Request& request);

 private:
  struct File {
    std::string path, type, etag;
    bool has_gzip = false;
    bool hashed_name = false;  // below assets/: never changes under its name
  };
  using Index = std::map<std::string, File, std::less<>>;
  std::shared_ptr<const Index> index();  // read again when index.html was written anew
  static Index read(const std::string& dir);
  void give(const std::string& path, net::Response& response);

  const std::string dir_;
  std::mutex mutex_;
  std::shared_ptr<const Index> index_;
  // What was given, by path, until the folder is read again: thousands who ask for one file hold it once.
  std::map<std::string, std::shared_ptr<const std::string>, std::less<>> kept_;
  std::size_t kept_bytes_ = 0;
  long long read_at_ = -1;  // index.html's time of change when the folder was read
};

}  // namespace glasshouse::api
