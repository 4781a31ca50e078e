// glasshouse serve: one machine's server.
#pragma once

#include <string>
#include <vector>

namespace glasshouse::app {

// args: what follows "serve". Runs until SIGTERM or SIGINT. 0 stopped, 1 it could not run, 2 wrong usage.
int run_serve(const std::vector<std::string>& args);

}  // namespace glasshouse::app
