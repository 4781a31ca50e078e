// Questions about several places or vehicles, against every pair of rows.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "reads/index.h"
#include "reads/store_testing.h"

namespace glasshouse::reads {
namespace {

using testing::facts_of;

class TogetherTest : public ::testing::Test {
 protected:
  struct Row {
    int read;
    std::int64_t at_ms;
    std::string plate;
    std::uint16_t camera;
  };

  void fill(std::uint32_t rows) {
    for (std::uint32_t i = 0; i < rows; ++i) {
      const base::Day day{20000 + static_cast<int>(random_() % 3)};
      // Many close to midnight, so that a minute before it is another day's.
      const std::uint32_t at_ms =
          random_() % 3 == 0 ? random_() % 90'000 : 86'400'000 - 1 - random_() % 90'000;
      const std::string plate = random_() % 10 == 0 ? "" : "P" + std::to_string(random_() % 12);
      const auto camera = static_cast<std::uint16_t>(1 + random_() % 6);
      const auto row = index_.append(day, facts_of(plate, at_ms, camera));
      const std::int64_t at = base::to_ms(base::start_of(day)) + at_ms;
      ++reads_;
      if (!plate.empty()) rows_.push_back({reads_, at, plate, camera});
      if (random_() % 20 != 0) continue;
      index_.correct(day, row, *plate::Plate::parse("C1"), 0);
      rows_.push_back({reads_, at, "C1", camera});
    }
  }
  Selection span(std::int64_t from_ms, std::int64_t to_ms) {
    Selection selection;
    selection.from_ms = from_ms;
    selection.to_ms = to_ms;
    return selection;
  }
  using Answer =
      std::map<std::string, std::pair<std::size_t, std::set<std::int64_t>>>;  // plate: cameras, times
  Answer texts(const std::vector<Together>& together) {
    Answer answer;
    for (const Together& one : together) {
      auto& entry = answer[one.plate.text()];
      entry.first = one.cameras;
      for (const Hit& hit : one.reads) entry.second.insert(hit.at_ms);
    }
    return answer;
  }
  Answer answer_of(const std::map<std::string, std::vector<const Row*>>& chosen) {
    Answer answer;
    for (const auto& [plate, rows] : chosen) {
      std::set<std::uint16_t> cameras;
      for (const Row* row : rows) {
        cameras.insert(row->camera);
        answer[plate].second.insert(row->at_ms);
      }
      answer[plate].first = cameras.size();
    }
    return answer;
  }

  std::mt19937 random_{3};
  Index index_;
  std::vector<Row> rows_;
  int reads_ = 0;
  const std::int64_t start_ = base::to_ms(base::start_of({20000}));
};

TEST_F(TogetherTest, ConvoyIsWhatEveryPairSays) {
  std::size_t answers = 0;
  for (int round = 0; round < 30; ++round) {
    fill(round == 0 ? 200 : 10);
    const std::string leader = "P" + std::to_string(round % 12);
    Selection want =
        span(start_ + random_() % 86'400'000, start_ + 2 * 86'400'000ll + random_() % 86'400'000);
    want.plates = std::vector<Dictionary::Id>{index_.dictionary().find(*plate::Plate::parse(leader))};
    const auto inside = [&](const Row& row) { return row.at_ms >= want.from_ms && row.at_ms < want.to_ms; };
    std::map<std::string, std::vector<const Row*>> beside;
    for (const Row& row : rows_) {
      const bool own = std::any_of(rows_.begin(), rows_.end(),
                                   [&](auto& l) { return l.read == row.read && l.plate == leader; });
      const bool with = !own && inside(row) && std::any_of(rows_.begin(), rows_.end(), [&](auto& l) {
        return l.plate == leader && inside(l) && l.camera == row.camera &&
               std::abs(l.at_ms - row.at_ms) <= 5'000;
      });
      if (with) beside[row.plate].push_back(&row);
    }
    Answer expected = answer_of(beside);
    std::erase_if(expected, [](const auto& item) { return item.second.first < 2; });
    const auto company = index_.convoy(want, 5'000, 2);
    ASSERT_TRUE(company);
    ASSERT_EQ(texts(*company), expected);
    answers += expected.size();
  }
  EXPECT_GT(answers, 50u);
}

TEST_F(TogetherTest, MeetIsWhoWasEverywhere) {
  std::size_t answers = 0;
  fill(300);
  for (int round = 0; round < 40; ++round) {
    std::vector<Selection> windows;
    for (std::size_t n = 2 + random_() % 2; n > 0; --n) {
      const std::int64_t from = start_ + static_cast<std::int64_t>(random_() % (2 * 86'400'000u));
      windows.push_back(span(from, from + static_cast<std::int64_t>(random_() % 86'400'000u)));
      windows.back().cameras.resize(7);
      for (int c = 0; c < 3; ++c) windows.back().cameras[1 + random_() % 6] = 1;
    }
    std::set<std::string> only;
    if (round % 4 == 3) {
      windows[0].plates.emplace();
      for (int p = 0; p < 4; ++p) {
        const std::string plate = "P" + std::to_string(p * 3);
        const auto id = index_.dictionary().find(*plate::Plate::parse(plate));
        if (id != Dictionary::kNone && only.insert(plate).second) windows[0].plates->push_back(id);
      }
    }
    std::map<std::string, std::vector<const Row*>> seen;
    std::map<std::string, std::set<std::size_t>> at;
    for (const Row& row : rows_) {
      bool any = false;
      for (std::size_t w = 0; w < windows.size(); ++w) {
        const Selection& want = windows[w];
        if (row.at_ms < want.from_ms || row.at_ms >= want.to_ms || want.cameras[row.camera] == 0) continue;
        at[row.plate].insert(w);
        any = true;
      }
      if (any) seen[row.plate].push_back(&row);
    }
    std::erase_if(seen, [&](const auto& item) {
      return at[item.first].size() < windows.size() || (!only.empty() && !only.contains(item.first));
    });
    const auto met = index_.meet(windows);
    ASSERT_TRUE(met);
    ASSERT_EQ(texts(*met), answer_of(seen));
    answers += seen.size();
  }
  EXPECT_GT(answers, 50u);
}

}  // namespace
}  // namespace glasshouse::reads
