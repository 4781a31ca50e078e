#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace glasshouse::base {
namespace {

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = spdlog::stderr_logger_mt("glasshouse");
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    return made;
  }();
  return *instance;
}

spdlog::level::level_enum level_of(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarn:
      return spdlog::level::warn;
    case Level::kError:
      break;
  }
  return spdlog::level::err;
}

}  // namespace

void log(Level level, std::string_view module, std::string_view message) {
  logger().log(level_of(level), "{}: {}", spdlog::string_view_t(module.data(), module.size()),
               spdlog::string_view_t(message.data(), message.size()));
}

void set_log_level(Level least) {
  logger().set_level(level_of(least));
}

}  // namespace glasshouse::base
