// The key under which the secrets of one-time codes lie in the database: a file beside it, in no copy of it.
#pragma once

#include <string>

#include "base/result.h"

namespace glasshouse::accounts {

// 32 bytes. The file holds them as 64 hexadecimal digits and a line feed, mode 0600; made when it is not
// there.
base::Result<std::string> sealing_secret_in(const std::string& path);

}  // namespace glasshouse::accounts
