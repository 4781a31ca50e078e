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
    auto opened = Hotlists::open(*db_, clock_, kStep);
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

  static constexpr std::size_t kStep = 100;
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
  const auto preview = lists_->preview_import(list.id, {.text = csv, .whole = true}, "off_9");
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

  const auto again = lists_->preview_import(list.id, {.text = csv, .whole = true}, "off_9").value();
  EXPECT_EQ(again.unchanged, 3u);
  EXPECT_EQ(again.to_add + again.to_change + again.to_remove, 0u);
}

TEST_F(HotlistsTest, APreviewIsGoodForTheListItSawAndForFifteenMinutes) {
  const auto list = lists_->create("Stolen", "", ZeroRule::kDistinct).value();
  const std::string csv = "plate,reason,case,expires\nNEW1234,Stolen,26-3,2026-12-24\n";
  const auto stale = lists_->preview_import(list.id, {.text = csv, .whole = false}, "o").value();
  ASSERT_TRUE(lists_->add(list.id, draft("ABC1230"), "o"));
  EXPECT_TRUE(lists_->preview(stale.id).error().is(Errc::kPreviewGone));
  EXPECT_TRUE(lists_->commit_import(stale.id).error().is(Errc::kPreviewGone));
  EXPECT_TRUE(match("NEW1234").empty());
  const auto late = lists_->preview_import(list.id, {.text = csv, .whole = false}, "o").value();
  clock_.advance(std::chrono::minutes(15));
  EXPECT_TRUE(lists_->commit_import(late.id).error().is(Errc::kPreviewGone));
  EXPECT_TRUE(
      lists_->preview_import("hot_none", {.text = csv, .whole = false}, "o").error().is(Errc::kNotFound));
}

TEST_F(HotlistsTest, ASourceIsCheckedKeptAndEndsOlderPreviews) {
  const auto list = lists_->create("State file", "", ZeroRule::kDistinct).value();
  EXPECT_EQ(list.source.kind, ImportKind::kPlain);
  const std::string csv = "plate,reason,case,expires\nNEW1234,Stolen,26-3,2026-12-24\n";
  const auto before = lists_->preview_import(list.id, {.text = csv}, "o").value();
  Source source{
      .kind = ImportKind::kNcicFixed, .files = {"amber", "stolen-vehicle"}, .term_days = 3, .whole = true};
  const auto changed = lists_->set_source(list.id, source);
  ASSERT_TRUE(changed) << changed.error().message();
  EXPECT_EQ(changed->source.files, source.files);
  EXPECT_EQ(lists_->list(list.id)->source.term_days, 3);
  EXPECT_TRUE(lists_->list(list.id)->source.whole);
  EXPECT_TRUE(lists_->commit_import(before.id).error().is(Errc::kPreviewGone));
  source.files = {"immigration-violator"};
  EXPECT_TRUE(lists_->set_source(list.id, source).error().is(Errc::kBadField));
  source.files = {"poets"};
  EXPECT_TRUE(lists_->check_source(source).error().is(Errc::kBadField));
  source = {.kind = ImportKind::kMapped, .format_text = "format = 1\n"};
  EXPECT_TRUE(lists_->set_source(list.id, source).error().is(Errc::kBadFormat));
  source = {.term_days = 400};
  EXPECT_TRUE(lists_->set_source(list.id, source).error().is(Errc::kBadField));
  EXPECT_TRUE(lists_->set_source("hot_none", {}).error().is(Errc::kNotFound));
  EXPECT_EQ(lists_->list(list.id)->source.term_days, 3) << "what was refused changed nothing";
  EXPECT_TRUE(lists_->remove(list.id));
}

