// The vault's own backup: its files in one archive, sealed to a key that is kept elsewhere.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace glasshouse::app {

// `to`: "age1…". Returns how many files there are in it. `file` must not exist.
base::Result<std::uint64_t> back_up_vault(const std::string& dir, const std::string& to,
                                          const std::string& file);
// `identity`: the text of a key file, as age-keygen writes it. `dir` does not exist or is empty.
base::Result<std::uint64_t> restore_vault(const std::string& file, const std::string& identity,
                                          const std::string& dir);

}  // namespace glasshouse::app
