// Fills a read store as a town does for a month, asks it what officers ask, and sets beside each answer the
// floor: the same question answered by passing over packed plates that lie in memory. Everything is measured
// in one run.
//
//   search_bench [--reads N] [--cameras N] [--days N] [--rounds N] [--dir FOLDER] [--tsv]
#include <malloc.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/id.h"
#include "base/log.h"
#include "gate/gate.h"
#include "reads/codec.h"
#include "reads/store.h"

namespace {

using namespace glasshouse;
using Clock = std::chrono::steady_clock;
using Mode = reads::PlateQuery::Mode;

constexpr std::size_t kBatch = 1000;
constexpr std::size_t kPage = 100;
constexpr std::size_t kRawRows = 50'000;  // for the floor of storing

struct Options {
  std::size_t reads = 500'000, cameras = 100, days = 30, rounds = 40;
  std::string dir;
  bool tsv = false;
};

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

[[noreturn]] void stop(const std::string& why) {
  std::fprintf(stderr, "search_bench: %s\n", why.c_str());
  std::exit(1);
}

template <class T>
T must(base::Result<T> result) {
  if (!result) stop(result.error().message());
  return std::move(*result);
}

class Report {
 public:
  explicit Report(bool tsv) : tsv_(tsv) {}
  void row(const std::string& name, double value, const char* unit) const {
    std::printf(tsv_ ? "%s\t%.4g\t%s\n" : "%-34s %12.4g %s\n", name.c_str(), value, unit);
    std::fflush(stdout);
  }
  void times(const std::string& name, std::vector<double> ms) const {
    std::sort(ms.begin(), ms.end());
    row(name + ".p50", ms[ms.size() / 2], "ms");
    row(name + ".p95", ms[std::min(ms.size() - 1, ms.size() * 95 / 100)], "ms");
  }

 private:
  bool tsv_;
};

// The month: how many reads a plate has is lognormal (median 6, nine of ten below 18), times follow the day.
struct Passing {
  std::int64_t at_ms;
  std::uint64_t plate;
  std::uint16_t camera;
};

class Month {
 public:
  Month(const Options& options, std::int64_t start_ms) : options_(options), start_ms_(start_ms) {
    std::lognormal_distribution<double> reads_of_a_plate(std::log(6.0), 0.857);
    passings.reserve(options.reads);
    while (passings.size() < options.reads) {
      const std::uint64_t plate = random_() % 20 == 0 ? 0 : new_plate();
      const auto times =
          static_cast<std::size_t>(std::clamp(std::round(reads_of_a_plate(random_)), 1.0, 3214.0));
      for (std::size_t i = 0; i < times && passings.size() < options.reads; ++i)
        passings.push_back(passing(plate));
    }
    std::sort(passings.begin(), passings.end(),
              [](const Passing& a, const Passing& b) { return a.at_ms < b.at_ms; });
  }
  std::vector<Passing> passings;

  reads::Incoming incoming(const Passing& p) {
    static constexpr const char* kColors[] = {"white", "black", "gray",  "silver",
                                              "red",   "blue",  "green", "brown"};
    static constexpr const char* kBodies[] = {"sedan", "suv", "pickup", "van", "hatchback", "truck"};
    static constexpr const char* kMakes[] = {"ford", "toyota", "honda", "chevrolet", "nissan", "unknown"};
    reads::Incoming in;
    in.read.id = base::new_id("read", base::from_ms(p.at_ms));
    in.read.camera_id = camera_id(p.camera);
    in.read.captured_at = base::from_ms(p.at_ms);
    const std::uint64_t looks = (p.plate + 1) * 0x9E3779B97F4A7C15ull;  // a vehicle keeps its looks
    in.read.looks.color = kColors[(looks >> 40) % 8];
    in.read.looks.body = kBodies[(looks >> 32) % 6];
    in.read.looks.make = kMakes[(looks >> 24) % 6];
    if (p.plate != 0) {
      reads::PlateReading plate;
      plate.plate = plate::Plate::from_packed(p.plate);
      plate.confidence = 0.93f;
      plate.region = "us-va";
      plate.box = {400, 300, 120, 40};
      for (char c : plate.plate.text()) plate.characters.push_back({c, 0.97f, {{'X', 0.01f}, {'Y', 0.01f}}});
      plate.candidates = {{plate.plate.text(), 0.93f}, {plate.plate.text().substr(1), 0.02f}};
      in.read.plate = std::move(plate);
    }
    return in;
  }
  static std::string camera_id(std::size_t camera) { return "cam_" + std::to_string(camera); }

