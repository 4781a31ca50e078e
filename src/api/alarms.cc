#include "api/alarms.h"

#include <sys/statvfs.h>

#include <algorithm>

#include "api/json.h"
#include "base/log.h"

namespace glasshouse::api {
namespace {

struct Room {
  std::uint64_t free = 0, reserve = 0;  // bytes
};

// Nothing when the disk does not say.
std::optional<Room> room_at(const std::string& dir) {
  struct statvfs info {};
  if (::statvfs(dir.c_str(), &info) != 0 || info.f_blocks == 0) return std::nullopt;
  const std::uint64_t whole = std::uint64_t{info.f_blocks} * info.f_frsize;
  return Room{std::uint64_t{info.f_bavail} * info.f_frsize,
              std::min(kMostReserveBytes, whole / kReserveOfDisk)};
}

std::string megabytes(std::uint64_t bytes) {
  return std::to_string(bytes / 1'000'000) + " MB";
}

std::string span_of(base::Millis span) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(span).count();
  if (minutes == 0) return std::to_string(span.count() / 1000) + " s";
  return minutes < 120 ? std::to_string(minutes) + " min" : std::to_string(minutes / 60) + " h";
}

}  // namespace

bool Alarms::is_behind_the_log() const {
  return sources_.clock->now() + kToleratedBehind < sources_.log_time;
}

std::vector<Alarm> Alarms::now() const {
  std::vector<Alarm> alarms;
  if (const auto room = room_at(sources_.data_dir)) {
    if (room->free < room->reserve) {
      alarms.push_back({"disk-full", "The server's disk is full: no reads are taken.",
                        "Only " + megabytes(room->free) + " are free; the last " + megabytes(room->reserve) +
                            " are kept for searches, alerts and the log. Reads wait in the cameras.",
                        "Free some room on the disk that holds the data folder. The cameras then send what "
                        "they kept."});
    } else if (room->free < room->reserve * kWarnAtReserves) {
      alarms.push_back({"disk-nearly-full", "The server's disk is nearly full.",
                        megabytes(room->free) + " are free; below " + megabytes(room->reserve) +
                            " no more reads are taken.",
                        "Free some room, or keep reads for fewer days."});
    }
  }
  if (const base::Millis behind = sources_.clock_behind(); behind > kToleratedBehind) {
    alarms.push_back({"clock-back", "The server's clock was set back by " + span_of(behind) + ".",
                      "This program goes on by the time that passed since.",
                      "Set the machine's clock right. If it is right now, and was ahead before, restart the "
                      "server."});
  }
  if (is_behind_the_log()) {
    alarms.push_back({"clock-behind-log",
                      "The server's clock stands " + span_of(sources_.log_time - sources_.clock->now()) +
                          " behind its own log.",
                      "The log's newest entry when the server started is later than the present time. Reads "
                      "that are ahead of this clock wait in the cameras.",
                      "Set the machine's clock right. If it is right now, and was ahead before, this ends by "
                      "itself when that time is reached."});
  }
  for (const auto& problem : sources_.reads->problems()) {
    alarms.push_back({"day-damaged", problem.message,
                      "Answers about this day may not be complete; all other days are served.",
                      "Look at the disk, then bring the day back from a backup (glasshouse restore)."});
  }
  std::lock_guard lock(mutex_);
  if (failure_) {
    alarms.push_back({"reads-not-stored",
                      "Reads could not be stored since " + base::format_rfc3339(failure_->since) + ".",
                      failure_->why, "They wait in the cameras. Look at the server's disk and its log."});
  }
  return alarms;
}

base::Result<void> Alarms::admit(const std::vector<reads::Incoming>& incoming) const {
  if (const auto room = room_at(sources_.data_dir); room && room->free < room->reserve) {
    return base::failure(reads::Errc::kFull, "The server's disk is full",
                         "What room is left is kept for searches and the log",
                         "Keep the reads and send them again when an administrator made room");
  }
  if (!is_behind_the_log()) return {};
  const base::Time latest = sources_.clock->now() + reads::kMostAhead;
  for (const auto& one : incoming) {
    if (one.read.captured_at <= latest) continue;
    return base::failure(Errc::kBusy, "The server's clock stands behind its own log",
                         "By it, these reads lie in the future",
                         "Keep them and send them again when an administrator set it right");
  }
  return {};
}

void Alarms::note_stored(const base::Result<reads::IngestResult>& result) {
  std::lock_guard lock(mutex_);
  if (result) {
    failure_.reset();
  } else if (!failure_) {
    failure_ = Failure{sources_.clock->now(), result.error().message()};
  }
}

void Alarms::log_changes() {
  std::vector<std::string> standing;
  for (const Alarm& alarm : now()) {
    // Days are damaged one by one; of the others a figure in the title may change.
    standing.push_back(alarm.code == "day-damaged" ? alarm.title : alarm.code);
    if (std::find(told_.begin(), told_.end(), standing.back()) == told_.end())
      base::log(base::Level::kError, "alarm",
                alarm.code + ": " + alarm.title + " " + alarm.why + " " + alarm.next);
  }
  for (const std::string& told : told_) {
    if (std::find(standing.begin(), standing.end(), told) == standing.end())
      base::log(base::Level::kInfo, "alarm", "ended: " + told);
  }
  told_ = std::move(standing);
}

}  // namespace glasshouse::api
