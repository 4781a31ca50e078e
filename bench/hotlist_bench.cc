// hotlist_bench [--tsv]: reads matched a second on one core against a million entries and 10,000 wildcard
// patterns, exact, by pattern and by confusion class; and in the same run the floor,
// std::unordered_set<std::string> with the exact plates alone. One read in 1,000 is on the list.
#include <time.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <unordered_set>
#include <vector>

#include "hotlist/matcher.h"

namespace {

using namespace glasshouse;
// The core's own time: what else runs on the machine must not count.
struct CoreClock {
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<CoreClock, duration>;
  static time_point now() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return time_point(std::chrono::seconds(t.tv_sec) + duration(t.tv_nsec));
  }
  using rep = duration::rep;
  using period = duration::period;
  static constexpr bool is_steady = true;
};
using Clock = CoreClock;

constexpr std::size_t kEntries = 1'000'000, kPatterns = 10'000, kReads = 2'000'000;
constexpr int kRounds = 3;

// The shapes that U.S. plates have, as a state's list mixes them.
std::string random_plate(std::mt19937_64& random) {
  static constexpr const char* kShapes[] = {"AAA0000", "0AAA000", "AAA000", "00000AA", "AA00000"};
  std::string text = kShapes[random() % std::size(kShapes)];
  for (char& c : text)
    c = c == 'A' ? static_cast<char>('A' + random() % 26) : static_cast<char>('0' + random() % 10);
  return text;
}

std::string random_pattern(std::mt19937_64& random) {
  std::string text = random_plate(random);
  const int kind = static_cast<int>(random() % 4);
  if (kind == 0) return text.substr(0, 4) + "*";
  if (kind == 1) return "*" + text.substr(text.size() - 4);
  for (int i = 0; i < (kind == 2 ? 1 : 2); ++i) text[random() % text.size()] = '?';
  return text;
}

// Millions a second of the best round.
template <class Body>
double best_rate(Body body) {
  double best = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = Clock::now();
    body();
    best = std::max(best, static_cast<double>(kReads) / 1e6 /
                              std::chrono::duration<double>(Clock::now() - start).count());
  }
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  const bool tsv = argc > 1 && std::strcmp(argv[1], "--tsv") == 0;
  std::mt19937_64 random(5);
  const base::Time now = base::from_ms(1'795'000'000'000), end = now + std::chrono::hours(24);
  std::vector<hotlist::MatchEntry> entries, exact_only;
  std::unordered_set<std::string> set;
  for (std::size_t i = 0; i < kEntries; ++i) {
    entries.push_back({"ent_" + std::to_string(i), 0, random_plate(random), false, "us-va", end});
    set.insert(entries.back().plate);
  }
  exact_only = entries;
  for (std::size_t i = 0; i < kPatterns; ++i)
    entries.push_back({"pat_" + std::to_string(i), 0, random_pattern(random), true, "", end});

  const auto building = Clock::now();
  const hotlist::Matcher matcher({{"list", hotlist::ZeroRule::kDistinct}}, entries);
  const double build_s = std::chrono::duration<double>(Clock::now() - building).count();
  const hotlist::Matcher plates_only({{"list", hotlist::ZeroRule::kDistinct}}, exact_only);

  std::vector<hotlist::Wanted> reads;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < kReads; ++i) {
    texts.push_back(i % 1000 == 0 ? entries[random() % kEntries].plate : random_plate(random));
    reads.push_back({*plate::Plate::parse(texts.back()), "us-va", now});
  }
  std::size_t hit_count = 0, floor_count = 0;
  std::vector<hotlist::Hit> hits;
  const auto run = [&](const hotlist::Matcher& with) {
    hit_count = 0;
    for (const hotlist::Wanted& read : reads) {
      hits.clear();
      with.match(read, now, hits);
      hit_count += hits.size();
    }
  };
  const double plates = best_rate([&] { run(plates_only); });
  const double all = best_rate([&] { run(matcher); });
  const double floor = best_rate([&] {
    floor_count = 0;
    for (const std::string& text : texts) floor_count += set.contains(text);
  });
  if (tsv) {
    std::printf("hotlist.match\t%.2f\tM reads/s\nhotlist.match_plates\t%.2f\tM reads/s\n", all, plates);
    std::printf("hotlist.unordered_set_floor\t%.2f\tM reads/s\nhotlist.build\t%.2f\ts\n", floor, build_s);
    return 0;
  }
  std::printf("1,000,000 entries, 10,000 patterns, one core's time, best of %d rounds of %zu reads\n",
              kRounds, kReads);
  std::printf("exact, pattern and confusable   %6.2f M reads/s   (%zu hits)\n", all, hit_count);
  std::printf("exact and confusable            %6.2f M reads/s\n", plates);
  std::printf("unordered_set<string>, exact    %6.2f M reads/s   (%zu hits)\n", floor, floor_count);
  std::printf("building the index              %6.2f s\n", build_s);
}
