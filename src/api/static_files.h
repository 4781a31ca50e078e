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

  const std::string dir_;
  std::mutex mutex_;
  std::shared_ptr<const Index> index_;
  long long read_at_ = -1;  // index.html's time of change when the folder was read
};

}  // namespace glasshouse::api