TEST_F(HotlistsTest, AnExtractShowsDifferencesRenewsItsTermAndKeepsNothingBarred) {
  const auto list = lists_->create("NCIC", "", ZeroRule::kDistinct).value();
  ASSERT_TRUE(lists_->set_source(list.id, {.kind = ImportKind::kNcicCsv, .term_days = 10, .whole = true}));
  const auto row = [](const std::string& nic, const std::string& plate, const std::string& color) {
    return nic + ",VA0070100,20261101," + plate + ",VA,2027,2019,FORD,F15,PK," + color + "\n";
  };
  const auto import = [&](const std::string& text) {
    return lists_->preview_import(list.id, {.text = text, .kind = ImportKind::kNcicCsv, .whole = true}, "o")
        .value();
  };
  const std::string first = row("V1", "ABC1230", "RED") + row("P2", "ABC1231", "") + row("N3", "ABC1232", "");
  const auto start = import(first);
  EXPECT_EQ(start.to_add, 2u);
  ASSERT_EQ(start.barred.size(), 1u);
  EXPECT_EQ(start.barred[0].file, "immigration-violator");
  EXPECT_EQ(start.barred_count, 1u);
  ASSERT_TRUE(lists_->commit_import(start.id));
  EXPECT_TRUE(match("ABC1232").empty());
  ASSERT_EQ(match("ABC1230").size(), 1u);
  EXPECT_EQ(lists_->entry(match("ABC1230")[0].entry_id)->body, "pickup");

  clock_.advance(std::chrono::hours(24));
  EXPECT_EQ(import(first).unchanged, 2u);
  EXPECT_EQ(import(first).to_renew, 0u) << "nine of ten days are left";
  clock_.advance(std::chrono::hours(24 * 5));
  const auto later = import(row("V1", "ABC1230", "BLU") + row("V4", "ABC1234", ""));
  EXPECT_EQ(later.to_change_sample.at(0).before.color, "red");
  EXPECT_EQ(later.to_change_sample.at(0).after.color, "blue");
  EXPECT_EQ(later.to_remove_sample.at(0).plate, "ABC1231");
  const auto renewing = import(first);
  EXPECT_EQ(renewing.to_renew, 2u);
  EXPECT_EQ(renewing.unchanged, 2u);
  ASSERT_TRUE(lists_->commit_import(renewing.id));
  clock_.advance(std::chrono::hours(24 * 7));
  EXPECT_EQ(match("ABC1230").size(), 1u) << "renewed, also in the matcher";
  clock_.advance(std::chrono::hours(24 * 4));
  EXPECT_TRUE(match("ABC1230").empty()) << "a list that no file renews ends";
}

TEST_F(HotlistsTest, AnImportThatFailsInTheMiddleChangesNothing) {
  const auto list = lists_->create("Stolen", "", ZeroRule::kDistinct).value();
  ASSERT_TRUE(lists_->add(list.id, draft("GONE123"), "o"));
  const std::string csv =
      "plate,reason,case,expires\nNEW1234,Stolen,26-3,2026-12-24\nLAST123,Stolen,26-4,2026-12-24\n";
  const auto preview = lists_->preview_import(list.id, {.text = csv, .whole = true}, "o").value();
  ASSERT_TRUE(
      db_->exec("CREATE TRIGGER no_last BEFORE INSERT ON hotlist_entries WHEN NEW.plate = 'LAST123'"
                " BEGIN SELECT RAISE(ABORT, 'no'); END"));
  EXPECT_TRUE(lists_->commit_import(preview.id).error().is(Errc::kStore));
  EXPECT_EQ(match("GONE123").size(), 1u);
  EXPECT_TRUE(match("NEW1234").empty());
  EXPECT_EQ(lists_->list(list.id)->active_entries, 1u);
  EXPECT_TRUE(lists_->preview(preview.id)) << "and it can be tried again";
}