 private:
  std::uint64_t new_plate() {  // ABC1234, or seven of any
    std::string text;
    const bool usual = random_() % 4 != 0;
    for (int i = 0; i < 7; ++i) {
      const bool letter = usual ? i < 3 : random_() % 2 == 0;
      text += letter ? static_cast<char>('A' + random_() % 26) : static_cast<char>('0' + random_() % 10);
    }
    return plate::Plate::parse(text)->packed();
  }
  Passing passing(std::uint64_t plate) {
    // More by day than by night: the sum of two, so that noon is busiest.
    const std::int64_t of_day =
        static_cast<std::int64_t>((random_() % 43'200'000) + (random_() % 43'200'000));
    const auto day = static_cast<std::int64_t>(random_() % options_.days);
    return {start_ms_ + day * 86'400'000 + of_day, plate,
            static_cast<std::uint16_t>(random_() % options_.cameras)};
  }
  const Options& options_;
  const std::int64_t start_ms_;
  std::mt19937_64 random_{20261122};
};

// Distinct plates and, for each, its reads' times: what answers a question with no store around it.
class Floor {
 public:
  explicit Floor(const std::vector<Passing>& passings) {
    std::unordered_map<std::uint64_t, std::uint32_t> ids;
    for (const Passing& p : passings) {
      if (p.plate == 0) continue;
      const auto [at, fresh] = ids.try_emplace(p.plate, static_cast<std::uint32_t>(words_.size()));
      if (fresh) {
        words_.push_back(p.plate);
        folded_.push_back(fold(plate::Plate::from_packed(p.plate)).packed());
        times_.emplace_back();
      }
      times_[at->second].push_back(p.at_ms);
    }
  }
  std::size_t plates() const { return words_.size(); }
  std::uint64_t plate(std::size_t i) const { return words_[i % words_.size()]; }

  // Newest kPage of all reads whose plate matches; returns how many matched.
  template <class Matches>
  std::size_t newest(Matches matches) {
    found_.clear();
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (matches(words_[i], folded_[i])) found_.insert(found_.end(), times_[i].begin(), times_[i].end());
    }
    const std::size_t page = std::min(kPage, found_.size());
    std::partial_sort(found_.begin(), found_.begin() + static_cast<std::ptrdiff_t>(page), found_.end(),
                      std::greater<>());
    return found_.size();
  }

 private:
  std::vector<std::uint64_t> words_, folded_;
  std::vector<std::vector<std::int64_t>> times_;
  std::vector<std::int64_t> found_;
};

