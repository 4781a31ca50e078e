// What the bench prints: a table for people or tab-separated rows for bench/figures.
#pragma once

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace glasshouse::bench {

inline double at(std::vector<double> values, double part) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1,
                         static_cast<std::size_t>(part * static_cast<double>(values.size())))];
}

class Report {
 public:
  explicit Report(bool tsv) : tsv_(tsv) {}
  void value(const std::string& name, double value, const char* unit) const {
    std::printf(tsv_ ? "reads.%s\t%.4g\t%s\n" : "%-34s %10.4g %s\n", name.c_str(), value, unit);
    std::fflush(stdout);
  }
  void head() const {
    if (!tsv_) {
      std::printf("\n%-22s %9s %9s %9s %9s   %8s %8s %8s\n", "question (ms)", "ours p50", "ours p95",
                  "Postgres p95", "floor p95", "× quicker", "× floor", "found");
    }
  }
  // p95 of each; the ratios are of the same run.
  void row(const std::string& name, const std::vector<double>& ours, const std::vector<double>& postgres,
           const std::vector<double>& floor, double found) const {
    const double mine = at(ours, .95);
    if (tsv_) {
      value(name + ".p50", at(ours, .5), "ms");
      value(name + ".p95", mine, "ms");
      if (!postgres.empty()) value(name + ".postgres_p95", at(postgres, .95), "ms");
      if (!postgres.empty()) value(name + ".times_quicker", at(postgres, .95) / mine, "times");
      if (!floor.empty()) value(name + ".floor_p95", at(floor, .95), "ms");
      if (!floor.empty()) value(name + ".of_floor", mine / at(floor, .95), "times");
      return;
    }
    const auto show = [](double number, bool there) {
      if (there) {
        std::printf(" %9.3g", number);
      } else {
        std::printf(" %9s", "-");
      }
    };
    std::printf("%-22s", name.c_str());
    show(at(ours, .5), true);
    show(mine, true);
    show(at(postgres, .95), !postgres.empty());
    show(at(floor, .95), !floor.empty());
    show(at(postgres, .95) / mine, !postgres.empty());
    show(mine / at(floor, .95), !floor.empty());
    std::printf(" %9.4g\n", found);
    std::fflush(stdout);
  }

 private:
  bool tsv_;
};

}  // namespace glasshouse::bench
