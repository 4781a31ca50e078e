// What whoever runs the server must know at once: a disk without room, a clock that went back, damaged days,
// reads that could not be stored. Shown on every page of the console, written to the log when it begins and
// when it ends.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "reads/store.h"

namespace glasshouse::api {

// Below this much free space uploads are asked to wait, so that the log, the records and searches have room:
// a twentieth of the disk, at most kMostReserveBytes.
inline constexpr std::uint64_t kMostReserveBytes = 512u << 20;
inline constexpr std::uint64_t kReserveOfDisk = 20;
inline constexpr std::uint64_t kWarnAtReserves = 4;     // free space of so many reserves: a warning
inline constexpr base::Millis kToleratedBehind{5'000};  // clocks are set by less every day

struct Alarm {
  std::string code, title, why, next;
};

struct AlarmSources {
  std::string data_dir;
  const base::Clock* clock = nullptr;
  std::function<base::Millis()> clock_behind;  // the machine's clock behind `clock`
  base::Time log_time{};                       // of the log's newest entry when the server started
  reads::Store* reads = nullptr;
};

// Thread-safe.
class Alarms {
 public:
  explicit Alarms(AlarmSources sources) : sources_(std::move(sources)) {}

  std::vector<Alarm> now() const;
  // Whether uploads are taken. reads::Errc::kFull: no room; kBusy: by this clock, which stands behind the
  // log, a read lies in the future: it waits in the camera's spool instead of being refused for ever.
  base::Result<void> admit(const std::vector<reads::Incoming>& incoming) const;
  void note_stored(const base::Result<reads::IngestResult>& result);  // what became of an upload
  void log_changes();  // once for each that began or ended since

 private:
  bool is_behind_the_log() const;
  struct Failure {
    base::Time since;
    std::string why;
  };

  AlarmSources sources_;
  mutable std::mutex mutex_;
  std::optional<Failure> failure_;
  std::vector<std::string> told_;  // log_changes() is one thread's
};

}  // namespace glasshouse::api
