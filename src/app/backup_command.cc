#include "app/backup_command.h"

#include <filesystem>
#include <iostream>

#include "app/backup.h"
#include "app/options.h"
#include "app/vault_agent_command.h"
#include "app/vault_copy.h"
#include "base/file.h"

namespace glasshouse::app {
namespace {

constexpr std::uint64_t kMostKeyFile = 16 * 1024;

int backup_usage(std::ostream& out, int status) {
  out << "glasshouse backup OUT --data DIR [--database URL]\n"
         "  Backs a data folder up into the new folder OUT, also while its server runs. What names a vehicle "
         "on a\n"
         "  day is sealed to that day's key, and dies with it. The vault is no part of it: glasshouse vault "
         "backup.\n"
         "  --database URL   postgresql://… where the records lie, if the server was started with it\n";
  return status;
}

int restore_usage(std::ostream& out, int status) {
  out << "glasshouse restore BACKUP --data DIR --vault DIR [--log DIR] [--database URL]\n"
         "  Puts a backup back into the new folder --data, with the keys of a vault. What the log or the "
         "clock says\n"
         "  is over is shredded in that vault first, and is not restored.\n"
         "  --log DIR        a newer copy of the data folder's 'ledger': it tells what was shredded since, "
         "and goes on\n"
         "  --database URL   postgresql://… an empty database that the records are put into, wherever they "
         "came from;\n"
         "                   SQLite in --data without it\n";
  return status;
}

int vault_usage(std::ostream& out, int status) {
  out << "glasshouse vault backup FILE --vault DIR --to age1…\n"
         "  Seals a copy of the vault to a key that is kept elsewhere (age-keygen makes one).\n"
         "glasshouse vault restore FILE --vault DIR --identity KEYFILE [--log DIR]\n"
         "  Puts it back into a new folder. --log names a copy of the data folder's 'ledger': the keys that "
         "it says\n"
         "  were shredded since are destroyed at once.\n"
      << vault_agent_usage();
  return status;
}

// What stands before the options: a folder or a file.
std::string positional(std::vector<std::string>& args) {
  if (args.empty() || args.front().starts_with("--")) return {};
  std::string first = std::move(args.front());
  args.erase(args.begin());
  return first;
}

std::string counted(std::uint64_t count, const char* what) {
  return std::to_string(count) + " " + what;
}

int vault_backup(const std::string& file, const Options& given) {
  auto made = back_up_vault(given.get("vault"), given.get("to"), file);
  if (!made) return complain("vault", made.error().message());
  std::cout
      << "The vault's copy is whole: " << counted(*made, "files") << ", in " << file << "\n"
      << "It can open every picture that is kept now, also later: destroy it when the days in it are over.\n";
  return kDone;
}

int vault_restore(const std::string& file, const Options& given) {
  auto key = base::posix_files().read(given.get("identity"), kMostKeyFile);
  if (!key) return complain("vault", key.error().message());
  auto files = restore_vault(file, *key, given.get("vault"));
  crypto::wipe(*key);
  if (!files) return complain("vault", files.error().message());
  const base::SystemClock clock;
  auto vault = vault::Vault::open({.dir = given.get("vault"), .clock = &clock});
  if (!vault) return complain("vault", vault.error().message());
  std::uint64_t shredded = 0;
  if (given.has("log")) {
    auto done = shred_what_the_log_says(given.get("log"), **vault);
    if (!done) return complain("vault", done.error().message());
    shredded = *done;
  }
  std::cout << "Restored " << counted(*files, "files") << " of the vault; destroyed "
            << counted(shredded, "keys") << " that the log says were shredded since.\n";
  if (!given.has("log"))
    std::cout
        << "No log was named: what was shredded since this copy was made is alive in it until a server's\n"
           "retention has run on it.\n";
  return kDone;
}

}  // namespace

int run_backup(const std::vector<std::string>& args) {
  if (asks_for_help(args)) return backup_usage(std::cout, kDone);
  std::vector<std::string> rest = args;
  const std::string out = positional(rest);
  const Options given(rest, {"data", "database"}, {});
  if (!given.wrong().empty() || out.empty() || !given.has("data")) {
    complain("backup", given.wrong().empty() ? "OUT and --data are needed\n" : given.wrong() + "\n");
    return backup_usage(std::cerr, kUsage);
  }
  const base::SystemClock clock;
  const auto made = make_backup(given.get("data"), out, clock, given.get("database"));
  if (!made) return complain("backup", made.error().message());
  std::cout << "The backup is whole: " << counted(made->parts, "parts") << " ("
            << counted(made->bytes, "bytes") << ") and " << counted(made->pictures, "sealed pictures")
            << " in " << out << "\n";
  for (const std::string& day : made->left_out)
    std::cout << "Left out: " << day << ", whose key is destroyed or not listed\n";
  return kDone;
}

int run_restore(const std::vector<std::string>& args) {
  if (asks_for_help(args)) return restore_usage(std::cout, kDone);
  std::vector<std::string> rest = args;
  const std::string from = positional(rest);
  const Options given(rest, {"data", "vault", "log", "database"}, {});
  if (!given.wrong().empty() || from.empty() || !given.has("data") || !given.has("vault")) {
    complain("restore",
             given.wrong().empty() ? "BACKUP, --data and --vault are needed\n" : given.wrong() + "\n");
    return restore_usage(std::cerr, kUsage);
  }
  if (!std::filesystem::exists(given.get("vault") + "/agency.key")) {
    return complain(
        "restore", given.get("vault") + " is no vault. Restore its own copy first: glasshouse vault restore");
  }
  const base::SystemClock clock;
  auto vault = vault::Vault::open({.dir = given.get("vault"), .clock = &clock});
  if (!vault) return complain("restore", vault.error().message());
  const auto done = restore_backup(
      {.backup = from, .data = given.get("data"), .log = given.get("log"), .database = given.get("database")},
      **vault, clock);
  if (!done) return complain("restore", done.error().message());
  std::cout << "Restored " << counted(done->parts, "parts") << " and "
            << counted(done->pictures, "sealed pictures") << " into " << given.get("data") << "\n";
  if (done->keys_shredded > 0)
    std::cout << "Destroyed first: " << counted(done->keys_shredded, "keys") << " whose time is over\n";
  for (const std::string& key : done->dead)
    std::cout << "Not restored: " << key << ", whose key is destroyed\n";
  return kDone;
}

int run_vault(const std::vector<std::string>& args) {
  if (args.empty() || asks_for_help(args))
    return vault_usage(args.empty() ? std::cerr : std::cout, args.empty() ? kUsage : kDone);
  std::vector<std::string> rest(args.begin() + 1, args.end());
  if (args[0] == "serve") return run_vault_serve(rest);
  if (args[0] == "key") return run_vault_key(rest);
  if (args[0] == "reconcile") return run_vault_reconcile(rest);
  const std::string file = positional(rest);
  const bool backs_up = args[0] == "backup";
  const Options given(rest,
                      backs_up ? std::vector<std::string>{"vault", "to"}
                               : std::vector<std::string>{"vault", "identity", "log"},
                      {});
  const bool complete = !file.empty() && given.has("vault") && given.has(backs_up ? "to" : "identity");
  if (!given.wrong().empty() || !complete || (!backs_up && args[0] != "restore")) {
    if (!given.wrong().empty()) complain("vault", given.wrong() + "\n");
    return vault_usage(std::cerr, kUsage);
  }
  return backs_up ? vault_backup(file, given) : vault_restore(file, given);
}

}  // namespace glasshouse::app
