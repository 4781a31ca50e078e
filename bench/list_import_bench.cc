// list_import_bench DIR [--rows N] [--tsv]: a national extract of a million rows becomes a list, is imported
// again with one row in 100 changed, and is loaded at a start. Beside it, somebody else writes to the records
// every 20 ms: the longest wait says how long an officer's entry or an alert would have had to wait. The
// floor is the same rows put into an empty table of the same columns and indexes, in one transaction.
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "hotlist/hotlist.h"

namespace {

using namespace glasshouse;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

template <class T>
T must(base::Result<T> result) {
  if (result) {
    if constexpr (!std::is_void_v<T>) return std::move(*result);
    return T();
  }
  std::fprintf(stderr, "list_import_bench: %s\n", result.error().message().c_str());
  std::exit(1);
}

double resident_mb() {
  std::ifstream status("/proc/self/statm");
  std::size_t all = 0, resident = 0;
  status >> all >> resident;
  return static_cast<double>(resident) * 4096 / 1e6;
}

// NCIC CSV: NIC, ORI, date, LIC, LIS, LIY, VYR, VMA, VMO, VST, VCO.
std::string extract_of(std::size_t rows, std::size_t changed_each) {
  std::mt19937_64 random(7);
  const auto letter = [&] { return static_cast<char>('A' + random() % 26); };
  const auto digit = [&] { return static_cast<char>('0' + random() % 10); };
  constexpr const char* kMakes[] = {"FORD", "CHEV", "TOYT", "HOND", "NISS"};
  constexpr const char* kColors[] = {"RED", "BLU", "BLK", "WHI", "SIL"};
  std::string text;
  for (std::size_t i = 0; i < rows; ++i) {
    const std::string plate{letter(), letter(), letter(), digit(), digit(), digit(), digit()};
    std::size_t look = random();
    if (changed_each != 0 && i % changed_each == 0) ++look;
    text += (i % 2 == 0 ? "V" : "P") + std::to_string(100'000'000 + i) + ",VA0070100,20261101," + plate +
            ",VA,2027,2019," + kMakes[look % 5] + ",F15,PK," + kColors[look % 5] + "\n";
  }
  return text;
}

// Writes one small row again and again; the longest wait of one.
class OtherWriter {
 public:
  explicit OtherWriter(db::Database& db)
      : thread_([this, &db] {
          while (!stop_) {
            const auto start = Clock::now();
            must(db.exec("UPDATE others SET n = n + 1"));
            longest_s_ = std::max(longest_s_.load(), seconds_since(start));
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
          }
        }) {}
  ~OtherWriter() {
    stop_ = true;
    thread_.join();
  }
  double take_longest_ms() { return longest_s_.exchange(0) * 1000; }

 private:
  std::atomic<bool> stop_{false};
  std::atomic<double> longest_s_{0};
  std::thread thread_;
};

double floor_s(const std::string& dir, std::size_t rows) {
  auto db = must(db::Database::open("sqlite://" + dir + "/floor.db"));
  must(db->migrate(hotlist::Hotlists::migrations()));
  must(db->exec(
      "INSERT INTO hotlists (id, name, description, zero_rule, updated_at, revision) VALUES ('l', 'l', '', "
      "'distinct', 0, 0)"));
  std::mt19937_64 random(7);
  const auto start = Clock::now();
  must(db->transact([&](db::Transaction& t) -> base::Result<void> {
    std::vector<db::Params> some;
    for (std::size_t i = 0; i < rows; ++i) {
      some.push_back({{"id", "ent_0000000000000000000" + std::to_string(1'000'000 + i)},
                      {"plate", std::to_string(1'000'000 + random() % 9'000'000)},
                      {"case", "V" + std::to_string(100'000'000 + i)}});
      if (some.size() < 500 && i + 1 < rows) continue;
      auto put = t.exec_each(
          "INSERT INTO hotlist_entries (id, hotlist_id, plate, pattern, reason, case_number, region, color, "
          "body,"
          " make, expires_at, active, added_by, added_at, note) VALUES (:id, 'l', :plate, 0, 'Stolen "
          "vehicle',"
          " :case, 'us-va', 'red', 'pickup', 'Ford', 1800000000000, 1, 'server', 1790000000000, 'VA0070100')",
          some);
      if (!put) return put;
      some.clear();
    }
    return {};
  }));
  return seconds_since(start);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return std::fprintf(stderr, "usage: list_import_bench DIR [--rows N] [--tsv]\n"), 2;
  const std::string dir = argv[1];
  std::size_t rows = 1'000'000;
  bool tsv = false;
  for (int i = 2; i < argc; ++i) {
    if (std::strcmp(argv[i], "--tsv") == 0) tsv = true;
    if (std::strcmp(argv[i], "--rows") == 0 && i + 1 < argc) rows = std::strtoull(argv[++i], nullptr, 10);
  }
  const auto print = [&](const char* name, double value, const char* unit) {
    std::printf(tsv ? "list_import.%s\t%.4g\t%s\n" : "%-28s %10.4g %s\n", name, value, unit);
    std::fflush(stdout);
  };
  const base::SystemClock clock;
  auto db = must(db::Database::open("sqlite://" + dir + "/records.db"));
  must(db->migrate(hotlist::Hotlists::migrations()));
  must(db->exec("CREATE TABLE others (n BIGINT NOT NULL)"));
  must(db->exec("INSERT INTO others (n) VALUES (0)"));
  auto lists = must(hotlist::Hotlists::open(*db, clock));
  const std::string id = must(lists->create("State file", "", hotlist::ZeroRule::kDistinct)).id;
  must(lists->set_source(id, {.kind = hotlist::ImportKind::kNcicCsv, .whole = true}));
  {
    OtherWriter other(*db);
    for (const bool again : {false, true}) {
      const std::string text = extract_of(rows, again ? 100 : 0);
      if (!again) print("file", static_cast<double>(text.size()) / 1e6, "MB");
      auto start = Clock::now();
      const auto preview = must(lists->preview_import(
          id, {.text = text, .kind = hotlist::ImportKind::kNcicCsv, .whole = true}, "server"));
      print(again ? "again_preview" : "preview", seconds_since(start), "s");
      other.take_longest_ms();
      start = Clock::now();
      const auto done = must(lists->commit_import(preview.id));
      print(again ? "again_commit" : "commit", seconds_since(start), "s");
      print(again ? "again_longest_wait" : "longest_wait", other.take_longest_ms(), "ms");
      print(again ? "again_changed" : "added", again ? done.changed : done.added, "entries");
    }
    const auto start = Clock::now();
    must(lists->lists());
    must(lists->lists());
    print("lists_twice", seconds_since(start) * 1000, "ms");
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  print("memory_peak", static_cast<double>(usage.ru_maxrss) / 1000, "MB");
  print("memory_after", resident_mb(), "MB");
  lists.reset();
  const auto start = Clock::now();
  lists = must(hotlist::Hotlists::open(*db, clock));
  print("load", seconds_since(start), "s");
  {
    OtherWriter other(*db);
    const auto removing = Clock::now();
    must(lists->remove(id));
    print("remove", seconds_since(removing), "s");
    print("remove_longest_wait", other.take_longest_ms(), "ms");
  }
  print("floor_insert", floor_s(dir, rows), "s");
}
