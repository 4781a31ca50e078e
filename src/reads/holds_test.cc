// A read on hold outlives its day: its picture under the hold's header, its corrections with it, and only for
// the case that holds it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "reads/store.h"
#include "reads/store_testing.h"

namespace glasshouse::reads {
namespace {

using namespace testing;
using policy::Action;
namespace fs = std::filesystem;

constexpr const char* kHold = "hold_01jd0000000000000000000000";
constexpr const char* kOthers = "hold_01jd0000000000000000000001";

class HoldsTest : public ::testing::Test {
 protected:
  HoldsTest() {
    Incoming in = passing(kNow, "cam_a", "ABC123");
    in.picture_sealed = "age-encryption.org/v1\nof the day";
    in.manifest = "what the camera signed";
    id_ = in.read.id;
    std::vector<Incoming> batch;
    batch.push_back(std::move(in));
    batch.push_back(passing(kNow, "cam_a", "XYZ999"));
    other_ = batch.back().read.id;
    EXPECT_EQ(store_->ingest(std::move(batch))->stored, 2u);
  }

  static base::Result<std::string> reheaded(const Picture& picture) {
    return "under a new header, was: " + picture.file.bytes;
  }
  gate::Permit permit(Action action) {
    gate::Scope scope;
    scope.read_ids = {id_};
    return door_.permit(action, std::move(scope));  // under case_1
  }
  void drop_the_day() {
    ASSERT_TRUE(store_->drop_days_before({base::day_of(kNow).since_epoch + 1}, nullptr));
  }
  void reopen() {
    store_.reset();
    store_ = open_store(folder_ / "reads", clock_);
  }

