// glasshouse camera: reads a source and uploads what passes, keeping it on disk until the server has it.
#pragma once

#include <string>
#include <vector>

namespace glasshouse::app {

// args: what follows "camera". The exit status: 0 stopped or done, 1 it could not run, 2 wrong usage.
int run_camera(const std::vector<std::string>& args);

}  // namespace glasshouse::app
