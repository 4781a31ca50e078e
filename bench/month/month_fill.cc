// A read store that holds a month of a town's reads up to yesterday: what bench/load starts its server with.
//
//   month_fill FOLDER READS DAYS
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "base/log.h"
#include "month.h"

using namespace glasshouse;

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: month_fill FOLDER READS DAYS\n";
    return 2;
  }
  constexpr std::size_t kBatch = 1000;
  const base::SystemClock clock;
  const auto month =
      bench::make_month({.reads = static_cast<std::size_t>(std::strtoull(argv[2], nullptr, 10)),
                         .days = static_cast<std::size_t>(std::strtoull(argv[3], nullptr, 10)),
                         .until_ms = base::to_ms(base::start_of(base::day_of(clock.now())))});
  auto store = reads::Store::open({argv[1], &clock});
  if (!store) {
    std::cerr << "month_fill: " << store.error().message() << '\n';
    return 1;
  }
  for (std::size_t start = 0; start < month.passings.size(); start += kBatch) {
    std::vector<reads::Incoming> batch;
    for (std::size_t i = start; i < std::min(start + kBatch, month.passings.size()); ++i)
      batch.push_back(bench::incoming_of(month, month.passings[i]));
    const auto stored = (*store)->ingest(std::move(batch));
    if (!stored || !stored->refused.empty()) {
      std::cerr << "month_fill: " << (stored ? stored->refused.front().second : stored.error().message())
                << '\n';
      return 1;
    }
  }
  return 0;
}