  Folder folder_;
  base::ManualClock clock_{kNow};
  Door door_{clock_};
  std::unique_ptr<Store> store_ = open_store(folder_ / "reads", clock_);
  std::string id_, other_;
};

TEST_F(HoldsTest, IsNotMadeWithoutAPictureThatTheDiskDoesNotGive) {
  const std::string pack =
      (folder_ / "reads") + "/pictures/" + base::format_day(base::day_of(kNow)) + "/sealed-000001.pack";
  fs::rename(pack, pack + ".away");
  fs::create_directory(pack);  // can be opened, and not read
  EXPECT_TRUE(store_->picture(permit(Action::kViewPicture), id_).error().is(Errc::kIo));
  EXPECT_TRUE(store_->hold({kHold, "case_1"}, id_, reheaded).error().is(Errc::kIo));
  fs::remove(pack);
  fs::rename(pack + ".away", pack);
  ASSERT_TRUE(store_->hold({kHold, "case_1"}, id_, reheaded));
  drop_the_day();
  EXPECT_TRUE(store_->picture(permit(Action::kViewPicture), id_)) << "held with its picture";
}

TEST_F(HoldsTest, OutlivesItsDayForItsCaseOnly) {
  const auto held = store_->hold({kHold, "case_1"}, id_, reheaded);
  ASSERT_TRUE(held) << held.error().message();
  EXPECT_EQ(held->camera_id, "cam_a");
  ASSERT_TRUE(store_->hold({kOthers, "case_2"}, other_, reheaded));
  EXPECT_EQ(store_->picture(permit(Action::kViewPicture), id_)->hold, "") << "as long as its day is kept";
  drop_the_day();
  for (int round = 0; round < 2; ++round, reopen()) {
    const auto read = store_->get(permit(Action::kViewRead), id_);
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(read->plate->plate.text(), "ABC123");
    const auto picture = store_->picture(permit(Action::kViewPicture), id_);
    ASSERT_TRUE(picture) << picture.error().message();
    EXPECT_EQ(picture->file.bytes, "under a new header, was: age-encryption.org/v1\nof the day");
    EXPECT_EQ(picture->file.manifest, "what the camera signed");
    EXPECT_EQ(picture->hold, kHold);
    gate::Scope scope;
    scope.read_ids = {other_};
    const auto anothers = store_->get(door_.permit(Action::kViewRead, std::move(scope)), other_);
    ASSERT_FALSE(anothers) << "another case holds it";
    EXPECT_TRUE(anothers.error().is(Errc::kNotFound));
    EXPECT_EQ(store_->total_reads(), 0u) << "no search finds it";
  }
}

TEST_F(HoldsTest, WhatHitIsForWhoeverMaySeeTheHit) {
  ASSERT_TRUE(store_->hold({"hits-2026-11-22", ""}, id_, reheaded));
  ASSERT_TRUE(store_->hold({"hits-2026-11-22", ""}, other_, reheaded)) << "a day's hits lie together";
  EXPECT_EQ(store_->settle_holds({base::day_of(kNow).since_epoch + 1})->at(base::day_of(kNow)), 2u);
  drop_the_day();
  EXPECT_TRUE(store_->get(permit(Action::kViewAlerts), id_));
  EXPECT_TRUE(store_->hold({kHold, "case_1"}, id_, reheaded)) << "and may be held for a case from there";
  ASSERT_TRUE(store_->end_hold("hits-2026-11-22"));
  const auto picture = store_->picture(permit(Action::kViewPicture), id_);
  ASSERT_TRUE(picture);
  EXPECT_EQ(picture->hold, kHold);
}

TEST_F(HoldsTest, ACorrectionThatCameAfterTheHoldGoesWithIt) {
  ASSERT_TRUE(store_->hold({kHold, "case_1"}, id_, reheaded));
  const auto corrected =
      store_->correct(permit(Action::kCorrectRead), id_, *plate::Plate::parse("ABC128"), "", "seen by eye");
  ASSERT_TRUE(corrected);
  ASSERT_TRUE(store_->withdraw(permit(Action::kCorrectRead), id_, corrected->id, "it was right"));
  ASSERT_TRUE(store_->settle_holds({base::day_of(kNow).since_epoch + 1}));
  ASSERT_TRUE(store_->settle_holds({base::day_of(kNow).since_epoch + 1})) << "again";
  drop_the_day();
  const auto read = store_->get(permit(Action::kViewRead), id_);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->corrections.size(), 1u);
  EXPECT_EQ(read->corrections[0].reason, "seen by eye");
  EXPECT_TRUE(read->corrections[0].withdrawn);
  const auto late =
      store_->correct(permit(Action::kCorrectRead), id_, *plate::Plate::parse("ABC129"), "", "too late");
  ASSERT_FALSE(late);
  EXPECT_TRUE(late.error().is(Errc::kBadRead));
}

TEST_F(HoldsTest, EndsWithItsFolder) {
  ASSERT_TRUE(store_->hold({kHold, "case_1"}, id_, reheaded));
  drop_the_day();
  EXPECT_EQ(store_->holds(), std::vector<std::string>{kHold});
  ASSERT_TRUE(store_->end_hold(kHold));
  ASSERT_TRUE(store_->end_hold(kHold));
  EXPECT_FALSE(store_->get(permit(Action::kViewRead), id_));
  EXPECT_TRUE(fs::is_empty(folder_ / "reads/held"));
}

TEST_F(HoldsTest, WhatAStopLeftIsRemoved) {
  ASSERT_TRUE(store_->hold({kHold, "case_1"}, id_, reheaded));
  store_.reset();
  fs::create_directories(folder_ / "reads/held/hold_01jd0000000000000000000002/pictures");  // told to nobody
  fs::create_directories(folder_ / "reads/held/.ending-hold_01jd0000000000000000000003");
  store_ = open_store(folder_ / "reads", clock_);
  ASSERT_TRUE(store_);
  EXPECT_EQ(store_->holds(), std::vector<std::string>{kHold});
  EXPECT_FALSE(fs::exists(folder_ / "reads/held/hold_01jd0000000000000000000002"));
  EXPECT_FALSE(fs::exists(folder_ / "reads/held/.ending-hold_01jd0000000000000000000003"));
}

TEST_F(HoldsTest, NothingIsHeldThatCannotBeSealedAnew) {
  const auto held = store_->hold({kHold, "case_1"}, id_, [](const Picture&) -> base::Result<std::string> {
    return base::failure(Errc::kIo, "The vault is away");
  });
  EXPECT_FALSE(held);
  EXPECT_TRUE(store_->holds().empty());
  EXPECT_FALSE(store_->hold({kHold, "case_1"}, "read_01jd0000000000000000000000", reheaded));
}

}  // namespace
}  // namespace glasshouse::reads
