// SIGTERM and SIGINT as a flag.
#pragma once

#include <atomic>

namespace glasshouse::app {

// Installs the handlers once; true after either signal.
std::atomic<bool>& stop_signal();

}  // namespace glasshouse::app
