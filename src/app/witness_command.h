// glasshouse witness: co-signs the checkpoints of other people's logs.
#pragma once

#include <string>
#include <vector>

namespace glasshouse::app {

int run_witness(const std::vector<std::string>& args);

}  // namespace glasshouse::app
