#include "app/ledger_command.h"

#include <iostream>
#include <optional>

#include "app/options.h"
#include "base/file.h"
#include "ledger/fsck.h"
#include "ledger/proof_file.h"
#include "ledger/verify.h"
#include "ledger/witness_policy.h"

namespace glasshouse::app {
namespace {

constexpr int kHolds = kDone;
constexpr int kDoesNotHold = kFailed;

int ledger_usage(std::ostream& out, int status) {
  out << "glasshouse ledger verify DIR [--key VKEY] [--policy FILE]\n"
         "                                            check a published log: signatures, every entry, its "
         "growth\n"
         "glasshouse ledger verify FILE.tlog-proof --key VKEY [--policy FILE]\n"
         "                                            check one entry by its proof alone\n"
         "glasshouse ledger prove DIR INDEX           print the .tlog-proof of an entry\n"
         "glasshouse ledger fsck DIR                  check a server's ledger folder against what it "
         "published\n"
         "glasshouse ledger export DIR OUT            copy the public files of a ledger folder to OUT\n";
  return status;
}

base::Result<ledger::VerifierKey> log_key(const std::string& dir, const std::optional<std::string>& vkey) {
  if (vkey) return ledger::parse_verifier_key(*vkey);
  auto line = base::posix_files().read(dir + "/log.vkey", ledger::kMaxNoteBytes);
  if (!line) return tl::unexpected(line.error());
  return ledger::parse_verifier_key(std::string_view(*line).substr(0, line->find('\n')));
}

// Says who co-signed; fails unless the quorum did.
int witnesses(const std::string& note, const ledger::VerifierKey& key, const std::string& policy_path) {
  const auto text = base::posix_files().read(policy_path, ledger::kMaxPolicyBytes);
  if (!text) return complain("ledger", text.error().message());
  const auto policy = ledger::parse_witness_policy(*text);
  if (!policy) return complain("ledger", policy.error().message());
  const auto witnessed = ledger::require_witnesses(note, key, *policy);
  if (!witnessed) return complain("ledger", witnessed.error().message());
  for (const auto& [name, time] : witnessed->signed_by)
    std::cout << "witness     " << name << " signed at " << base::format_rfc3339(time) << "\n";
  std::cout << "quorum      reached: " << (policy->quorum.empty() ? "none is needed" : policy->quorum)
            << "\n";
  return kHolds;
}

// One entry, with nothing but its proof file and the log's key.
int verify_proof(const std::string& path, const std::string& vkey, const std::string& policy_path) {
  const auto text = base::posix_files().read(path, ledger::kMaxProofFileBytes);
  if (!text) return complain("ledger", text.error().message());
  const auto key = ledger::parse_verifier_key(vkey);
  if (!key) return complain("ledger", key.error().message());
  const auto proof = ledger::parse_proof_file(*text);
  if (!proof) return complain("ledger", proof.error().message());
  const auto head = ledger::verify_proof_file(*proof, proof->extra, *key);
  if (!head) return complain("ledger", head.error().message());
  std::cout << "log         " << head->origin << ", " << head->size << " entries\n"
            << "entry       " << proof->index << ": " << proof->extra << "\n";
  if (!policy_path.empty()) {
    if (const int bad = witnesses(proof->checkpoint, *key, policy_path); bad != kHolds) return bad;
  }
  std::cout << "The entry stands in the log.\n";
  return kHolds;
}

int prove(const std::string& dir, const std::string& index) {
  const auto number = ledger::parse_size(index);
  if (!number) return complain("ledger", "the entry's index is not a number");
  const auto proof = ledger::prove_entry(dir, *number);
  if (!proof) return complain("ledger", proof.error().message());
  std::cout << *proof;
  return kHolds;
}

int verify(const std::string& dir, const std::optional<std::string>& vkey, const std::string& policy_path) {
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
  if (!policy_path.empty()) {
    const auto key = log_key(dir, vkey);
    if (!key) return complain("ledger", key.error().message());
    if (const int bad = witnesses(verified->note, *key, policy_path); bad != kHolds) return bad;
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
  if (asks_for_help(args)) return ledger_usage(std::cout, kDone);
  if (args.size() >= 2 && args[0] == "verify") {
    const Options given({args.begin() + 2, args.end()}, {"key", "policy"}, {});
    const bool proof = args[1].ends_with(".tlog-proof");
    const auto vkey = given.has("key") ? std::optional(given.get("key")) : std::nullopt;
    if (given.wrong().empty() && proof && vkey) return verify_proof(args[1], *vkey, given.get("policy"));
    if (given.wrong().empty() && !proof) return verify(args[1], vkey, given.get("policy"));
  }
  if (args.size() == 3 && args[0] == "prove") return prove(args[1], args[2]);
  if (args.size() == 2 && args[0] == "fsck") return fsck(args[1]);
  if (args.size() == 3 && args[0] == "export") return export_to(args[1], args[2]);
  complain("ledger",
           args.empty() ? "what should be done?\n" : "there is no such action, or it needs other words\n");
  return ledger_usage(std::cerr, kUsage);
}

}  // namespace glasshouse::app
