// "Find this vehicle again" held against comparing everything with everything, and against every way in which
// a read leaves the store.
#include <filesystem>
#include <fstream>
#include <random>

#include "reads/fingerprints.h"
#include "reads/store_testing.h"

namespace glasshouse::reads {
namespace {

using testing::Door;
using testing::Folder;
using testing::kNow;
using testing::open_store;
using testing::passing;

constexpr std::chrono::hours kADay{24};

Fingerprint direction_of(std::mt19937& random, const Fingerprint* like = nullptr, float noise = 1) {
  std::normal_distribution<float> normal;
  std::array<float, kFingerprintSize> far{};
  float length = 0;
  for (std::size_t d = 0; d < far.size(); ++d) {
    far[d] = noise * 16 * normal(random) + (like != nullptr ? static_cast<float>((*like)[d]) : 0);
    length += far[d] * far[d];
  }
  Fingerprint fingerprint{};
  for (std::size_t d = 0; d < far.size(); ++d)
    fingerprint[d] = static_cast<std::int8_t>(std::lround(127 * far[d] / std::sqrt(length)));
  return fingerprint;
}

class Again : public ::testing::Test {
 protected:
  // `count` reads of `vehicles` vehicles over three days, two in nine without a fingerprint.
  void fill(std::size_t count, std::size_t vehicles) {
    std::vector<Fingerprint> looks;
    for (std::size_t v = 0; v < vehicles; ++v) looks.push_back(direction_of(random_));
    std::vector<Incoming> batch;
    for (std::size_t i = 0; i < count; ++i) {
      const base::Time at = kNow - std::chrono::seconds(1 + random_() % (3 * 24 * 3600));
      batch.push_back(passing(at, "cam_" + std::to_string(random_() % 5),
                              "ABC" + std::to_string(random_() % 900 + 100),
                              random_() % 2 == 0 ? "white" : "red"));
      if (random_() % 9 > 1)
        batch.back().read.fingerprint = direction_of(random_, &looks[random_() % vehicles], 0.5f);
      all_.push_back(batch.back().read);
    }
    store(std::move(batch));
    like_ = looks.front();
  }
  void store(std::vector<Incoming> batch) {
    const auto stored = store_->ingest(std::move(batch));
    ASSERT_TRUE(stored);
    EXPECT_TRUE(stored->refused.empty());
  }
  void start_again() {
    store_.reset();
    store_ = open_store(folder_ / "reads", clock_);
    ASSERT_NE(store_, nullptr);
  }

  AgainQuery question(std::size_t limit = 50) const {
    AgainQuery query;
    query.like = like_;
    query.from = kNow - 10 * kADay;
    query.to = kNow;
    query.limit = limit;
    return query;
  }
  std::vector<std::string> answer(const AgainQuery& query) {
    const auto found = store_->again(permit_, query);
    EXPECT_TRUE(found) << (found ? "" : found.error().message());
    std::vector<std::string> ids;
    for (const Alike& one : found ? found->reads : std::vector<Alike>{}) {
      EXPECT_NEAR(one.likeness, product(query.like, *one.read.fingerprint) / (127.0 * 127.0), 1e-6);
      ids.push_back(one.read.id);
    }
    EXPECT_TRUE(found && found->missing_days.empty());
    return ids;
  }
  // The same by looking at every read.
  std::vector<std::string> expected(const AgainQuery& query) const {
    std::vector<std::pair<std::pair<std::int32_t, base::Time>, std::string>> near;
    for (const Read& read : all_) {
      const bool color = query.colors.empty() || read.looks.color == query.colors.front();
      const bool camera = query.camera_ids.empty() || read.camera_id == query.camera_ids.front();
      if (!read.fingerprint || !color || !camera || read.captured_at < query.from ||
          read.captured_at >= query.to || read.id == query.besides) {
        continue;
      }
      const std::int32_t likeness = product(query.like, *read.fingerprint);
      if (static_cast<float>(likeness) < kLeastLikeness * kSameProduct) continue;
      near.push_back({{likeness, read.captured_at}, read.id});
    }
    std::sort(near.begin(), near.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<std::string> ids;
    for (const auto& one : near) ids.push_back(one.second);
    ids.resize(std::min(ids.size(), query.limit));
    return ids;
  }

  std::mt19937 random_{5};
  Folder folder_;
  base::ManualClock clock_{kNow};
  Door door_{clock_};
  gate::Permit permit_ = door_.permit(policy::Action::kSearchReads);
  std::unique_ptr<Store> store_ = open_store(folder_ / "reads", clock_);
  std::vector<Read> all_;
  Fingerprint like_{};
};

TEST_F(Again, NearestAreThoseThatComparingAllOfThemFinds) {
  fill(15'000, 60);
  const auto check_all = [&] {
    for (const std::size_t limit : {1u, 50u, 200u}) {
      const AgainQuery query = question(limit);
      EXPECT_EQ(answer(query), expected(query));
    }
    AgainQuery narrow = question();
    narrow.from = kNow - std::chrono::hours(30);
    narrow.to = kNow - std::chrono::hours(3);
    EXPECT_EQ(answer(narrow), expected(narrow));
    EXPECT_FALSE(answer(narrow).empty());
    narrow.camera_ids = {"cam_3"};
    narrow.colors = {"red"};
    EXPECT_EQ(answer(narrow), expected(narrow));
    EXPECT_FALSE(answer(narrow).empty());
    narrow.besides = answer(narrow).front();
    EXPECT_EQ(answer(narrow), expected(narrow));
  };
  check_all();    // in memory
  start_again();  // from the files
  check_all();
  fill(500, 3);  // some in files, some in memory
  check_all();
}

TEST_F(Again, AFileOfFingerprintsIsOnlyACopy) {
  fill(9000, 20);
  const AgainQuery query = question();
  const auto expected_ids = expected(query);
  start_again();
  store_.reset();
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "reads/days")) {
    if (entry.path().extension() == ".fingerprints") files.push_back(entry.path().string());
  }
  ASSERT_EQ(files.size(), 3u + 1);  // kNow is noon: three days touch four dates
  const auto damage = [](const std::string& path, std::uintmax_t at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const int was = file.get();
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(was ^ 0x40));
  };
  for (const int kind : {0, 1, 2, 3}) {
    for (const std::string& path : files) {
      const auto bytes = std::filesystem::file_size(path);
      if (kind == 0) std::filesystem::remove(path);
      if (kind == 1) std::filesystem::resize_file(path, bytes - 64);
      if (kind == 2) damage(path, 45);         // a check value
      if (kind == 3) damage(path, bytes / 2);  // a fingerprint
    }
    start_again();
    EXPECT_EQ(answer(query), expected_ids) << kind;
    EXPECT_TRUE(store_->problems().empty());
    store_.reset();
  }
}

TEST_F(Again, DeletionAndDamageReachIt) {
  fill(2000, 5);
  start_again();
  const AgainQuery query = question(200);
  const base::Day first_kept = base::day_of(kNow - kADay);
  ASSERT_TRUE(store_->drop_days_before(first_kept, {}));
  std::erase_if(all_, [&](const Read& read) { return base::day_of(read.captured_at) < first_kept; });
  EXPECT_EQ(answer(query), expected(query));
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "reads/days")) {
    if (entry.path().extension() == ".fingerprints") ++files;
  }
  EXPECT_EQ(files, 2u);
}