// An import of more rows than one transaction takes.
class LargeImportTest : public HotlistsTest {
 protected:
  static constexpr int kRows = 250;
  void SetUp() override {
    HotlistsTest::SetUp();
    list_id_ = lists_->create("State file", "", ZeroRule::kDistinct)->id;
    ASSERT_TRUE(lists_->add(list_id_, draft("GONE123"), "o"));
    for (int i = 0; i < kRows; ++i) csv_ += plate_of(i) + ",Stolen vehicle,26-3,2026-12-24\n";
  }
  static std::string plate_of(int i) { return "L" + std::to_string(10'000 + i); }
  ImportPreview preview() {
    return lists_->preview_import(list_id_, {.text = csv_, .whole = true}, "o").value();
  }
  std::int64_t rows_of(const std::string& table) {
    return db_->query("SELECT COUNT(*) AS n FROM " + table)->front().integer("n");
  }
  // Does `what` when the last row but some is written.
  void at_a_late_row(const std::string& what) {
    ASSERT_TRUE(db_->exec("CREATE TRIGGER late BEFORE INSERT ON hotlist_entries WHEN NEW.plate = '" +
                          plate_of(kRows - 9) + "' BEGIN " + what + "; END"));
  }
  void expect_as_before() {
    EXPECT_EQ(match("GONE123").size(), 1u);
    EXPECT_TRUE(match(plate_of(1)).empty());
    EXPECT_EQ(lists_->list(list_id_)->entries, 1u);
    EXPECT_EQ(lists_->list(list_id_)->active_entries, 1u);
    EXPECT_EQ(lists_->entries(list_id_, "", std::nullopt, "", 50)->entries.size(), 1u);
    int running = 0;
    ASSERT_TRUE(lists_->each_running(list_id_, [&](const Entry&) { ++running; }));
    EXPECT_EQ(running, 1);
    EXPECT_TRUE(lists_->check_add(list_id_, draft(plate_of(1)))) << "a row that is not there takes no place";
  }

  std::string list_id_, csv_ = "plate,reason,case,expires\n";
};

TEST_F(LargeImportTest, IsThereAsAWhole) {
  const auto done = lists_->commit_import(preview().id);
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_EQ(done->added, static_cast<std::uint32_t>(kRows));
  EXPECT_EQ(rows_of("hotlist_imports"), 0);
  for (int restarted = 0; restarted < 2; ++restarted) {
    EXPECT_TRUE(match("GONE123").empty());
    EXPECT_EQ(match(plate_of(0)).size(), 1u);
    EXPECT_EQ(match(plate_of(kRows - 1)).size(), 1u);
    EXPECT_EQ(lists_->list(list_id_)->entries, kRows + 1u);
    EXPECT_EQ(lists_->list(list_id_)->active_entries, std::uint64_t{kRows});
    reopen();
  }
  ASSERT_TRUE(lists_->sweep());
  EXPECT_EQ(rows_of("hotlist_entries"), kRows + 1) << "nothing of what is there is swept";
  EXPECT_EQ(preview().unchanged, static_cast<std::uint32_t>(kRows));
}

TEST_F(LargeImportTest, ThatFailsLateShowsNothingAndCanBeTriedAgain) {
  const auto first = preview();
  at_a_late_row("SELECT RAISE(ABORT, 'no')");
  EXPECT_TRUE(lists_->commit_import(first.id).error().is(Errc::kStore));
  EXPECT_GT(rows_of("hotlist_entries"), 100) << "else this test shows nothing";
  expect_as_before();
  reopen();  // as after a kill
  expect_as_before();
  ASSERT_TRUE(db_->exec("DROP TRIGGER late"));
  ASSERT_TRUE(lists_->commit_import(preview().id));
  EXPECT_EQ(match(plate_of(1)).size(), 1u) << "once, though a part of the first try lies there still";
  EXPECT_EQ(lists_->list(list_id_)->entries, kRows + 1u);
  ASSERT_TRUE(lists_->sweep());
  EXPECT_EQ(rows_of("hotlist_entries"), kRows + 1);
  EXPECT_EQ(rows_of("hotlist_imports"), 0);
}

TEST_F(LargeImportTest, IsGoneWhenTheListChangesMeanwhile) {
  const auto first = preview();
  at_a_late_row("UPDATE hotlists SET revision = revision + 1");
  EXPECT_TRUE(lists_->commit_import(first.id).error().is(Errc::kPreviewGone));
  expect_as_before();
  ASSERT_TRUE(lists_->sweep());
  EXPECT_EQ(rows_of("hotlist_entries"), 1);
}

TEST_F(LargeImportTest, OfAListThatIsRemovedLeavesNothing) {
  ASSERT_TRUE(lists_->commit_import(preview().id));
  const std::string entry_id = match(plate_of(1)).at(0).entry_id;
  ASSERT_TRUE(db_->exec("CREATE TRIGGER kept BEFORE DELETE ON hotlist_entries WHEN OLD.plate = '" +
                        plate_of(kRows - 9) + "' BEGIN SELECT RAISE(ABORT, 'no'); END"));
  ASSERT_TRUE(lists_->remove(list_id_)) << "the list is gone, though its rows lie there still";
  for (int restarted = 0; restarted < 2; ++restarted) {
    EXPECT_TRUE(match(plate_of(kRows - 9)).empty());
    EXPECT_TRUE(lists_->lists()->empty());
    EXPECT_TRUE(lists_->list(list_id_).error().is(Errc::kNotFound));
    EXPECT_TRUE(lists_->entry(entry_id).error().is(Errc::kNotFound));
    EXPECT_TRUE(lists_->add(list_id_, draft("ABC1230"), "o").error().is(Errc::kNotFound));
    EXPECT_TRUE(lists_->remove(list_id_).error().is(Errc::kNotFound));
    reopen();
  }
  EXPECT_TRUE(lists_->create("State file", "", ZeroRule::kDistinct)) << "its name is free";
  ASSERT_TRUE(db_->exec("DROP TRIGGER kept"));
  ASSERT_TRUE(lists_->sweep());
  EXPECT_EQ(rows_of("hotlist_entries"), 0);
  EXPECT_EQ(rows_of("hotlists"), 1);
}

TEST_F(HotlistsTest, AnEntryThatEndsBetweenPreviewAndCommitIsRenewedInTheMatcherToo) {
  const auto list = lists_->create("NCIC", "", ZeroRule::kDistinct).value();
  const std::string csv = "plate,reason,case,expires\nABC1230,Stolen vehicle,26-1,2026-12-24\n";
  auto soon = draft("ABC1230");
  soon.expires_at = clock_.now() + std::chrono::minutes(5);
  ASSERT_TRUE(lists_->add(list.id, soon, "o"));
  const auto preview = lists_->preview_import(list.id, {.text = csv}, "o").value();
  EXPECT_EQ(preview.to_change, 1u);
  clock_.advance(std::chrono::minutes(10));
  EXPECT_TRUE(match("ABC1230").empty());
  ASSERT_TRUE(lists_->commit_import(preview.id));
  EXPECT_EQ(match("ABC1230").size(), 1u);
}

TEST_F(HotlistsTest, AListMaySayThatTwoPeopleConfirmItsAlerts) {
  const auto list = lists_->create("Armed robberies", "", ZeroRule::kDistinct).value();
  ASSERT_TRUE(lists_->add(list.id, draft("ABC1230"), "o"));
  EXPECT_FALSE(match("ABC1230").at(0).second_look);
  ASSERT_TRUE(lists_->set_source(list.id, {.second_look = true}));
  EXPECT_TRUE(match("ABC1230").at(0).second_look);
  reopen();
  EXPECT_TRUE(lists_->list(list.id)->source.second_look);
  EXPECT_TRUE(match("ABC1230").at(0).second_look);
}

TEST_F(HotlistsTest, AnOldListWarnsThenStopsAndANewFileStartsItAgain) {
  const auto list = lists_->create("State file", "", ZeroRule::kDistinct).value();
  ASSERT_TRUE(lists_->add(list.id, draft("ABC1230"), "o"));
  EXPECT_EQ(list.freshness.state, Freshness::State::kUnlimited);
  ASSERT_TRUE(lists_->set_source(list.id, {.warn_after_minutes = 60, .stop_after_minutes = 120}));
  EXPECT_FALSE(match("ABC1230").at(0).list_stale);
  clock_.advance(std::chrono::minutes(60));
  ASSERT_EQ(match("ABC1230").size(), 1u);
  EXPECT_TRUE(match("ABC1230")[0].list_stale);
  EXPECT_EQ(match("ABC1230")[0].list_as_of, clock_.now() - std::chrono::minutes(60));
  clock_.advance(std::chrono::minutes(60));
  EXPECT_TRUE(match("ABC1230").empty());
  EXPECT_EQ(lists_->list(list.id)->freshness.state, Freshness::State::kStopped);
  reopen();
  EXPECT_TRUE(match("ABC1230").empty()) << "a restart does not start it again";

  const std::string csv = "plate,reason,case,expires\nNEW1234,Stolen,26-3,2026-12-24\n";
  const auto old_file = lists_->preview_import(list.id, {.text = csv}, "o").value();
  ASSERT_TRUE(lists_->commit_import(old_file.id, clock_.now() - std::chrono::minutes(90)));
  EXPECT_TRUE(match("NEW1234").at(0).list_stale) << "a file counts from when its sender wrote it";
  const auto new_file = lists_->preview_import(list.id, {.text = csv}, "o").value();
  ASSERT_TRUE(lists_->commit_import(new_file.id, clock_.now() + std::chrono::hours(5)));
  EXPECT_FALSE(match("NEW1234").at(0).list_stale);
  EXPECT_EQ(lists_->list(list.id)->freshness.as_of, clock_.now()) << "no file is from the future";
}

TEST_F(HotlistsTest, AListThatHasEndedHitsNoMore) {
  const auto list = lists_->create("Parade", "", ZeroRule::kDistinct).value();
  const auto other = lists_->create("Stolen", "", ZeroRule::kDistinct).value();
  ASSERT_TRUE(lists_->add(list.id, draft("ABC1230"), "o"));
  ASSERT_TRUE(lists_->add(other.id, draft("ABC1230"), "o"));
  ASSERT_TRUE(lists_->set_source(list.id, {.ends_at = clock_.now() + std::chrono::minutes(5)}));
  EXPECT_EQ(match("ABC1230").size(), 2u);
  clock_.advance(std::chrono::minutes(5));
  ASSERT_EQ(match("ABC1230").size(), 1u);
  EXPECT_EQ(match("ABC1230")[0].hotlist_id, other.id);
  EXPECT_EQ(lists_->list(list.id)->freshness.state, Freshness::State::kEnded);
}

TEST_F(HotlistsTest, ASourceWithoutSenseIsRefused) {
  const auto list = lists_->create("State file", "", ZeroRule::kDistinct).value();
  for (const Source& source :
       {Source{.warn_after_minutes = 60, .stop_after_minutes = 60}, Source{.warn_after_minutes = -1},
        Source{.folder = "../etc"}, Source{.folder = "a/b"}, Source{.folder = std::string(41, 'a')}})
    EXPECT_TRUE(lists_->set_source(list.id, source).error().is(Errc::kBadField));
}

TEST_F(HotlistsTest, AListMayBeForSomeOnly) {
  const auto open = lists_->create("Open", "", ZeroRule::kDistinct).value();
  const auto few = lists_->create("Few", "", ZeroRule::kDistinct).value();
  ASSERT_TRUE(lists_->set_source(few.id, {.audience = {"acc_1", "acc_2"}}));
  EXPECT_THAT(lists_->lists_hidden_from("acc_2"), ::testing::IsEmpty());
  EXPECT_THAT(lists_->lists_hidden_from("acc_3"), ::testing::ElementsAre(few.id));
  EXPECT_TRUE(lists_->audience_of(open.id).empty());
  reopen();
  EXPECT_EQ(lists_->audience_of(few.id).size(), 2u);
  EXPECT_TRUE(lists_->set_source(few.id, {.audience = {"a b"}}).error().is(Errc::kBadField));
  EXPECT_TRUE(lists_->set_source(few.id, {.audience = std::vector<std::string>(201, "acc_1")})
                  .error()
                  .is(Errc::kBadField));
}

}  // namespace
}  // namespace glasshouse::hotlist
