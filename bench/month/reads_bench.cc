// The read store on a month of reads, beside PostgreSQL on the same data and beside the floor (packed plates
// scanned in memory), all in one run. The month is made once and kept in a cache folder; `bench/reads` starts
// PostgreSQL.
//
//   reads_bench --cache FOLDER [--reads N] [--rounds N] [--only KIND] [--postgres CONNECTION] [--tsv]
//   reads_bench --restart FOLDER …    opens the store, asks once, and says how long it took and what it holds
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "asked.h"
#include "base/log.h"
#include "report.h"

namespace {

using namespace glasshouse;
using namespace glasshouse::bench;
using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr std::size_t kBatch = 1000;
constexpr std::size_t kIngestReads = 100'000;  // of the row "ingest while questions run"
constexpr int kTries = 3;  // of one question; the quickest counts, for the machine may be shared
constexpr std::chrono::milliseconds kPause{3};  // before each try: a server that waits for a question
constexpr std::size_t kSlowRounds = 3;          // of what takes PostgreSQL seconds

struct Options {
  MonthOptions month;
  std::size_t rounds = 40;
  std::string cache, postgres, restart, only;  // only: kinds whose name starts so
  bool tsv = false;
};

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double anonymous_mb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("RssAnon:")) return std::strtod(line.c_str() + 8, nullptr) / 1024;
  }
  return 0;
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

class Bench {
 public:
  Bench(Options options, std::string self)
      : options_(std::move(options)),
        self_(std::move(self)),
        report_(options_.tsv),
        month_(make_month(options_.month)),
        clock_(base::from_ms(month_.end_ms() + 20 * 3'600'000)) {
    fs::create_directories(options_.cache);
    fs::remove_all(options_.cache + "/door");
    door_.emplace(options_.cache + "/door", clock_, static_cast<int>(month_.options.days));
  }

  void run() {
    fill_ours();
    fill_postgres();
    drop_today();
    restart();
    store_ = must(reads::Store::open({store_dir(), &clock_}));
    if (store_->total_reads() != month_.passings.size()) stop("the cache does not hold the month: remove it");
    report_.head();
    {
      Floor floor(month_);
      for (const std::string& kind : question_kinds()) {
        if (wants(kind)) ask(kind, floor);
      }
      if (wants("camera_hours")) camera_hours(floor);
    }
    if (wants("again")) again();
    if (wants("search_with_ledger_entry")) with_ledger();
    if (wants("ingest")) ingest();
  }

 private:
  bool wants(std::string_view kind) const { return kind.starts_with(options_.only); }
  std::string store_dir() const { return options_.cache + "/ours"; }

  void fill_ours() {
    const std::string done = options_.cache + "/ours-with-looks.done";
    if (!fs::exists(done)) {
      std::fprintf(stderr, "reads_bench: storing %zu reads in %s\n", month_.passings.size(),
                   store_dir().c_str());
      fs::remove_all(store_dir());
      auto store = must(reads::Store::open({store_dir(), &clock_}));
      double ms = 0;  // making the reads up does not count
      for (std::size_t start = 0; start < month_.passings.size(); start += kBatch) {
        ms += store_batch(*store, batch_from(start));
      }
      store.reset();
      std::ofstream(done) << month_.passings.size() << "\n"
                          << static_cast<double>(month_.passings.size()) / ms * 1000;
    }
    std::ifstream in(done);
    double reads = 0;
    double rate = 0;
    in >> reads >> rate;
    report_.value("fill_rate", rate, "reads/s");
    std::uintmax_t bytes = 0;
    for (const auto& entry : fs::directory_iterator(store_dir() + "/days")) {
      if (entry.path().extension() == ".db") bytes += entry.file_size();
    }
    report_.value("bytes_a_read", static_cast<double>(bytes) / reads, "B");
  }
  std::vector<reads::Incoming> batch_from(std::size_t start) const {
    std::vector<reads::Incoming> batch;
    for (std::size_t i = start; i < std::min(start + kBatch, month_.passings.size()); ++i) {
      batch.push_back(incoming_of(month_, month_.passings[i]));
    }
    return batch;
  }
  static double store_batch(reads::Store& store, std::vector<reads::Incoming> batch) {
    const auto begun = Clock::now();
    const auto result = must(store.ingest(std::move(batch)));
    const double ms = ms_since(begun);
    if (!result.refused.empty()) stop("a read was refused: " + result.refused.front().second);
    return ms;
  }

