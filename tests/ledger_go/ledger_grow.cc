// ledger_grow DIR KEY FLAVOUR OUT SIZE...: a real ledger that grows to each size in turn and is exported to
// OUT/SIZE, each checkpoint signed by two witnesses as well. Two flavours under one key are two histories, as
// a dishonest operator would keep them.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "base/file.h"
#include "ledger/ledger.h"
#include "ledger/note.h"
#include "ledger/verify.h"
#include "ledger/witness.h"
#include "ledger/witness_request.h"

namespace {

using namespace glasshouse;

int fail(const base::Error& error) {
  std::cerr << "ledger_grow: " << error.message() << "\n";
  return 1;
}

ledger::Record record(const std::string& flavour, std::uint64_t n) {
  return {"search-reads",
          {{"agency", "agc_" + flavour, ledger::Release::kAfterDay},
           {"purpose", "stolen-vehicle", ledger::Release::kAfterDay},
           {"officer", "off_" + std::to_string(n % 40), ledger::Release::kRestricted},
           {"case", "24-" + std::to_string(n), ledger::Release::kRestricted}}};
}

base::Result<ledger::Checkpoint> grow_to(ledger::Ledger& log, const std::string& flavour,
                                         std::uint64_t size) {
  while (log.size() < size) {
    std::vector<ledger::Record> batch;
    const std::uint64_t end = std::min<std::uint64_t>(size, log.size() + ledger::kMaxBatchRecords);
    for (std::uint64_t n = log.size(); n < end; ++n) batch.push_back(record(flavour, n));
    if (auto first = log.append_batch(std::move(batch)); !first) return tl::unexpected(first.error());
  }
  return log.publish_now();
}

constexpr int kWitnesses = 2;

// Two witnesses beside the log, in folders of their own; what they sign becomes the world's checkpoint.
base::Result<void> cosign(ledger::Ledger& log, const std::string& dir, const base::Clock& clock) {
  const auto key = ledger::parse_verifier_key(log.verifier_key());
  ledger::Checkpoint cosigned = log.checkpoint();
  const std::uint64_t old_size = log.witnessed() ? log.witnessed()->size : 0;
  auto proof = log.consistency_proof(old_size, cosigned.size);
  if (!proof) return tl::unexpected(proof.error());
  const std::string request = ledger::format_witness_request({old_size, *proof, cosigned.note});
  std::string keys;
  for (int i = 0; i < kWitnesses; ++i) {
    const std::string name = "witness" + std::to_string(i);
    auto witness = ledger::Witness::open({dir + "." + name, name + ".example/w", {*key}, &clock});
    if (!witness) return tl::unexpected(witness.error());
    const ledger::WitnessAnswer answer = (*witness)->add_checkpoint(request);
    if (answer.status != 200)
      return base::failure(ledger::Errc::kBadNote, name + " answered " + std::to_string(answer.status),
                           answer.body);
    cosigned.note += answer.body;
    keys += (*witness)->witness_key() + "\n";
  }
  if (auto kept = base::posix_files().write_atomic(dir + "/witness.vkey", keys); !kept) return kept;
  return log.keep_witnessed(cosigned);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) {
    std::cerr << "usage: ledger_grow DIR KEY FLAVOUR OUT SIZE...\n";
    return 2;
  }
  const std::string dir = argv[1], flavour = argv[3], out = argv[4];
  const base::SystemClock clock;
  auto log = ledger::Ledger::open({.dir = dir,
                                   .origin = "ledger.example/test-pd",
                                   .key_path = argv[2],
                                   .checkpoint_period = base::Millis(3'600'000),  // only when asked
                                   .has_witnesses = true,
                                   .clock = &clock});
  if (!log) return fail(log.error());
  for (int i = 5; i < argc; ++i) {
    auto checkpoint = grow_to(**log, flavour, std::strtoull(argv[i], nullptr, 10));
    if (!checkpoint) return fail(checkpoint.error());
    if (auto signed_by_all = cosign(**log, dir, clock); !signed_by_all) return fail(signed_by_all.error());
    auto head = ledger::export_folder(dir, out + "/" + argv[i]);
    if (!head) return fail(head.error());
    if (std::to_string(head->size) != argv[i]) {
      std::cerr << "ledger_grow: exported " << head->size << " entries instead of " << argv[i] << "\n";
      return 1;
    }
  }
  return 0;
}
