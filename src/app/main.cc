// glasshouse: one program, by subcommand.
#include <csignal>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "app/access_command.h"
#include "app/admin_command.h"
#include "app/backup_command.h"
#include "app/camera_command.h"
#include "app/claim_command.h"
#include "app/ledger_command.h"
#include "app/pack_command.h"
#include "app/read_command.h"
#include "app/serve.h"
#include "app/simulate_command.h"
#include "app/witness_command.h"

namespace {

using Command = int (*)(const std::vector<std::string>&);

struct Subcommand {
  const char* name;
  const char* what;
  Command run;
};

constexpr Subcommand kSubcommands[] = {
    {"serve", "the server: console, API, read store, ledger", glasshouse::app::run_serve},
    {"camera", "reads a camera or a folder and uploads what passes", glasshouse::app::run_camera},
    {"claim", "makes a camera's key on its device and gets it a certificate", glasshouse::app::run_claim},
    {"read", "pictures and video to plates, on the command line", glasshouse::app::run_read},
    {"ledger", "verify, prove, fsck, export: checks a ledger without a server", glasshouse::app::run_ledger},
    {"witness", "co-signs the checkpoints of other people's logs", glasshouse::app::run_witness},
    {"pack", "statute packs: check, sign, compare", glasshouse::app::run_pack},
    {"access", "who else can see the cameras, what changed, and whether two logs agree",
     glasshouse::app::run_access},
    {"admin", "sign-in links and lockouts, from the server's own console", glasshouse::app::run_admin},
    {"backup", "a copy of a data folder whose days die with their keys", glasshouse::app::run_backup},
    {"restore", "puts a backup back, without what is over", glasshouse::app::run_restore},
    {"vault",
     "serve: the key agent; reconcile: what it released; backup, restore: the vault's own sealed copy",
     glasshouse::app::run_vault},
    {"simulate", "invented traffic for the demo", glasshouse::app::run_simulate},
};

int usage(std::ostream& out, int status) {
  out << "glasshouse " GLASSHOUSE_VERSION
         ": plate reading that a town runs itself and its residents can check\n\n"
         "  glasshouse COMMAND [options]      glasshouse COMMAND --help says more\n\n";
  for (const Subcommand& command : kSubcommands) {
    out << "  " << command.name << std::string(12 - std::string_view(command.name).size(), ' ')
        << command.what << "\n";
  }
  out << "  version     which version this is\n";
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.empty()) return usage(std::cerr, 2);
  if (args[0] == "--help" || args[0] == "help" || args[0] == "-h") return usage(std::cout, 0);
  if (args[0] == "version" || args[0] == "--version") {
    std::cout << "glasshouse " GLASSHOUSE_VERSION "\n";
    return 0;
  }
  for (const Subcommand& command : kSubcommands) {
    if (args[0] != command.name) continue;
    try {
      return command.run({args.begin() + 1, args.end()});
    } catch (const std::exception& error) {
      std::cerr << "glasshouse " << command.name << ": failed: " << error.what() << "\n";
      return 1;
    }
  }
  std::cerr << "glasshouse: there is no command '" << args[0].substr(0, 40) << "'\n\n";
  return usage(std::cerr, 2);
}
