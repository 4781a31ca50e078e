#include "app/rounds.h"

#include "base/log.h"

namespace glasshouse::app {

Rounds::Rounds(Plan plan, std::function<void()> round)
    : plan_(std::move(plan)), round_(std::move(round)), thread_([this] { run(); }) {}

Rounds::~Rounds() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Rounds::run() {
  for (bool pauses = !plan_.at_once;; pauses = true) {
    if (pauses) {
      const base::Millis pause = plan_.pause();
      std::unique_lock lock(mutex_);
      if (wake_.wait_for(lock, pause, [this] { return stopping_; })) return;
    }
    try {
      round_();
    } catch (const std::exception& error) {
      base::log(base::Level::kError, plan_.name, error.what());
    }
  }
}

}  // namespace glasshouse::app
