#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "hotlist/hotlist.h"

namespace glasshouse::hotlist {
namespace {

using ::testing::HasSubstr;

class HotlistsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = ::testing::TempDir() + "glasshouse_hotlists_" + std::to_string(::getpid());
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directories(dir_);
    db_ = db::Database::open("sqlite://" + dir_ + "/records.db").value();
    const auto migrations = Hotlists::migrations();
    ASSERT_TRUE(db_->migrate(migrations));
    reopen();
  }
  void TearDown() override {
    lists_.reset();
    db_.reset();
    std::filesystem::remove_all(dir_);
  }

  void reopen() {
    auto opened = Hotlists::open(*db_, clock_);
    ASSERT_TRUE(opened) << opened.error().message();
    lists_ = std::move(*opened);
  }

  NewEntry draft(std::string plate, std::string region = "") const {
    NewEntry entry;
    entry.plate = std::move(plate);
    entry.reason = "Stolen vehicle";
    entry.case_number = "26-1";
    entry.region = std::move(region);
    entry.expires_at = clock_.now() + std::chrono::hours(24);
    return entry;
  }

  std::vector<Hit> match(std::string_view plate) {
    return lists_->match({*plate::Plate::parse(plate), "", clock_.now()});
  }

  base::ManualClock clock_{*base::parse_rfc3339("2026-11-22T12:00:00Z")};
  std::string dir_;
  std::unique_ptr<db::Database> db_;
  std::unique_ptr<Hotlists> lists_;
};

TEST_F(HotlistsTest, AnEntryHitsAtOnceAndAfterARestartUntilItEnds) {
  const auto list = lists_->create("Stolen", "", ZeroRule::kDistinct).value();
  const auto entry = lists_->add(list.id, draft("abc-1230", "us-va"), "off_1");
  ASSERT_TRUE(entry) << entry.error().message();
  EXPECT_EQ(entry->plate, "ABC1230");
  EXPECT_EQ(match("ABC1230").size(), 1u);
  EXPECT_EQ(match("ABC1230")[0].hotlist_id, list.id);
  EXPECT_EQ(match("ABC123O")[0].kind, HitKind::kPossible);
  reopen();
  EXPECT_EQ(match("ABC1230").size(), 1u);

  const auto ended = lists_->change_entry(entry->id, std::nullopt, "found", false);
  ASSERT_TRUE(ended) << ended.error().message();
  EXPECT_FALSE(ended->active);
  EXPECT_EQ(ended->note, "found");
  EXPECT_TRUE(match("ABC1230").empty());
  EXPECT_TRUE(lists_->change_entry(entry->id, std::nullopt, std::nullopt, true));
  EXPECT_EQ(match("ABC1230").size(), 1u);
  clock_.advance(std::chrono::hours(25));
  EXPECT_TRUE(match("ABC1230").empty());
  EXPECT_FALSE(lists_->entry(entry->id)->active);
  // Active again only with an end in the future.
  EXPECT_TRUE(lists_->change_entry(entry->id, std::nullopt, std::nullopt, true).error().is(Errc::kBadExpiry));
  ASSERT_TRUE(
      lists_->change_entry(entry->id, clock_.now() + std::chrono::hours(1), std::nullopt, std::nullopt));
  EXPECT_EQ(match("ABC1230").size(), 1u);
}

