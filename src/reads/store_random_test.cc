// The store against a list that is searched one by one: every kind of question, paging, restarts,
// corrections, drops.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "reads/store_testing.h"

namespace glasshouse::reads {
namespace {

using namespace testing;

struct Known {
  Read read;
  std::vector<std::pair<plate::Plate, std::string>> corrections;  // plate, region
};

// The slow truth.
class Model {
 public:
  std::vector<Known> reads;

  static bool plate_matches(const PlateQuery& question, plate::Plate plate) {
    if (plate.empty()) return false;
    const std::string text = plate.text();
    switch (question.mode) {
      case PlateQuery::Mode::kExact:
        return text == question.text;
      case PlateQuery::Mode::kPrefix:
        return text.starts_with(question.text);
      case PlateQuery::Mode::kContains:
        return text.find(question.text) != std::string::npos;
      case PlateQuery::Mode::kWildcard:
        return plate::Pattern::parse(question.text)->matches(plate);
      case PlateQuery::Mode::kConfusable:
        return plate::is_confusable(plate, *plate::Plate::parse(question.text));
    }
    return false;
  }
  static bool one_of(const std::vector<std::string>& list, const std::string& word) {
    return list.empty() || std::find(list.begin(), list.end(), word) != list.end();
  }
  static bool matches(const Known& known, const Query& q) {
    const Read& read = known.read;
    if (read.captured_at < q.from || read.captured_at >= q.to) return false;
    if (!one_of(q.colors, read.looks.color) || !one_of(q.bodies, read.looks.body)) return false;
    if (!one_of(q.makes, read.looks.make) || !one_of(q.camera_ids, read.camera_id)) return false;
    const auto named = [&](plate::Plate plate, const std::string& region) {
      return (!q.plate || plate_matches(*q.plate, plate)) && (q.region.empty() || region == q.region);
    };
    const plate::Plate raw = read.plate ? read.plate->plate : plate::Plate{};
    const std::string region = read.plate ? read.plate->region : "unknown";
    if (named(raw, region)) return true;
    return std::any_of(known.corrections.begin(), known.corrections.end(),
                       [&](const auto& c) { return named(c.first, c.second.empty() ? region : c.second); });
  }
  // Ids, newest first. Times are unique in this test.
  std::vector<std::string> find(const Query& q) const {
    std::vector<const Read*> found;
    for (const Known& known : reads) {
      if (matches(known, q)) found.push_back(&known.read);
    }
    std::sort(found.begin(), found.end(), [](auto* a, auto* b) { return a->captured_at > b->captured_at; });
    std::vector<std::string> ids;
    for (const Read* read : found) ids.push_back(read->id);
    return ids;
  }
};

class Random {
 public:
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }
  std::string text(std::string_view alphabet, std::uint32_t least, std::uint32_t most) {
    std::string text;
    for (std::uint32_t n = least + below(most - least + 1); n > 0; --n) {
      text += alphabet[below(static_cast<std::uint32_t>(alphabet.size()))];
    }
    return text;
  }
  template <class List>
  auto of(const List& list) {
    return list[below(static_cast<std::uint32_t>(list.size()))];
  }

 private:
  std::mt19937_64 random_{20261122};
};

class StoreAgainstModel : public ::testing::Test {
 protected:
  const std::vector<std::string> cameras_{"cam_a", "cam_b", "cam_c", "cam_d", "cam_e"};
  const std::vector<std::string> colors_{"white", "black", "red", "unknown"};
  const std::vector<std::string> bodies_{"sedan", "suv", "pickup", "unknown"};
  const std::vector<std::string> makes_{"ford", "toyota", "unknown"};
  const std::vector<std::string> regions_{"us-va", "us-md", "unknown"};
  static constexpr int kDays = 6;

  std::uint32_t days_left() const {
    return static_cast<std::uint32_t>(base::day_of(kNow).since_epoch - first_day_.since_epoch);
  }

  void add_reads(int count) {
    std::vector<Incoming> batch;
    for (int i = 0; i < count; ++i) {
      const std::string plate = random_.below(5) == 0 ? "" : random_.text("0OB8A1", 2, 6);
      // Every millisecond at most once, in no order.
      const auto at = base::start_of(first_day_) +
                      base::Millis(static_cast<std::int64_t>(random_.below(days_left() * 86400)) * 1000 +
                                   (next_ms_++ % 1000));
      Incoming incoming = passing(at, random_.of(cameras_), plate, random_.of(colors_), random_.of(bodies_));
      incoming.read.looks.make = random_.of(makes_);
      if (incoming.read.plate) incoming.read.plate->region = random_.of(regions_);
      if (!used_.insert(at).second) continue;
      model_.reads.push_back({incoming.read, {}});
      batch.push_back(std::move(incoming));
    }
    const std::size_t size = batch.size();
    auto stored = store_->ingest(std::move(batch));
    ASSERT_TRUE(stored) << stored.error().message();
    ASSERT_EQ(stored->stored, size);
  }