  void fill_postgres() {
#ifdef GLASSHOUSE_BENCH_POSTGRES
    if (options_.postgres.empty()) return;
    postgres_.emplace(options_.postgres);
    if (postgres_->holds(month_)) return;
    std::fprintf(stderr, "reads_bench: loading %zu reads into PostgreSQL\n", month_.passings.size());
    postgres_->load(month_);
#endif
  }

  // In a process of its own, so that what the bench itself holds does not count.
  void restart() {
    const std::string command = self_ + " --restart " + store_dir() + " --cache " + options_.cache +
                                " --reads " + std::to_string(options_.month.reads);
    // The first start after the cache was made may have column files to make; the one that counts is the
    // next.
    for (int start = 0; start < 2; ++start) {
      FILE* child = ::popen(command.c_str(), "r");
      double seconds = 0;
      double cpu = 0;
      double mb = 0;
      if (child == nullptr || std::fscanf(child, "%lf %lf %lf", &seconds, &cpu, &mb) != 3)
        stop("the restart failed");
      ::pclose(child);
      if (start == 0) continue;
      report_.value("restart_to_first_answer", seconds, "s");
      report_.value("restart_cpu", cpu, "s");  // of all threads: what the start costs on a machine of its own
      report_.value("memory", mb, "MB");
    }
  }

  void ask(const std::string& kind, Floor& floor) {
    const gate::Permit permit = door_->search();
    std::vector<double> ours, postgres, floors;
    double found = 0;
    for (std::size_t round = 0; round < options_.rounds; ++round) {
      const bench::Question question = question_of(month_, kind, round);
      Answer mine;
      ours.push_back(quickest([&] { mine = ask_store(*store_, permit, month_, question); }));
      found += static_cast<double>(mine.newest.size());
      std::optional<Answer> low;
      const double floor_ms = quickest([&] { low = ask_floor(floor, question); });
      if (low) floors.push_back(floor_ms);
      if (low && low->newest != mine.newest)
        stop(kind + " " + std::to_string(round) + ": the floor answers otherwise");
#ifdef GLASSHOUSE_BENCH_POSTGRES
      if (!postgres_) continue;
      std::vector<std::int64_t> theirs;
      postgres.push_back(quickest([&] { theirs = ask_postgres(*postgres_, month_, question); }));
      if (theirs != mine.newest) stop(kind + " " + std::to_string(round) + ": PostgreSQL answers otherwise");
#endif
    }
    report_.row(kind, ours, postgres, floors, found / static_cast<double>(options_.rounds));
  }

  template <class Ask>
  static double quickest(Ask ask) {
    double best = 0;
    for (int i = 0; i < kTries; ++i) {
      std::this_thread::sleep_for(kPause);
      const auto begun = Clock::now();
      ask();
      const double ms = ms_since(begun);
      best = i == 0 ? ms : std::min(best, ms);
    }
    return best;
  }

  void camera_hours(const Floor& floor) {
    std::vector<double> ours, postgres, floors;
    const base::Time from = base::from_ms(month_.start_ms);
    const base::Time to = base::from_ms(month_.end_ms());
    for (std::size_t round = 0; round < options_.rounds; ++round) {
      std::uint64_t total = 0;
      ours.push_back(quickest([&] {
        total = 0;
        for (std::size_t c = 0; c < month_.options.cameras; ++c) {
          for (const auto& hour : store_->reads_by_hour(camera_name(c), from, to)) total += hour.reads;
        }
      }));
      if (total != month_.passings.size()) stop("the hours do not add up");
      floors.push_back(quickest([&] { total = floor.camera_hours(); }));
      if (total != month_.passings.size()) stop("the floor's hours do not add up");
    }
#ifdef GLASSHOUSE_BENCH_POSTGRES
    for (std::size_t round = 0; postgres_ && round < kSlowRounds; ++round) {
      const auto begun = Clock::now();
      (void)postgres_->count(sql::kCameraHours,
                             {Postgres::when(month_.start_ms), Postgres::when(month_.end_ms())});
      postgres.push_back(ms_since(begun));
    }
#endif
    report_.row("camera_hours", ours, postgres, floors, static_cast<double>(month_.passings.size()));
  }