TEST_F(HotlistsTest, RefusesBadAndDoubleEntries) {
  const auto list = lists_->create("Stolen", "", ZeroRule::kDistinct).value();
  NewEntry bad = draft("ABC1230");
  bad.reason = " ";
  EXPECT_TRUE(lists_->add(list.id, bad, "o").error().is(Errc::kMissingReason));
  bad = draft("ABC1230");
  bad.case_number = "";
  EXPECT_TRUE(lists_->add(list.id, bad, "o").error().is(Errc::kMissingCase));
  bad = draft("ABC1230");
  bad.expires_at = clock_.now();
  EXPECT_TRUE(lists_->add(list.id, bad, "o").error().is(Errc::kBadExpiry));
  EXPECT_TRUE(lists_->add(list.id, draft("A$"), "o").error().is(Errc::kBadPlate));
  EXPECT_TRUE(lists_->add("hot_none", draft("ABC1230"), "o").error().is(Errc::kNotFound));
  ASSERT_TRUE(lists_->add(list.id, draft("ABC1230"), "o"));
  EXPECT_TRUE(lists_->add(list.id, draft("ABC 1230"), "o").error().is(Errc::kDuplicate));
  EXPECT_TRUE(lists_->check_add(list.id, draft("ABC 1230")).error().is(Errc::kDuplicate));
  EXPECT_TRUE(lists_->check_add("hot_none", draft("ABC1230")).error().is(Errc::kNotFound));
  EXPECT_TRUE(lists_->check_add(list.id, draft("A$")).error().is(Errc::kBadPlate));
  EXPECT_TRUE(lists_->check_add(list.id, draft("ABC1230", "us-va")));
  EXPECT_TRUE(lists_->add(list.id, draft("ABC1230", "us-va"), "o"));
  EXPECT_TRUE(lists_->create("Stolen", "", ZeroRule::kDistinct).error().is(Errc::kDuplicate));
  EXPECT_TRUE(lists_->create("  ", "", ZeroRule::kDistinct).error().is(Errc::kBadField));
}

TEST_F(HotlistsTest, ChangingTheZeroRuleChangesWhatIsExact) {
  const auto list = lists_->create("Stolen", "", ZeroRule::kDistinct).value();
  ASSERT_TRUE(lists_->add(list.id, draft("OOO123"), "o"));
  EXPECT_EQ(match("000123")[0].kind, HitKind::kPossible);
  ASSERT_TRUE(lists_->change(list.id, "Stolen", "new", ZeroRule::kOIsZero));
  EXPECT_EQ(match("000123")[0].kind, HitKind::kExact);
  ASSERT_TRUE(lists_->change(list.id, "Stolen", "new", ZeroRule::kDistinct));
  EXPECT_EQ(match("000123")[0].kind, HitKind::kPossible);
  EXPECT_EQ(match("OOO123")[0].kind, HitKind::kExact);
}

TEST_F(HotlistsTest, RemovingAListRemovesItsHits) {
  const auto list = lists_->create("Stolen", "", ZeroRule::kDistinct).value();
  const auto other = lists_->create("Other", "", ZeroRule::kDistinct).value();
  ASSERT_TRUE(lists_->add(list.id, draft("ABC1230"), "o"));
  ASSERT_TRUE(lists_->add(other.id, draft("ABC1230"), "o"));
  EXPECT_EQ(match("ABC1230").size(), 2u);
  ASSERT_TRUE(lists_->remove(list.id));
  ASSERT_EQ(match("ABC1230").size(), 1u);
  EXPECT_EQ(match("ABC1230")[0].hotlist_id, other.id);
  EXPECT_TRUE(lists_->remove(list.id).error().is(Errc::kNotFound));
  EXPECT_EQ(lists_->lists()->size(), 1u);
}

TEST_F(HotlistsTest, PagesAndFiltersEntries) {
  const auto list = lists_->create("Stolen", "", ZeroRule::kDistinct).value();
  for (int i = 0; i < 7; ++i) {
    clock_.advance(base::Millis(1));
    ASSERT_TRUE(lists_->add(list.id, draft("ABC100" + std::to_string(i)), "o"));
  }
  auto page = lists_->entries(list.id, "", std::nullopt, "", 3).value();
  ASSERT_EQ(page.entries.size(), 3u);
  EXPECT_EQ(page.entries[0].plate, "ABC1006");
  std::size_t seen = 3;
  while (!page.next_cursor.empty()) {
    page = lists_->entries(list.id, "", std::nullopt, page.next_cursor, 3).value();
    seen += page.entries.size();
  }
  EXPECT_EQ(seen, 7u);
  EXPECT_EQ(lists_->entries(list.id, "abc-1003", true, "", 50)->entries.size(), 1u);
  EXPECT_EQ(lists_->entries(list.id, "STOLEN", std::nullopt, "", 50)->entries.size(), 7u);
  EXPECT_EQ(lists_->entries(list.id, "%", std::nullopt, "", 50)->entries.size(), 0u);
  EXPECT_EQ(lists_->entries(list.id, "", false, "", 50)->entries.size(), 0u);
  EXPECT_TRUE(lists_->entries(list.id, "", std::nullopt, "'; DROP", 50).error().is(Errc::kBadCursor));
  EXPECT_EQ(lists_->list(list.id)->active_entries, 7u);
}