std::size_t floor_answer(Floor& floor, const reads::PlateQuery& q) {
  const auto part = plate::Plate::parse(q.text);
  switch (q.mode) {
    case Mode::kExact:
      return floor.newest([&](std::uint64_t w, std::uint64_t) { return w == part->packed(); });
    case Mode::kPrefix: {
      const auto [low, high] = plate::prefix_range(*part);
      return floor.newest(
          [low = low, high = high](std::uint64_t w, std::uint64_t) { return w >= low && w <= high; });
    }
    case Mode::kContains: {
      const int chars = part->size();
      const auto [low, high] = plate::prefix_range(*part);
      const std::uint64_t mask = ((std::uint64_t{1} << 60) - 1) ^ low ^ high;  // the part's characters
      return floor.newest([mask, chars, value = part->packed()](std::uint64_t w, std::uint64_t) {
        for (int at = 0; at + chars <= plate::kMaxChars; ++at) {
          if (((w << (6 * at)) & mask) == value) return true;
        }
        return false;
      });
    }
    case Mode::kWildcard: {
      const auto pattern = plate::Pattern::parse(q.text);
      return floor.newest(
          [&](std::uint64_t w, std::uint64_t) { return pattern->matches(plate::Plate::from_packed(w)); });
    }
    case Mode::kConfusable: {
      const plate::Plate folded = fold(*part);
      return floor.newest([&](std::uint64_t, std::uint64_t f) {
        return plate::is_confusable_folded(plate::Plate::from_packed(f), folded);
      });
    }
  }
  return 0;
}

// The same bytes into one plain table, the same number in a transaction, as durable: what the disk and SQLite
// allow.
double raw_rows_per_second(const std::string& dir, Month& month) {
  std::vector<std::string> bodies;
  for (std::size_t i = 0; i < std::min(kRawRows, month.passings.size()); ++i) {
    const auto in = month.incoming(month.passings[i]);
    bodies.push_back(reads::encode(in.read, *reads::id_bytes(in.read.id)));
  }
  sqlite3* db = nullptr;
  if (sqlite3_open((dir + "/raw.db").c_str(), &db) != SQLITE_OK) stop("the raw table could not be opened");
  sqlite3_exec(
      db,
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t(row INTEGER PRIMARY KEY, body BLOB)",
      nullptr, nullptr, nullptr);
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(db, "INSERT INTO t(body) VALUES(?)", -1, &insert, nullptr);
  const auto start = Clock::now();
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    if (i % kBatch == 0) sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
    sqlite3_bind_blob(insert, 1, bodies[i].data(), static_cast<int>(bodies[i].size()), SQLITE_STATIC);
    if (sqlite3_step(insert) != SQLITE_DONE) stop(sqlite3_errmsg(db));
    sqlite3_reset(insert);
    if ((i + 1) % kBatch == 0 || i + 1 == bodies.size())
      sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr);
  }
  const double seconds = ms_since(start) / 1000;
  sqlite3_finalize(insert);
  sqlite3_close(db);
  return static_cast<double>(bodies.size()) / seconds;
}

double anonymous_mb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("RssAnon:")) return std::strtod(line.c_str() + 8, nullptr) / 1024;
  }
  return 0;
}

// Permits come from a real gate; they are taken before the clock starts, so that questions are timed without
// the ledger.
class Door {
 public:
  Door(const std::string& dir, const base::Clock& clock, int days) {
    ledger::Options options;
    options.dir = dir + "/log";
    options.key_path = dir + "/log.key";
    options.origin = "bench.example/reads";
    options.clock = &clock;
    ledger_ = must(ledger::Ledger::open(options));
    gate_.emplace(gate::GateOptions{ledger_.get(), &clock, days + 1});
  }
  gate::Permit search() {
    policy::Question question;
    question.action = policy::Action::kSearchReads;
    question.who = {"officer_bench", "agency_own", policy::Role::kOfficer, true};
    question.on_case =
        policy::CaseFacts{"case_1", "26-1", "stolen-vehicle", "motor-vehicle-theft", true, true};
    question.beneficiary_kind = "own";
    auto permit = gate_->ask(question, {});
    if (!permit) stop("the gate gave no permit");
    return std::move(*permit);
  }

 private:
  std::unique_ptr<ledger::Ledger> ledger_;
  std::optional<gate::Gate> gate_;
};

struct Kind {
  const char* name;
  std::function<reads::Query(std::size_t round)> query;
};

