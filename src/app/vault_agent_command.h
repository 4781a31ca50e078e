// glasshouse vault serve, key and reconcile: the key agent as a process of its own, and how an auditor looks
// into what it released.
#pragma once

#include <string>
#include <vector>

namespace glasshouse::app {

int run_vault_serve(const std::vector<std::string>& args);
int run_vault_key(const std::vector<std::string>& args);
int run_vault_reconcile(const std::vector<std::string>& args);
const char* vault_agent_usage();

}  // namespace glasshouse::app