TEST_F(Again, AHeldReadKeepsItsFingerprintAndIsNotFoundByIt) {
  fill(300, 2);
  const std::string id = answer(question()).front();
  const auto before = store_->get(door_.permit(policy::Action::kViewRead), id);
  ASSERT_TRUE(before && before->fingerprint);
  ASSERT_TRUE(store_->hold({"hold_00000000000000000000000001", "case_1"}, id, {}));
  ASSERT_TRUE(store_->drop_days_before(base::day_of(kNow), {}));
  ASSERT_TRUE(store_->drop_days_before(base::Day{base::day_of(kNow).since_epoch + 1}, {}));
  const auto held = store_->get(door_.permit(policy::Action::kViewRead), id);
  ASSERT_TRUE(held);
  EXPECT_EQ(held->fingerprint, before->fingerprint);
  EXPECT_TRUE(answer(question()).empty());
}

TEST_F(Again, NothingIsFoundOutsideThePermit) {
  fill(3000, 5);
  gate::Scope scope;
  scope.camera_ids = {"cam_1"};
  scope.from = kNow - kADay;
  scope.to = kNow;
  const gate::Permit one_camera = door_.permit(policy::Action::kSearchReads, scope);
  AgainQuery query = question();
  EXPECT_TRUE(store_->again(one_camera, query).error().is(Errc::kOutsidePermit));
  query.from = *scope.from;
  EXPECT_TRUE(store_->again(one_camera, query).error().is(Errc::kOutsidePermit));
  query.camera_ids = scope.camera_ids;
  const auto found = store_->again(one_camera, query);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->reads.empty());
  for (const Alike& one : found->reads) EXPECT_EQ(one.read.camera_id, "cam_1");
  EXPECT_TRUE(store_->again(door_.permit(policy::Action::kViewRead), query).error().is(Errc::kOutsidePermit));
  clock_.advance(std::chrono::hours(13));
  EXPECT_TRUE(store_->again(one_camera, query).error().is(Errc::kOutsidePermit));
}

TEST_F(Again, WhatIsNoDirectionIsRefused) {
  std::vector<Incoming> batch{passing(kNow, "cam_1", "ABC123"), passing(kNow, "cam_1", "ABC124")};
  batch[0].read.fingerprint.emplace().fill(127);
  batch[1].read.fingerprint.emplace();
  const auto stored = store_->ingest(batch);
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->refused.size(), 2u);
  AgainQuery query = question();
  query.like.fill(1);
  EXPECT_TRUE(store_->again(permit_, query).error().is(Errc::kBadQuery));
}

}  // namespace
}  // namespace glasshouse::reads