  // "Find this vehicle again" in the whole month; the floor is reading what is compared, by as many threads.
  // Held against comparing with all of them here.
  void again() {
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator(store_dir() + "/days")) {
      if (entry.path().extension() == ".fingerprints") files.push_back(entry.path());
    }
    const gate::Permit permit = door_->search();
    std::vector<double> ours, floors;
    double found = 0;
    for (std::size_t round = 0; round < options_.rounds; ++round) {
      Random random(round * 104'729 + 7);
      const Passing& start = month_.passings[random.below(month_.passings.size())];
      reads::AgainQuery query;
      query.like = fingerprint_of(start);
      query.from = base::from_ms(month_.start_ms);
      query.to = base::from_ms(month_.end_ms());
      reads::AlikeReads alike;
      ours.push_back(quickest([&] { alike = must(store_->again(permit, query)); }));
      found += static_cast<double>(alike.reads.size());
      std::uint64_t bytes = 0;
      floors.push_back(quickest([&] { bytes = read_all(files); }));
      if (bytes < month_.passings.size() * sizeof(reads::Fingerprint)) stop("not all fingerprints are there");
      if (round == 0) compare_all(query, alike);
    }
    report_.row("again", ours, {}, floors, found / static_cast<double>(options_.rounds));
  }
  static std::uint64_t read_all(const std::vector<std::string>& files) {
    std::atomic<std::size_t> next{0};
    std::atomic<std::uint64_t> bytes{0};
    const auto read = [&] {
      std::vector<char> room(256 * 1024);
      for (std::size_t i = next++; i < files.size(); i = next++) {
        std::FILE* file = std::fopen(files[i].c_str(), "rb");
        if (file == nullptr) stop("a file of fingerprints cannot be read");
        std::setvbuf(file, nullptr, _IONBF, 0);
        while (const std::size_t got = std::fread(room.data(), 1, room.size(), file)) bytes += got;
        std::fclose(file);
      }
    };
    std::thread other(read);
    read();
    other.join();
    return bytes;
  }
  void compare_all(const reads::AgainQuery& query, const reads::AlikeReads& alike) const {
    std::vector<std::pair<int, std::int64_t>> best;  // likeness, time
    for (const Passing& p : month_.passings) {
      const reads::Fingerprint one = fingerprint_of(p);
      int sum = 0;
      for (std::size_t d = 0; d < one.size(); ++d) sum += one[d] * query.like[d];
      if (static_cast<float>(sum) >= reads::kLeastLikeness * 127 * 127) best.emplace_back(sum, p.at_ms);
    }
    std::sort(best.begin(), best.end(), std::greater<>());
    best.resize(std::min(best.size(), query.limit));
    if (best.size() != alike.reads.size()) stop("another number is alike");
    for (std::size_t i = 0; i < best.size(); ++i) {
      if (base::to_ms(alike.reads[i].read.captured_at) != best[i].second) stop("others are more alike");
    }
  }

  // A search as an officer has it: the permit with its durable log entry is part of the time.
  void with_ledger() {
    std::vector<double> ms;
    for (std::size_t round = 0; round < options_.rounds; ++round) {
      const bench::Question question = question_of(month_, round % 2 == 0 ? "confusable" : "wildcard", round);
      ms.push_back(quickest([&] {
        const gate::Permit permit = door_->search();
        (void)ask_store(*store_, permit, month_, question);
      }));
    }
    report_.value("search_with_ledger_entry.p95", at(ms, .95), "ms");
  }

  // A day more, in batches, while questions are asked all the time; then that day is taken away again.
  void ingest() {
    std::vector<Passing> today;
    const std::size_t step = std::max<std::size_t>(1, month_.passings.size() / kIngestReads);
    for (std::size_t i = 0; i < month_.passings.size() && today.size() < kIngestReads; i += step) {
      Passing p = month_.passings[i];
      p.at_ms = month_.end_ms() + static_cast<std::int64_t>(today.size()) * 100;
      today.push_back(p);
    }
    std::vector<std::vector<reads::Incoming>> batches;
    for (const Passing& p : today) {
      if (batches.empty() || batches.back().size() == kBatch) batches.emplace_back();
      batches.back().push_back(incoming_of(month_, p));
    }
    std::vector<double> ms;
    const double ours = while_asked(
        [&] {
          for (auto& batch : batches) ms.push_back(store_batch(*store_, std::move(batch)));
        },
        [&](const gate::Permit& permit, const bench::Question& q) {
          (void)ask_store(*store_, permit, month_, q);
        },
        today.size());
    report_.value("ingest_while_asked", ours, "reads/s");
    report_.value("ingest_batch.p99", at(ms, .99), "ms");
    store_.reset();
    drop_today();
#ifdef GLASSHOUSE_BENCH_POSTGRES
    if (!postgres_) return;
    Postgres writer(options_.postgres);
    writer.begin_today(month_);
    std::vector<std::string> lines;
    Random random(99);
    for (std::size_t i = 0; i < today.size(); ++i) {
      if (i % kBatch == 0) lines.emplace_back();
      lines.back() += Postgres::line(month_, today[i], random);
    }
    const double theirs = while_asked(
        [&] {
          for (const std::string& batch : lines) writer.copy(batch);
        },
        [&](const gate::Permit&, const bench::Question& q) { (void)ask_postgres(*postgres_, month_, q); },
        today.size());
    writer.drop_today();
    report_.value("ingest_postgres_copy", theirs, "reads/s");
    report_.value("ingest_of_copy", ours / theirs, "times");
#endif
  }

