// Lists of other agencies as they stand here: whole, differences, refusals, age and end.
#include "hotlist/peer_lists.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "hotlist/entry_check.h"
#include "hotlist/shares.h"

namespace glasshouse::hotlist {
namespace {

using namespace std::chrono_literals;

class PeerListsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "peerlistsXXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    dir_ = pattern;
    db_ = db::Database::open("sqlite://" + dir_ + "/records.db").value();
    ASSERT_TRUE(db_->migrate(Hotlists::migrations()));
    reopen();
  }
  void TearDown() override {
    lists_.reset();
    db_.reset();
    std::filesystem::remove_all(dir_);
  }
  void reopen() {
    lists_ = std::move(*Hotlists::open(*db_, clock_));
    lists_->judge_peers([this](const Origin& origin, const Wanted& wanted) {
      return granted_ && origin.grant_id == "grant_1" && wanted.camera_id == "cam_1";
    });
  }

  PeerEntry entry(const std::string& id, const std::string& plate) const {
    NewEntry draft;
    draft.plate = plate;
    draft.reason = "Stolen vehicle";
    draft.case_number = "26-1";
    draft.expires_at = clock_.now() + 24h;
    return {id, draft};
  }
  PeerChange change(std::uint64_t base, std::uint64_t number, std::vector<PeerEntry> put) const {
    PeerChange change;
    change.list_id = list_id_;
    change.name = "Stolen";
    change.origin.agency_id = "agency_hill";
    change.origin.agency = "Hill County Sheriff";
    change.origin.grant_id = "grant_1";
    change.origin.their_id = "hot_theirs";
    change.origin.number = number;
    change.base = base;
    change.whole = base == 0;
    change.put = std::move(put);
    return change;
  }
  std::size_t hits(const std::string& plate, const std::string& camera = "cam_1") {
    return lists_->match({*plate::Plate::parse(plate), "", clock_.now(), camera}).size();
  }
  // A list of two.
  void whole() {
    const auto applied =
        lists_->apply_peer(change(0, 1, {entry("ent_a", "ABC1234"), entry("ent_b", "XYZ9876")}));
    ASSERT_TRUE(applied) << applied.error().message();
    list_id_ = applied->list_id;
  }

  std::string dir_, list_id_;
  base::ManualClock clock_{*base::parse_rfc3339("2026-11-22T12:00:00Z")};
  std::unique_ptr<db::Database> db_;
  std::unique_ptr<Hotlists> lists_;
  bool granted_ = true;
};

TEST_F(PeerListsTest, HitWhereTheyAreJudgedToAndNowhereElse) {
  whole();
  const auto found = lists_->match({*plate::Plate::parse("ABC1234"), "", clock_.now(), "cam_1"});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].agency, "Hill County Sheriff");
  EXPECT_EQ(hits("ABC1234", "cam_2"), 0u);
  EXPECT_EQ(hits("ABC1234", ""), 0u);
  reopen();
  EXPECT_EQ(hits("ABC1234"), 1u) << "after a restart";
  granted_ = false;
  EXPECT_EQ(hits("ABC1234"), 0u) << "at once";
  granted_ = true;
  lists_ = std::move(*Hotlists::open(*db_, clock_));
  EXPECT_EQ(hits("ABC1234"), 0u) << "where nobody judges";
  const auto list = lists_->list(list_id_);
  ASSERT_TRUE(list && list->origin);
  EXPECT_EQ(list->active_entries, 2u);
  EXPECT_EQ(list->origin->agency_id, "agency_hill");
}

