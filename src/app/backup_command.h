// `glasshouse backup`, `glasshouse restore` and `glasshouse vault`: docs/formats/backup.md.
#pragma once

#include <string>
#include <vector>

namespace glasshouse::app {

int run_backup(const std::vector<std::string>& args);
int run_restore(const std::vector<std::string>& args);
int run_vault(const std::vector<std::string>& args);

}  // namespace glasshouse::app