  template <class Write, class Ask>
  double while_asked(Write write, Ask ask, std::size_t reads) {
    std::atomic<bool> done{false};
    std::thread officer([&] {
      const gate::Permit permit = door_->search();
      for (std::size_t round = 0; !done; ++round) {
        ask(permit, question_of(month_, round % 2 == 0 ? "exact" : "area_6_h", round));
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
    });
    const auto begun = Clock::now();
    write();
    const double ms = ms_since(begun);
    done = true;
    officer.join();
    return static_cast<double>(reads) / ms * 1000;
  }

  // Also what an interrupted run left.
  void drop_today() {
    const std::string name = base::format_day(base::day_of(base::from_ms(month_.end_ms())));
    for (const auto& entry : fs::directory_iterator(store_dir() + "/days")) {
      if (entry.path().filename().string().starts_with(name)) fs::remove(entry.path());
    }
#ifdef GLASSHOUSE_BENCH_POSTGRES
    if (postgres_) postgres_->drop_today();
#endif
  }

  const Options options_;
  const std::string self_;
  const Report report_;
  const Month month_;
  base::ManualClock clock_;
  std::optional<Door> door_;
  std::unique_ptr<reads::Store> store_;
#ifdef GLASSHOUSE_BENCH_POSTGRES
  std::optional<Postgres> postgres_;
#endif
};

int restart(const Options& options) {
  const base::Time now = *base::parse_rfc3339("2026-11-22T20:00:00Z");
  base::ManualClock clock(now);
  fs::remove_all(options.cache + "/restart");
  Door door(options.cache + "/restart", clock, static_cast<int>(options.month.days));
  const gate::Permit permit = door.search();
  const double cpu_before = cpu_seconds();
  const auto begun = Clock::now();
  auto store = must(reads::Store::open({options.restart, &clock}));
  reads::Query query;
  query.plate = reads::PlateQuery{reads::PlateQuery::Mode::kPrefix, "ABC"};
  query.from = now - std::chrono::hours(24 * 40);
  query.to = now;
  (void)must(store->search(permit, query));
  const double seconds = ms_since(begun) / 1000;
  std::printf("%.3f %.3f %.1f\n", seconds, cpu_seconds() - cpu_before, anonymous_mb());
  return 0;
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--tsv") {
      options.tsv = true;
      continue;
    }
    if (i + 1 >= argc)
      stop("usage: bench/reads [--reads N] [--rounds N] [--only KIND] [--without-postgres] [--tsv]");
    const std::string value = argv[++i];
    const std::size_t number = std::strtoull(value.c_str(), nullptr, 10);
    if (arg == "--cache") {
      options.cache = value;
    } else if (arg == "--postgres") {
      options.postgres = value;
    } else if (arg == "--only") {
      options.only = value;
    } else if (arg == "--restart") {
      options.restart = value;
    } else if (arg == "--reads" && number > 0) {
      options.month.reads = number;
    } else if (arg == "--rounds" && number > 0) {
      options.rounds = number;
    } else {
      stop("unknown option " + arg + " " + value);
    }
  }
  if (options.cache.empty()) stop("--cache is needed: bench/reads gives it");
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse(argc, argv);
  base::set_log_level(base::Level::kError);
#ifndef GLASSHOUSE_BENCH_POSTGRES
  if (!options.postgres.empty()) stop("it was built without libpq: install libpq-dev and configure again");
#endif
  try {
    if (!options.restart.empty()) return restart(options);
    Bench(options, argv[0]).run();
  } catch (const std::exception& error) {
    stop(error.what());
  }
}
