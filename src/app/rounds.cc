#include "app/rounds.h"

#include "base/log.h"

namespace glasshouse::app {

Rounds::Rounds(Plan plan, std::function<void()> round)
    : plan_(std::move(plan)), round_(std::move(round)), thread_([this] { run(); }) {}

Rounds::~Rounds() {
  stop();
  thread_.join();
}

void Rounds::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
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

// All are told to stop before any is waited for, so that the slowest is all there is to wait for.
RoundsOfEach::~RoundsOfEach() {
  for (const auto& [name, rounds] : each_) rounds->stop();
}

void RoundsOfEach::know(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    auto& rounds = each_[name];
    if (rounds == nullptr) rounds = std::make_unique<Rounds>(plan_, make_(name));
  }
}

}  // namespace glasshouse::app