TEST_F(HotlistsTest, ImportShowsDifferencesAndAppliesThemWhole) {
  const auto list = lists_->create("Stolen", "", ZeroRule::kDistinct).value();
  ASSERT_TRUE(lists_->add(list.id, draft("KEEP123"), "o"));
  ASSERT_TRUE(lists_->add(list.id, draft("GONE123"), "o"));
  const std::string csv =
      "plate,reason,case,expires\n"
      "KEEP123,Stolen vehicle,26-2,2026-12-24\nNEW1234,Stolen "
      "vehicle,26-3,2026-12-24\nNEW?234,Wanted,26-4,2026-12-24\n"
      "BAD,,26-5,2026-12-24\n";
  const auto preview = lists_->preview_import(list.id, csv, true, "off_9");
  ASSERT_TRUE(preview) << preview.error().message();
  EXPECT_EQ(preview->rows, 4u);
  EXPECT_EQ(preview->to_add, 2u);
  EXPECT_EQ(preview->to_change, 1u);
  EXPECT_EQ(preview->to_remove, 1u);
  EXPECT_EQ(preview->refused_count, 1u);
  EXPECT_TRUE(match("NEW1234").empty());  // nothing before the commit
  const auto done = lists_->commit_import(preview->id);
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_EQ(done->added, 2u);
  EXPECT_EQ(match("NEW1234").size(), 2u);
  EXPECT_TRUE(match("GONE123").empty());
  EXPECT_EQ(lists_->entry(match("KEEP123")[0].entry_id)->case_number, "26-2");
  EXPECT_EQ(lists_->entry(match("NEW1234")[0].entry_id)->added_by, "off_9");
  EXPECT_TRUE(lists_->commit_import(preview->id).error().is(Errc::kPreviewGone));  // once

  const auto again = lists_->preview_import(list.id, csv, true, "off_9").value();
  EXPECT_EQ(again.unchanged, 3u);
  EXPECT_EQ(again.to_add + again.to_change + again.to_remove, 0u);
}

TEST_F(HotlistsTest, APreviewIsGoodForTheListItSawAndForFifteenMinutes) {
  const auto list = lists_->create("Stolen", "", ZeroRule::kDistinct).value();
  const std::string csv = "plate,reason,case,expires\nNEW1234,Stolen,26-3,2026-12-24\n";
  const auto stale = lists_->preview_import(list.id, csv, false, "o").value();
  ASSERT_TRUE(lists_->add(list.id, draft("ABC1230"), "o"));
  EXPECT_TRUE(lists_->preview(stale.id).error().is(Errc::kPreviewGone));
  EXPECT_TRUE(lists_->commit_import(stale.id).error().is(Errc::kPreviewGone));
  EXPECT_TRUE(match("NEW1234").empty());
  const auto late = lists_->preview_import(list.id, csv, false, "o").value();
  clock_.advance(std::chrono::minutes(15));
  EXPECT_TRUE(lists_->commit_import(late.id).error().is(Errc::kPreviewGone));
  EXPECT_TRUE(lists_->preview_import("hot_none", csv, false, "o").error().is(Errc::kNotFound));
}

}  // namespace
}  // namespace glasshouse::hotlist
