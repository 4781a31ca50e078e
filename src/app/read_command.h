// `glasshouse read PATH…`: pictures, folders, video files and rtsp:// addresses to plates, on the command
// line.
#pragma once

#include <string>
#include <vector>

namespace glasshouse::app {

// args: what follows `read`. Reads go to standard output, messages and progress to standard error.
// 0: everything was read; 1: at least one input failed (the others were read); 2: the command line was wrong.
int run_read(const std::vector<std::string>& args);

}  // namespace glasshouse::app
