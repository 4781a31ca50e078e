// ledger_bench [--tsv] [--dir DIR]: durable appends a second from 1, 8 and 64 threads, their latency,
// and the floor under them: how often the same disk can sync a write of an entry's size, one at a time.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "ledger/ledger.h"

namespace {

using namespace glasshouse;
using Clock = std::chrono::steady_clock;

constexpr double kSeconds = 4;
constexpr std::size_t kSyncBytes = 4096;  // one database page

double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

struct Rate {
  double per_s = 0, p50_ms = 0, p99_ms = 0;
};

Rate rate_of(std::vector<double> latencies_ms, double seconds) {
  std::sort(latencies_ms.begin(), latencies_ms.end());
  const auto at = [&](double q) {
    return latencies_ms[static_cast<std::size_t>(q * static_cast<double>(latencies_ms.size() - 1))];
  };
  return {static_cast<double>(latencies_ms.size()) / seconds, at(0.5), at(0.99)};
}

// One append of a page to an open file, synced, again and again.
Rate measure_syncs(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const std::string page(kSyncBytes, 'x');
  std::vector<double> latencies;
  const auto start = Clock::now();
  while (since(start) < kSeconds / 2) {
    const auto one = Clock::now();
    if (::write(fd, page.data(), page.size()) < 0 || ::fdatasync(fd) != 0) std::exit(1);
    latencies.push_back(since(one) * 1000);
  }
  ::close(fd);
  return rate_of(std::move(latencies), since(start));
}

ledger::Record record(std::uint64_t n) {
  using ledger::Release;
  return {"search-reads",
          {{"decision", "allowed", Release::kAtOnce},
           {"agency", "agency_own", Release::kAfterDay},
           {"officer", "acc_01j9x5k2m3n4p5q6r7s8t9v0w1", Release::kRestricted},
           {"rules", "house/case-work", Release::kAfterDay},
           {"purpose", "stolen-vehicle", Release::kAfterDay},
           {"case", "24-" + std::to_string(n), Release::kRestricted},
           {"cameras", "12", Release::kAfterDay},
           {"question", "plate is ABC1234, last 7 days, all cameras", Release::kRestricted}}};
}

Rate measure_appends(const std::string& dir, unsigned threads) {
  const base::SystemClock clock;
  auto log = ledger::Ledger::open(
      {.dir = dir, .origin = "ledger.example/bench", .key_path = dir + "/log.key", .clock = &clock});
  if (!log) {
    std::cerr << "ledger_bench: " << log.error().message() << "\n";
    std::exit(1);
  }
  std::vector<std::vector<double>> latencies(threads);
  std::vector<std::thread> running;
  const auto start = Clock::now();
  for (unsigned t = 0; t < threads; ++t) {
    running.emplace_back([&, t] {
      for (std::uint64_t n = 0; since(start) < kSeconds; ++n) {
        const auto one = Clock::now();
        if (auto index = (*log)->append(record(n)); !index) std::exit(1);
        latencies[t].push_back(since(one) * 1000);
      }
    });
  }
  for (auto& thread : running) thread.join();
  const double seconds = since(start);
  std::vector<double> all;
  for (const auto& mine : latencies) all.insert(all.end(), mine.begin(), mine.end());
  return rate_of(std::move(all), seconds);
}

}  // namespace

int main(int argc, char** argv) {
  bool tsv = false;
  std::string parent = std::filesystem::temp_directory_path();
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--tsv") tsv = true;
    if (arg == "--dir" && i + 1 < argc) parent = argv[++i];
  }
  std::string dir = parent + "/ledger_benchXXXXXX";
  if (::mkdtemp(dir.data()) == nullptr) return 1;
  const Rate syncs = measure_syncs(dir + "/floor");
  const Rate one = measure_appends(dir + "/one", 1);
  const Rate eight = measure_appends(dir + "/eight", 8);
  const Rate many = measure_appends(dir + "/many", 64);
  std::filesystem::remove_all(dir);
  const std::vector<std::tuple<const char*, double, const char*>> rows = {
      {"ledger.disk_syncs", syncs.per_s, "1/s"},
      {"ledger.disk_sync_p50", syncs.p50_ms, "ms"},
      {"ledger.appends_1_thread", one.per_s, "1/s"},
      {"ledger.append_p50_1_thread", one.p50_ms, "ms"},
      {"ledger.appends_8_threads", eight.per_s, "1/s"},
      {"ledger.append_p50_8_threads", eight.p50_ms, "ms"},
      {"ledger.append_p99_8_threads", eight.p99_ms, "ms"},
      {"ledger.appends_64_threads", many.per_s, "1/s"},
      {"ledger.append_p99_64_threads", many.p99_ms, "ms"},
      {"ledger.appends_per_disk_sync", many.per_s / syncs.per_s, "ratio"}};
  for (const auto& [name, value, unit] : rows)
    std::printf(tsv ? "%s\t%.3f\t%s\n" : "%-30s %10.2f %s\n", name, value, unit);
  return 0;
}