TEST_F(PeerListsTest, ADifferenceChangesWhatItIsADifferenceToOrNothing) {
  whole();
  PeerChange next = change(1, 2, {entry("ent_c", "NEW1111")});
  next.ended = {"ent_a", "ent_unknown"};
  const auto applied = lists_->apply_peer(next);
  ASSERT_TRUE(applied) << applied.error().message();
  EXPECT_EQ(applied->added, 1u);
  ASSERT_EQ(applied->ended.size(), 1u);
  EXPECT_EQ(applied->ended[0].second, "ent_a");
  EXPECT_EQ(hits("ABC1234"), 0u);
  EXPECT_EQ(hits("XYZ9876"), 1u);
  EXPECT_EQ(hits("NEW1111"), 1u);
  // The same again, and one to a number that never was: nothing of it.
  PeerChange again = change(1, 2, {entry("ent_d", "OTH2222")});
  again.ended = {"ent_b"};
  EXPECT_TRUE(lists_->apply_peer(again).error().is(Errc::kNotHeld));
  EXPECT_EQ(hits("OTH2222"), 0u);
  EXPECT_EQ(hits("XYZ9876"), 1u);
  // Another plate under the same id is another entry.
  ASSERT_TRUE(lists_->apply_peer(change(2, 3, {entry("ent_c", "NEW3333")})));
  EXPECT_EQ(hits("NEW1111"), 0u);
  EXPECT_EQ(hits("NEW3333"), 1u);
  // The whole list again ends what it lacks.
  const auto ended = lists_->apply_peer(change(0, 4, {entry("ent_c", "NEW3333")}));
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->added + ended->changed, 0u);
  ASSERT_EQ(ended->ended.size(), 1u);
  EXPECT_EQ(ended->ended[0].second, "ent_b");
  EXPECT_EQ(hits("XYZ9876"), 0u);
  const auto held = lists_->held_of_peer(list_id_);
  ASSERT_EQ(held->size(), 1u);
  EXPECT_EQ(held_line(held->front()), held_line("ent_c", entry("ent_c", "NEW3333").entry));
  EXPECT_EQ(lists_->their_entry(held->front().entry.id).value(), "ent_c");
}

TEST_F(PeerListsTest, WarnAndThenStopUnlessTheyAreRenewed) {
  whole();
  const auto is_stale = [&] {
    const auto found = lists_->match({*plate::Plate::parse("ABC1234"), "", clock_.now(), "cam_1"});
    return found.empty() ? -1 : static_cast<int>(found[0].list_stale);
  };
  EXPECT_EQ(is_stale(), 0);
  clock_.advance(std::chrono::minutes(kPeerWarnMinutes));
  EXPECT_EQ(is_stale(), 1);
  clock_.advance(std::chrono::minutes(kPeerStopMinutes - kPeerWarnMinutes));
  EXPECT_EQ(is_stale(), -1) << "stopped";
  ASSERT_TRUE(lists_->renew_peer(list_id_));
  EXPECT_EQ(is_stale(), 0);
}

TEST_F(PeerListsTest, AreGoneWithAllThatBelongsToThem) {
  whole();
  ASSERT_TRUE(lists_->remove(list_id_));
  EXPECT_EQ(hits("ABC1234"), 0u);
  EXPECT_TRUE(lists_->origins().empty());
  list_id_.clear();
  whole();
  EXPECT_EQ(hits("ABC1234"), 1u) << "and may come again";
  // A list of our own has the name: both stand.
  ASSERT_TRUE(lists_->create("Taken", "", ZeroRule::kDistinct));
  PeerChange other = change(0, 1, {entry("ent_x", "OTH2222")});
  other.list_id.clear();
  other.name = "Taken";
  other.origin.their_id = "hot_other";
  const auto applied = lists_->apply_peer(other);
  ASSERT_TRUE(applied) << applied.error().message();
  EXPECT_EQ(lists_->name_of(applied->list_id).value(), "Taken (Hill County Sheriff)");
}

TEST_F(PeerListsTest, ShareKeepsWhatAPersonChoseWhileItIsSent) {
  Shares shares(*db_);
  Share share;
  share.list_id = "hot_1";
  share.grant_id = "grant_1";
  share.purpose = "stolen-vehicle";
  ASSERT_TRUE(shares.put(share));
  share.ending = true;
  ASSERT_TRUE(shares.put(share));
  share.ending = false;
  share.number = 7;
  share.problem = "busy";
  ASSERT_TRUE(shares.note(share));
  const auto kept = shares.of("hot_1");
  ASSERT_EQ(kept->size(), 1u);
  EXPECT_TRUE(kept->front().ending);
  EXPECT_EQ(kept->front().number, 7u);
  ASSERT_TRUE(shares.drop(share));
  EXPECT_TRUE(shares.all()->empty());
}

}  // namespace
}  // namespace glasshouse::hotlist
