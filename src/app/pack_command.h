// `glasshouse pack`: checks, signs and compares statute packs without a server.
#pragma once

#include <string>
#include <vector>

namespace glasshouse::app {

int run_pack(const std::vector<std::string>& args);

}  // namespace glasshouse::app
