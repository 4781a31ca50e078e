// glasshouse access: who else can see the cameras, what changed, and whether two logs tell the same.
#pragma once

#include <string>
#include <vector>

namespace glasshouse::app {

int run_access(const std::vector<std::string>& args);

}  // namespace glasshouse::app
