// glasshouse simulate: invented traffic for the demo, live or of past days, through the same door that
// cameras use.
#pragma once

#include <string>
#include <vector>

namespace glasshouse::app {

// args: what follows "simulate". The exit status: 0 stopped or done, 1 it could not run, 2 wrong usage.
int run_simulate(const std::vector<std::string>& args);

}  // namespace glasshouse::app
