// The subcommand on its own, so that it can be tested without the whole program.
#include <string>
#include <vector>

#include "app/ledger_command.h"

int main(int argc, char** argv) {
  return glasshouse::app::run_ledger(std::vector<std::string>(argv + 1, argv + argc));
}