class Bench {
 public:
  Bench(Options options, std::string dir)
      : options_(std::move(options)),
        dir_(std::move(dir)),
        report_(options_.tsv),
        month_(options_, base::to_ms(base::start_of(
                             {base::day_of(now_).since_epoch - static_cast<int>(options_.days)}))) {}

  void run() {
    std::fprintf(stderr, "search_bench: storing %zu reads of %zu cameras and %zu days in %s\n",
                 options_.reads, options_.cameras, options_.days, dir_.c_str());
    store_reads();
    restart();
    Floor floor(month_.passings);
    report_.row("search.distinct_plates", static_cast<double>(floor.plates()), "plates");
    ask(floor);
  }

 private:
  void store_reads() {
    auto store = must(reads::Store::open({dir_ + "/reads", &clock_}));
    double storing_ms = 0;  // making up the reads does not count
    std::vector<double> batch_ms;
    for (std::size_t start = 0; start < month_.passings.size(); start += kBatch) {
      std::vector<reads::Incoming> batch;
      for (std::size_t i = start; i < std::min(start + kBatch, month_.passings.size()); ++i) {
        batch.push_back(month_.incoming(month_.passings[i]));
      }
      const auto begun = Clock::now();
      const auto result = must(store->ingest(std::move(batch)));
      batch_ms.push_back(ms_since(begun));
      storing_ms += batch_ms.back();
      if (!result.refused.empty()) stop("a read was refused: " + result.refused.front().second);
    }
    report_.row("search.ingest", static_cast<double>(options_.reads) / storing_ms * 1000, "reads/s");
    report_.times("search.ingest_batch", batch_ms);
    store.reset();
    report_.row("search.ingest_floor", raw_rows_per_second(dir_, month_), "reads/s");
    std::uintmax_t bytes = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_ + "/reads/days"))
      bytes += entry.file_size();
    report_.row("search.bytes_a_read", static_cast<double>(bytes) / static_cast<double>(options_.reads), "B");
  }

  void restart() {
    malloc_trim(0);
    const double before = anonymous_mb();
    const auto begun = Clock::now();
    store_ = must(reads::Store::open({dir_ + "/reads", &clock_}));
    Door door(dir_, clock_, static_cast<int>(options_.days));
    (void)must(store_->search(door.search(), plate_query(Mode::kExact, "ABC1234")));
    report_.row("search.restart", ms_since(begun) / 1000, "s");
    malloc_trim(0);
    report_.row("search.memory", anonymous_mb() - before, "MB");
  }

  reads::Query whole() const {
    reads::Query q;
    q.from = base::start_of({base::day_of(now_).since_epoch - static_cast<int>(options_.days)});
    q.to = now_;
    q.limit = kPage;
    return q;
  }
  reads::Query plate_query(Mode mode, std::string text) const {
    reads::Query q = whole();
    q.plate = reads::PlateQuery{mode, std::move(text)};
    return q;
  }
  std::string known_plate(Floor& floor, std::size_t round) {
    return plate::Plate::from_packed(floor.plate(round * 7919 + 13)).text();
  }

  void ask(Floor& floor) {
    const auto text = [&](std::size_t r) { return known_plate(floor, r); };
    const auto looks = [&](std::size_t r) {
      reads::Query q = whole();
      q.from = q.to - std::chrono::hours(24 * (1 + r % (options_.days - 1)) + 12);
      q.to = q.from + std::chrono::hours(2);
      q.colors = {"white"};
      q.bodies = {"pickup"};
      for (std::size_t c = 0; c < 3; ++c)
        q.camera_ids.push_back(Month::camera_id((r + c * 11) % options_.cameras));
      return q;
    };
    const auto area = [&](std::size_t r) {
      reads::Query q = looks(r);
      q.colors.clear();
      q.bodies.clear();
      q.camera_ids.clear();
      for (std::size_t c = 0; c < 10; ++c)
        q.camera_ids.push_back(Month::camera_id((r + c) % options_.cameras));
      q.to = q.from + std::chrono::hours(6);
      return q;
    };
    const std::vector<Kind> kinds{
        {"exact", [&](std::size_t r) { return plate_query(Mode::kExact, text(r)); }},
        {"prefix", [&](std::size_t r) { return plate_query(Mode::kPrefix, text(r).substr(0, 3 + r % 2)); }},
        {"wildcard",
         [&](std::size_t r) {
           const std::string t = text(r);
           return plate_query(Mode::kWildcard, std::string{t[0], '?', t[2], t[3], '*', t[6]});
         }},
        {"contains", [&](std::size_t r) { return plate_query(Mode::kContains, text(r).substr(2, 3)); }},
        {"confusable", [&](std::size_t r) { return plate_query(Mode::kConfusable, text(r)); }},
        {"looks_3_cameras_2_h", looks},
        {"area_6_h", area}};
    Door door(dir_, clock_, static_cast<int>(options_.days));
    const gate::Permit permit = door.search();
    for (const Kind& kind : kinds) {
      std::vector<double> ours, floors;
      for (std::size_t r = 0; r < options_.rounds; ++r) {
        const reads::Query q = kind.query(r);
        auto begun = Clock::now();
        const reads::Page page = must(store_->search(permit, q));
        ours.push_back(ms_since(begun));
        if (!q.plate) continue;
        begun = Clock::now();
        const std::size_t found = floor_answer(floor, *q.plate);
        floors.push_back(ms_since(begun));
        if (found != page.total_at_least) {
          stop(std::string(kind.name) + ": the store found " + std::to_string(page.total_at_least) +
               ", the floor " + std::to_string(found));
        }
      }
      report_.times(std::string("search.") + kind.name, ours);
      if (!floors.empty()) report_.times(std::string("search.") + kind.name + "_floor", floors);
    }
    std::vector<double> hours;
    for (std::size_t r = 0; r < options_.rounds; ++r) {
      const auto begun = Clock::now();
      std::uint64_t total = 0;
      for (std::size_t c = 0; c < options_.cameras; ++c) {
        for (const auto& hour : store_->reads_by_hour(Month::camera_id(c), whole().from, now_))
          total += hour.reads;
      }
      hours.push_back(ms_since(begun));
      if (total != options_.reads) stop("the hours do not add up");
    }
    report_.times("search.camera_hours", hours);
  }

  const Options options_;
  const std::string dir_;
  const Report report_;
  const base::Time now_ = *base::parse_rfc3339("2026-11-22T00:00:00Z");
  base::ManualClock clock_{now_};
  Month month_;
  std::unique_ptr<reads::Store> store_;
};

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--tsv") {
      options.tsv = true;
      continue;
    }
    if (i + 1 >= argc)
      stop("usage: search_bench [--reads N] [--cameras N] [--days N] [--rounds N] [--dir FOLDER] [--tsv]");
    const std::string value = argv[++i];
    const std::size_t number = std::strtoull(value.c_str(), nullptr, 10);
    if (arg == "--dir") {
      options.dir = value;
    } else if (number == 0) {
      stop(arg + " needs a number");
    } else if (arg == "--reads") {
      options.reads = number;
    } else if (arg == "--cameras") {
      options.cameras = std::min<std::size_t>(number, 10'000);
    } else if (arg == "--days") {
      options.days = std::clamp<std::size_t>(number, 2, 365);
    } else if (arg == "--rounds") {
      options.rounds = number;
    } else {
      stop("unknown option " + arg);
    }
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  Options options = parse(argc, argv);
  glasshouse::base::set_log_level(glasshouse::base::Level::kWarn);
  const std::string parent =
      options.dir.empty() ? std::filesystem::temp_directory_path().string() : options.dir;
  std::string name = parent + "/glasshouse-search-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) stop("no folder can be made in " + parent);
  {
    Bench bench(options, name);
    bench.run();
  }
  std::filesystem::remove_all(name);
}
