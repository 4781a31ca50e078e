// One line a happening, to standard error: time, level, module, message.
//
//   base::log(base::Level::kInfo, "ledger", "checkpoint published size=" + std::to_string(size));
//
// A log line never holds a plate, a key, a token, a password or a picture. Name the record's id instead;
// tests/system/log_secrets checks the whole program's output for planted ones.
#pragma once

#include <string_view>

namespace glasshouse::base {

enum class Level { kDebug, kInfo, kWarn, kError };

void log(Level level, std::string_view module, std::string_view message);
void set_log_level(Level least);

}  // namespace glasshouse::base
