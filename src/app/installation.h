// The data folder of one installation.
//
//   auto installation = Installation::open("/var/lib/glasshouse", Installation::Kind::kReal);
//
// DIR/installation   whose it is: kind, the ledger's origin, when it was made
// DIR/lock           held (flock) by the one process that has it open
// DIR/records.db  DIR/ledger/  DIR/reads/  DIR/map.geojson
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace glasshouse::app {

enum class InstallationErrc { kFolder = 1, kTaken, kOtherKind, kDamaged };

class Installation {
 public:
  enum class Kind { kReal, kDemo };

  // Makes the folder (mode 0700) when it is not there. kTaken: another process has it. kOtherKind: it is a
  // demo's and should be a real one's, or the other way round.
  static base::Result<std::unique_ptr<Installation>> open(const std::string& dir, Kind kind,
                                                          const base::Clock& clock);
  ~Installation();
  Installation(const Installation&) = delete;
  Installation& operator=(const Installation&) = delete;

  const std::string& dir() const { return dir_; }  // absolute
  Kind kind() const { return kind_; }
  bool is_new() const { return is_new_; }
  const std::string& ledger_origin() const { return origin_; }
  std::string path(const std::string& name) const { return dir_ + "/" + name; }
  std::string database_url() const { return "sqlite://" + path("records.db"); }

 private:
  Installation() = default;
  base::Result<void> read_or_make(const base::Clock& clock);

  std::string dir_, origin_;
  Kind kind_ = Kind::kReal;
  bool is_new_ = false;
  int lock_ = -1;
};

}  // namespace glasshouse::app