  Query random_query() {
    Query q;
    const auto start = base::start_of(first_day_);
    q.from = start + std::chrono::hours(random_.below(kDays * 24));
    q.to = q.from + std::chrono::hours(1 + random_.below(kDays * 24));
    if (random_.below(2) == 0) q.from = start, q.to = start + std::chrono::hours(24 * kDays);
    if (random_.below(4) != 0) {
      const auto mode = static_cast<PlateQuery::Mode>(random_.below(5));
      std::string text = random_.text("0OB8A1", 1, 5);
      if (mode == PlateQuery::Mode::kWildcard) text = random_.text("0B8A?*", 1, 5) + "?";
      if (random_.below(2) == 0 && mode != PlateQuery::Mode::kWildcard) {
        const Known& known = model_.reads[random_.below(static_cast<std::uint32_t>(model_.reads.size()))];
        if (known.read.plate) text = known.read.plate->plate.text();
      }
      q.plate = PlateQuery{mode, text};
    }
    if (random_.below(4) == 0) q.region = random_.of(regions_);
    if (random_.below(3) == 0) q.colors = {random_.of(colors_), "mauve"};
    if (random_.below(4) == 0) q.bodies = {random_.of(bodies_)};
    if (random_.below(5) == 0) q.makes = {random_.of(makes_)};
    if (random_.below(3) == 0) q.camera_ids = {random_.of(cameras_), random_.of(cameras_), "cam_unknown"};
    q.limit = 1 + random_.below(random_.below(3) == 0 ? 200 : 20);
    return q;
  }

  void compare(Query q) {
    const auto expected = model_.find(q);
    std::vector<std::string> found;
    for (int page_number = 0;; ++page_number) {
      auto page = store_->search(*permit_, q);
      ASSERT_TRUE(page) << page.error().message();
      if (page_number == 0) {
        ASSERT_TRUE(page->total_is_exact);
        std::uint64_t in_bins = 0;
        for (const TimelineBin& bin : page->timeline) in_bins += bin.count;
        ASSERT_EQ(in_bins, expected.size());
        ASSERT_LE(page->timeline.size(), 96u);
      }
      ASSERT_EQ(page->total_at_least, expected.size());
      ASSERT_LE(page->reads.size(), q.limit);
      for (const Read& read : page->reads) found.push_back(read.id);
      if (page->next_cursor.empty()) break;
      ASSERT_EQ(page->reads.size(), q.limit);
      if (found.size() > 600) {  // enough pages
        ASSERT_TRUE(std::equal(found.begin(), found.end(), expected.begin()));
        return;
      }
      q.cursor = page->next_cursor;
    }
    ASSERT_EQ(found, expected);
    answered_ += found.size();
  }

  void correct_some(int count) {
    auto permit = door_.permit(policy::Action::kCorrectRead);
    for (int i = 0; i < count; ++i) {
      Known& known = model_.reads[random_.below(static_cast<std::uint32_t>(model_.reads.size()))];
      const plate::Plate plate = *plate::Plate::parse(random_.text("0OB8A1", 2, 6));
      const std::string region = random_.below(2) == 0 ? "" : random_.of(regions_);
      if (known.corrections.size() >= 3) continue;
      ASSERT_TRUE(store_->correct(permit, known.read.id, plate, region, "seen on the picture"));
      known.corrections.emplace_back(plate, region == "unknown" ? "" : region);
    }
  }

  void drop_first_day() {
    first_day_.since_epoch += 1;
    auto dropped = store_->drop_days_before(first_day_, {});
    ASSERT_TRUE(dropped);
    ASSERT_EQ(dropped->size(), 1u);
    const auto gone = std::erase_if(
        model_.reads, [&](const Known& known) { return base::day_of(known.read.captured_at) < first_day_; });
    ASSERT_EQ(dropped->front().reads, gone);
  }

  void reopen() {
    store_.reset();
    store_ = open_store(folder_ / "reads", clock_);
    ASSERT_EQ(store_->total_reads(), model_.reads.size());
  }

  Folder folder_;
  base::ManualClock clock_{kNow};
  Door door_{clock_};
  std::unique_ptr<Store> store_ = open_store(folder_ / "reads", clock_);
  std::optional<gate::Permit> permit_{door_.permit(policy::Action::kSearchReads)};
  base::Day first_day_{base::day_of(kNow).since_epoch - kDays};
  Model model_;
  Random random_;
  std::set<base::Time> used_;
  std::int64_t next_ms_ = 0;
  std::size_t answered_ = 0;
};

TEST_F(StoreAgainstModel, EveryQuestionEveryPage) {
  for (int round = 0; round < 6; ++round) {
    add_reads(400);
    correct_some(15);
    for (int i = 0; i < 60; ++i) {
      SCOPED_TRACE("round " + std::to_string(round) + " question " + std::to_string(i));
      ASSERT_NO_FATAL_FAILURE(compare(random_query()));
    }
    if (round % 2 == 1) {
      ASSERT_NO_FATAL_FAILURE(reopen());
    }
    if (round >= 3) {
      ASSERT_NO_FATAL_FAILURE(drop_first_day());
    }
    for (int i = 0; i < 30; ++i) ASSERT_NO_FATAL_FAILURE(compare(random_query()));
  }
  EXPECT_GT(answered_, 3000u) << "the questions found something";
}

}  // namespace
}  // namespace glasshouse::reads
