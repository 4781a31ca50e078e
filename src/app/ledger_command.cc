#include "app/ledger_command.h"

#include <iostream>
#include <optional>

#include "app/options.h"
#include "ledger/fsck.h"
#include "ledger/verify.h"

namespace glasshouse::app {
namespace {

constexpr int kHolds = kDone;
constexpr int kDoesNotHold = kFailed;

int ledger_usage(std::ostream& out, int status) {
  out << "glasshouse ledger verify DIR [--key VKEY]   check a published log: signatures, every entry, its "
         "growth\n"
         "glasshouse ledger fsck DIR                  check a server's ledger folder against what it "
         "published\n"
         "glasshouse ledger export DIR OUT            copy the public files of a ledger folder to OUT\n";
  return status;
}

int verify(const std::string& dir, const std::optional<std::string>& vkey) {
  const auto verified = ledger::verify_folder(dir, vkey);
  if (!verified) return complain("ledger", verified.error().message());
  std::cout << "log         " << verified->head.origin << "\n"
            << "entries     " << verified->head.size << ", every one in its tile and under the root\n"
            << "root        " << crypto::base64(ledger::bytes_of(verified->head.root)) << "\n"
            << "tiles       " << verified->tiles << " read, all fit\n"
            << "signature   good, by the key "
            << (vkey ? "that you gave" : "in log.vkey (compare it with a copy from elsewhere)") << "\n";
  if (verified->grown_from) {
    std::cout << "history     the checkpoint of " << verified->grown_from->size
              << " entries grew into this one\n";
  } else {
    std::cout << "history     no checkpoint.old to compare with\n";
  }
  std::cout << "The log holds together.\n";
  return kHolds;
}

int fsck(const std::string& dir) {
  const auto report = ledger::fsck(dir);
  if (!report) return complain("ledger", report.error().message());
  std::cout << "log         " << report->origin << "\n"
            << "entries     " << report->entries << " in the database, " << report->published
            << " published\n";
  if (report->unprovable > 0) {
    std::cout << "unprovable  " << report->unprovable << " entries of days whose audit key was destroyed\n";
  }
  for (const std::string& problem : report->problems) std::cout << "PROBLEM     " << problem << "\n";
  std::cout << (report->problems.empty() ? "The ledger is sound.\n" : "The ledger is damaged.\n");
  return report->problems.empty() ? kHolds : kDoesNotHold;
}

int export_to(const std::string& dir, const std::string& out) {
  const auto head = ledger::export_folder(dir, out);
  if (!head) return complain("ledger", head.error().message());
  std::cout << "exported " << head->size << " entries of " << head->origin << " to " << out << "\n";
  return kHolds;
}

}  // namespace

int run_ledger(const std::vector<std::string>& args) {
  if (args.size() == 2 && args[0] == "verify") return verify(args[1], std::nullopt);
  if (args.size() == 4 && args[0] == "verify" && args[2] == "--key") return verify(args[1], args[3]);
  if (args.size() == 2 && args[0] == "fsck") return fsck(args[1]);
  if (args.size() == 3 && args[0] == "export") return export_to(args[1], args[2]);
  if (asks_for_help(args)) return ledger_usage(std::cout, kDone);
  complain("ledger",
           args.empty() ? "what should be done?\n" : "there is no such action, or it needs other words\n");
  return ledger_usage(std::cerr, kUsage);
}

}  // namespace glasshouse::app
