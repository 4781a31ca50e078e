#include "app/housekeeping.h"

#include <nlohmann/json.hpp>

#include "api/alarms.h"
#include "api/exigent.h"
#include "api/json.h"
#include "api/sharing_render.h"
#include "app/admin_command.h"
#include "app/backup.h"
#include "app/retention.h"
#include "base/log.h"

namespace glasshouse::app {
namespace {

void log_failure(const base::Error& error) {
  base::log(base::Level::kError, "housekeeping", error.message());
}

}  // namespace

Housekeeping::Housekeeping(api::Services& services, std::string data)
    : services_(services),
      data_(std::move(data)),
      once_(*services.db, *services.clock),
      rounds_({.name = "housekeeping", .pause = [] { return kSweepPeriod; }}, [this] { round(); }) {}

void Housekeeping::round() {
  using Clock = std::chrono::steady_clock;
  sweep();
  if (Clock::now() >= cameras_at_) {
    watch_cameras();
    api::send_exigent_to_review(services_);
    cameras_at_ = Clock::now() + kCameraPeriod;
  }
  if (Clock::now() >= retention_at_) {
    keep_retention();
    retention_at_ = Clock::now() + kRetentionPeriod;
  }
}

void Housekeeping::sweep() {
  services_.live->sweep(*services_.accounts);
  if (services_.alarms != nullptr) services_.alarms->log_changes();
  if (services_.sharing != nullptr) api::watch_promises(services_);
  if (auto recorded = record_admin_acts(*services_.db, *services_.gate); !recorded)
    log_failure(recorded.error());
}

void Housekeeping::watch_cameras() {
  if (!services_.live->has_subscribers()) return;
  const auto cameras = services_.records->cameras();
  if (!cameras) return log_failure(cameras.error());
  for (const auto& camera : *cameras) {
    const nlohmann::json rendered = api::render_camera(services_, camera);
    const std::string state = rendered.at("state");
    const auto [known, fresh] = camera_states_.try_emplace(camera.id, state);
    if (!fresh && known->second != state) {
      known->second = state;
      services_.live->publish("camera", rendered.dump());
    }
  }
}

void Housekeeping::keep_retention() {
  once_.drop_old();
  services_.reads->recheck_problems();
  auto dropped =
      drop_old_days({*services_.reads, *services_.gate, *services_.ledger, *services_.db, *services_.vault},
                    services_.records->settings());
  if (!dropped) log_failure(dropped.error());
  if (auto prepared = prepare_day_keys(*services_.vault, *services_.gate); !prepared)
    log_failure(prepared.error());
  if (auto written = write_sealing_keys(*services_.vault, data_); !written) log_failure(written.error());
}

}  // namespace glasshouse::app
