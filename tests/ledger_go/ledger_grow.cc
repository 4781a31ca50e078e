// ledger_grow DIR KEY FLAVOUR OUT SIZE...: a real ledger that grows to each size in turn and is exported to
// OUT/SIZE. Two flavours under one key are two histories, as a dishonest operator would keep them.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "ledger/ledger.h"
#include "ledger/verify.h"

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
                                   .clock = &clock});
  if (!log) return fail(log.error());
  for (int i = 5; i < argc; ++i) {
    auto checkpoint = grow_to(**log, flavour, std::strtoull(argv[i], nullptr, 10));
    if (!checkpoint) return fail(checkpoint.error());
    auto head = ledger::export_folder(dir, out + "/" + argv[i]);
    if (!head) return fail(head.error());
    if (std::to_string(head->size) != argv[i]) {
      std::cerr << "ledger_grow: exported " << head->size << " entries instead of " << argv[i] << "\n";
      return 1;
    }
  }
  return 0;
}
