#include "app/stop_signal.h"

#include <csignal>

namespace glasshouse::app {
namespace {

std::atomic<bool> stop{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void on_signal(int) {
  stop = true;
}

}  // namespace

std::atomic<bool>& stop_signal() {
  static const bool installed = [] {
    struct sigaction action {};
    action.sa_handler = on_signal;
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
    return true;
  }();
  static_cast<void>(installed);
  return stop;
}

}  // namespace glasshouse::app
