// ledger_hammer append DIR KEY RUN     appends from four threads until it is killed; prints "INDEX ID" after
// each
//                                      append that was acknowledged
// ledger_hammer check DIR KEY ACKED SEEN   opens the ledger after the kill: every acknowledged "INDEX ID"
// line of the
//                                      file ACKED must stand in it, fsck must find nothing, and every
//                                      checkpoint in the folder SEEN must be an earlier state of this very
//                                      log
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "ledger/fsck.h"
#include "ledger/ledger.h"
#include "ledger/note.h"
#include "ledger/tile.h"
#include "log_checks.h"

namespace {

using namespace glasshouse;
using tests::check_acked, tests::check_seen, tests::fail;

constexpr unsigned kThreads = 4;
const base::SystemClock kClock;

auto open(const std::string& dir, const std::string& key) {
  return ledger::Ledger::open({.dir = dir,
                               .origin = "ledger.example/crash",
                               .key_path = key,
                               .checkpoint_period = base::Millis(5),
                               .clock = &kClock});
}

ledger::Record record(const std::string& id) {
  return {"search-reads",
          {{"subject", id, ledger::Release::kRestricted}, {"count", "1", ledger::Release::kAtOnce}}};
}

int append(const std::string& dir, const std::string& key, const std::string& run) {
  auto log = open(dir, key);
  if (!log) return fail(log.error().message());
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (unsigned n = 0;; ++n) {
        const std::string id = "r" + run + "t" + std::to_string(t) + "n" + std::to_string(n);
        auto index = (*log)->append(record(id));
        if (!index) std::_Exit(fail(index.error().message()));
        // One write: a line is there whole or not at all.
        const std::string line = std::to_string(*index) + " " + id + "\n";
        if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) std::_Exit(1);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  return 0;
}

int check(const std::string& dir, const std::string& key, const std::string& acked, const std::string& seen) {
  std::uint64_t size = 0;
  {
    auto log = open(dir, key);
    if (!log) return fail(log.error().message());
    if (const int bad = check_acked(**log, acked)) return bad;
    if (auto index = (*log)->append(record("after")); !index) return fail(index.error().message());
    if (auto published = (*log)->publish_now(); !published) return fail(published.error().message());
    size = (*log)->size();
    if (const int bad = check_seen(**log, dir, seen)) return bad;
  }
  auto report = ledger::fsck(dir);
  if (!report) return fail(report.error().message());
  for (const std::string& problem : report->problems) return fail("fsck: " + problem);
  std::cout << size << "\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() == 4 && args[0] == "append") return append(args[1], args[2], args[3]);
  if (args.size() == 5 && args[0] == "check") return check(args[1], args[2], args[3], args[4]);
  return fail("usage: append DIR KEY RUN | check DIR KEY ACKED SEEN");
}
