// glasshouse ledger verify|fsck|export: for auditors and operators, no server needed.
#pragma once

#include <string>
#include <vector>

namespace glasshouse::app {

// args: what follows "ledger". Writes to standard output; the exit status: 0 all holds, 1 it does not, 2
// wrong usage.
int run_ledger(const std::vector<std::string>& args);

}  // namespace glasshouse::app
