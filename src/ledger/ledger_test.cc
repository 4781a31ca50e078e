#include "ledger/ledger.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <thread>

#include "base/file.h"
#include "ledger/commitment.h"
#include "ledger/fsck.h"
#include "ledger/proof_file.h"
#include "ledger/sqlite.h"
#include "ledger/tile.h"
#include "ledger/verify.h"

namespace glasshouse::ledger {
namespace {

namespace fs = std::filesystem;

const base::Time kNow = *base::parse_rfc3339("2026-11-22T14:30:00Z");

class LedgerTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "ledgerXXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    dir_ = root_ + "/ledger";
  }
  void TearDown() override {
    log_.reset();
    fs::remove_all(root_);
  }

  base::Result<std::unique_ptr<Ledger>> try_open() {
    return Ledger::open({.dir = dir_,
                         .origin = "town.example/pd",
                         .key_path = root_ + "/log.key",
                         .checkpoint_period = base::Millis(3'600'000),
                         .clock = &clock_});
  }
  void open() {
    log_.reset();
    auto log = try_open();
    ASSERT_TRUE(log) << log.error().message();
    log_ = std::move(*log);
  }
  // The error that opening gives.
  base::Error refused() {
    log_.reset();
    auto log = try_open();
    if (log) {
      ADD_FAILURE() << "the damaged ledger was opened";
      return base::Error(Errc::kIo, "");
    }
    return log.error();
  }
  static Record record(std::uint64_t n) {
    return {"search-reads",
            {{"decision", "allowed", Release::kAtOnce},
             {"purpose", "stolen-vehicle", Release::kAfterDay},
             {"question", "plate is ABC" + std::to_string(n), Release::kRestricted}}};
  }
  void append(std::uint64_t count) {
    while (count > 0) {
      std::vector<Record> batch;
      for (; count > 0 && batch.size() < kMaxBatchRecords; --count)
        batch.push_back(record(log_->size() + batch.size()));
      ASSERT_TRUE(log_->append_batch(std::move(batch)));
    }
  }
  std::set<std::string> names(Reader reader, std::uint64_t index) {
    std::set<std::string> found;
    auto entry = log_->entry(reader, index);
    EXPECT_TRUE(entry);
    if (entry) {
      for (const auto& d : entry->disclosures) found.insert(d.name);
    }
    return found;
  }
  void flip_byte(const std::string& path, std::size_t at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    ASSERT_TRUE(file) << path;
    file.seekg(static_cast<std::streamoff>(at));
    const char byte = static_cast<char>(file.get() ^ 1);
    file.seekp(static_cast<std::streamoff>(at));
    file.put(byte);
  }
  void sql(const std::string& file, const std::string& text) {
    auto db = Sqlite::open(dir_ + "/" + file, Sqlite::Mode::kCreate);
    ASSERT_TRUE(db);
    auto done = db->exec(text);
    ASSERT_TRUE(done) << done.error().message();
  }

  std::string root_, dir_;
  base::ManualClock clock_{kNow};
  std::unique_ptr<Ledger> log_;
};

TEST_F(LedgerTest, ANewLogIsASignedEmptyTree) {
  open();
  EXPECT_EQ(log_->size(), 0U);
  EXPECT_EQ(log_->checkpoint().size, 0U);
  EXPECT_EQ(log_->checkpoint().root, empty_root());
  auto verified = verify_folder(dir_);
  ASSERT_TRUE(verified) << verified.error().message();
  EXPECT_EQ(verified->head.size, 0U);
  EXPECT_EQ(fs::status(root_ + "/log.key").permissions() & fs::perms::all,
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(LedgerTest, AppendsAreNumberedAndSurviveReopening) {
  open();
  for (std::uint64_t n = 0; n < 5; ++n) EXPECT_EQ(log_->append(record(n)).value(), n);
  const std::string leaf = log_->entry(Reader::kAuditor, 3)->leaf;
  open();
  EXPECT_EQ(log_->size(), 5U);
  EXPECT_EQ(log_->entry(Reader::kAuditor, 3)->leaf, leaf);
  EXPECT_EQ(log_->append(record(5)).value(), 5U);
}

TEST_F(LedgerTest, FieldsAreReleasedByTheirClass) {
  open();
  ASSERT_TRUE(log_->append(record(0)));
  EXPECT_EQ(names(Reader::kPublic, 0), (std::set<std::string>{"kind", "time", "decision"}));
  clock_.advance(std::chrono::hours(24) - base::Millis(1));
  EXPECT_FALSE(names(Reader::kPublic, 0).contains("purpose"));
  clock_.advance(base::Millis(1));
  EXPECT_EQ(names(Reader::kPublic, 0), (std::set<std::string>{"kind", "time", "decision", "purpose"}));
  EXPECT_EQ(names(Reader::kAuditor, 0),
            (std::set<std::string>{"kind", "time", "decision", "purpose", "question"}));
  auto entry = log_->entry(Reader::kAuditor, 0);
  for (const auto& d : entry->disclosures) EXPECT_TRUE(opens(d.text, entry->leaf)) << d.name;
}

TEST_F(LedgerTest, WhatIsNeverReleasedIsCommittedToAndShownToNoPerson) {
  open();
  ASSERT_TRUE(log_->append({"picture.release", {{"recipient", "age1x", Release::kNever}}}));
  clock_.advance(std::chrono::hours(24 * 400));
  EXPECT_FALSE(names(Reader::kPublic, 0).contains("recipient"));
  EXPECT_FALSE(names(Reader::kAuditor, 0).contains("recipient"));
  ASSERT_TRUE(names(Reader::kMachine, 0).contains("recipient"));
  const auto entry = log_->entry(Reader::kMachine, 0);
  for (const auto& d : entry->disclosures) EXPECT_TRUE(opens(d.text, entry->leaf)) << d.name;
  ASSERT_TRUE(log_->publish_now());
  EXPECT_TRUE(fsck(dir_)->problems.empty());
}

// The class of a field is no part of the leaf; that it was changed shows by the schema, which is.
TEST_F(LedgerTest, FindsAFieldThatIsShownLaterThanTheSchemaInTheLogSays) {
  const std::string schema =
      "glasshouse-ledger-schema 2\ncount at-once\nschema at-once\nsearch/count after-24h\n";
  open();
  ASSERT_TRUE(log_->append({"ledger.schema", {{"schema", schema, Release::kAtOnce}}}));
  ASSERT_TRUE(log_->append({"import", {{"count", "3", Release::kAtOnce}, {"other", "x", Release::kNever}}}));
  ASSERT_TRUE(log_->append({"search", {{"count", "3", Release::kAfterDay}}}));
  ASSERT_TRUE(log_->publish_now());
  EXPECT_TRUE(fsck(dir_)->problems.empty());
  log_.reset();
  sql("ledger.db", R"(UPDATE entry SET fields='[["count","3",2],["other","x",3]]' WHERE idx=1)");
  open();
  EXPECT_EQ(names(Reader::kPublic, 1), (std::set<std::string>{"kind", "time"})) << "its leaf still fits";
  const auto report = fsck(dir_);
  ASSERT_EQ(report->problems.size(), 1U);
  EXPECT_NE(report->problems[0].find("entry 1: the field count"), std::string::npos) << report->problems[0];
}

TEST_F(LedgerTest, PublicFilesNeverHoldARestrictedValueNorItsBareHash) {
  open();
  ASSERT_TRUE(log_->append(record(0)));
  ASSERT_TRUE(log_->publish_now());
  const std::string plain_digest = disclosure_digest("plate is ABC0");
  for (const std::string path : {"tile/entries/000.p/1", "checkpoint"}) {
    const std::string bytes = log_->static_file(path).value();
    EXPECT_EQ(bytes.find("ABC0"), std::string::npos);
    EXPECT_EQ(bytes.find(plain_digest), std::string::npos);
  }
}

TEST_F(LedgerTest, PagesNewestFirst) {
  open();
  append(10);
  auto page = log_->entries(Reader::kPublic, std::nullopt, 4);
  ASSERT_TRUE(page);
  ASSERT_EQ(page->size(), 4U);
  EXPECT_EQ(page->front().index, 9U);
  auto next = log_->entries(Reader::kPublic, page->back().index, 200);
  EXPECT_EQ(next->size(), 6U);
  EXPECT_EQ(next->back().index, 0U);
  EXPECT_TRUE(log_->entries(Reader::kPublic, 0, 5)->empty());
  EXPECT_TRUE(log_->entry(Reader::kPublic, 10).error().is(Errc::kNotFound));
  EXPECT_EQ((*log_->newest_of_kind(Reader::kPublic, "search-reads"))->index, 9U);
  EXPECT_FALSE(*log_->newest_of_kind(Reader::kPublic, "no.such.kind"));
}

TEST_F(LedgerTest, ProofsOfEveryEntryCheckAtSizesAroundATile) {
  open();
  std::vector<std::pair<std::uint64_t, crypto::Hash>> earlier;
  const auto key = parse_verifier_key(log_->verifier_key()).value();
  for (const std::uint64_t size : {1, 2, 3, 255, 256, 257, 513}) {
    append(size - log_->size());
    ASSERT_TRUE(log_->publish_now());
    for (std::uint64_t i = 0; i < size; i += size < 10 ? 1 : 13) {
      auto proof = log_->inclusion_proof(i);
      ASSERT_TRUE(proof) << proof.error().message();
      auto file = parse_proof_file(log_->tlog_proof(*proof));
      ASSERT_TRUE(file);
      EXPECT_TRUE(verify_proof_file(*file, log_->entry(Reader::kPublic, i)->leaf, key))
          << i << " of " << size;
    }
    TileHashes hashes(size, tiles_in(dir_));
    for (const auto& [old_size, old_root] : earlier) {
      auto proof = prove_consistency(old_size, size, std::ref(hashes));
      ASSERT_TRUE(proof);
      EXPECT_TRUE(verify_consistency(old_size, old_root, size, log_->checkpoint().root, *proof));
    }
    earlier.emplace_back(size, log_->checkpoint().root);
    auto verified = verify_folder(dir_);
    EXPECT_TRUE(verified) << verified.error().message();
  }
  EXPECT_TRUE(log_->inclusion_proof(513).error().is(Errc::kNotFound));
}

TEST_F(LedgerTest, TheRootDoesNotDependOnHowItWasReached) {
  open();
  for (int i = 0; i < 40; ++i) {
    append(13);
    ASSERT_TRUE(log_->publish_now());
  }
  TileHashes hashes(520, tiles_in(dir_));
  EXPECT_EQ(root_of(520, std::ref(hashes)).value(), log_->checkpoint().root);
  const auto in_steps = log_->checkpoint().root;
  open();
  EXPECT_EQ(log_->checkpoint().root, in_steps);
}

TEST_F(LedgerTest, ServesItsStaticFilesAtEveryWidth) {
  open();
  append(300);
  ASSERT_TRUE(log_->publish_now());
  EXPECT_EQ(log_->static_file("checkpoint").value(), log_->checkpoint().note);
  EXPECT_EQ(log_->static_file("tile/0/000")->size(), 8192U);
  EXPECT_EQ(log_->static_file("tile/0/000.p/200")->size(), 6400U);  // the file is gone, the bytes are not
  EXPECT_EQ(log_->static_file("tile/0/001.p/44")->size(), 44U * 32);
  EXPECT_EQ(log_->static_file("tile/0/001.p/9")->size(), 9U * 32);  // no file of this width was ever written
  EXPECT_EQ(log_->static_file("tile/entries/001.p/9")->size(), 9U * 773);
  EXPECT_EQ(log_->static_file("tile/1/000.p/1")->size(), 32U);
  for (const char* path : {"tile/0/001.p/45", "tile/0/001", "tile/0/002.p/1", "tile/2/000.p/1", "ledger.db",
                           "../log.key", "log.key", "audit-keys/2026-11-22.key", ""}) {
    EXPECT_TRUE(log_->static_file(path).error().is(Errc::kNotFound)) << path;
  }
}

TEST_F(LedgerTest, ManyThreadsGetDistinctIndexesWithoutGaps) {
  open();
  std::vector<std::vector<std::uint64_t>> got(8);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < got.size(); ++t) {
    threads.emplace_back([&, t] {
      for (std::uint64_t i = 0; i < 50; ++i) got[t].push_back(log_->append(record(i)).value());
    });
  }
  for (auto& thread : threads) thread.join();
  std::set<std::uint64_t> all;
  for (const auto& mine : got) {
    EXPECT_TRUE(std::is_sorted(mine.begin(), mine.end()));
    all.insert(mine.begin(), mine.end());
  }
  EXPECT_EQ(all.size(), 400U);
  EXPECT_EQ(*all.rbegin(), 399U);
}

TEST_F(LedgerTest, RefusesWhatBreaksTheLimitsAndTakesNothingOfABadBatch) {
  open();
  EXPECT_TRUE(log_->append({"", {}}).error().is(Errc::kBadRecord));
  EXPECT_TRUE(log_->append_batch({}).error().is(Errc::kBadRecord));
  EXPECT_TRUE(log_->append_batch({record(0), {"Bad Kind", {}}}).error().is(Errc::kBadRecord));
  EXPECT_TRUE(
      log_->append_batch(std::vector<Record>(kMaxBatchRecords + 1, record(0))).error().is(Errc::kBadRecord));
  EXPECT_EQ(log_->size(), 0U);
}

TEST_F(LedgerTest, TimeNeverGoesBack) {
  open();
  ASSERT_TRUE(log_->append(record(0)));
  clock_.set(kNow - std::chrono::hours(5));
  ASSERT_TRUE(log_->append(record(1)));
  EXPECT_EQ(log_->entry(Reader::kPublic, 1)->time, kNow);
}

TEST_F(LedgerTest, EveryDayHasItsOwnKeyAndLosingOneLeavesTheRestProvable) {
  open();
  ASSERT_TRUE(log_->append(record(0)));
  clock_.advance(std::chrono::hours(24));
  ASSERT_TRUE(log_->append(record(1)));
  ASSERT_TRUE(log_->publish_now());
  log_.reset();
  fs::remove(dir_ + "/audit-keys/2026-11-22.key");
  open();
  const Entry lost = log_->entry(Reader::kAuditor, 0).value();
  for (const auto& d : lost.disclosures) EXPECT_TRUE(d.text.empty());
  const Entry kept = log_->entry(Reader::kAuditor, 1).value();
  for (const auto& d : kept.disclosures) EXPECT_FALSE(d.text.empty());
  auto report = fsck(dir_);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->unprovable, 1U);
  EXPECT_TRUE(report->problems.empty());
  // Without today's key the day's entries would be split over two keys.
  log_.reset();
  fs::remove(dir_ + "/audit-keys/2026-11-23.key");
  EXPECT_TRUE(refused().is(Errc::kCorrupt));
}

TEST_F(LedgerTest, KeepsYesterdaysCheckpointAsOld) {
  open();
  append(3);
  ASSERT_TRUE(log_->publish_now());
  const std::string yesterdays = log_->checkpoint().note;
  EXPECT_FALSE(fs::exists(dir_ + "/checkpoint.old"));
  clock_.advance(std::chrono::hours(24));
  append(300);
  ASSERT_TRUE(log_->publish_now());
  EXPECT_EQ(base::posix_files().read(dir_ + "/checkpoint.old", 10000).value(), yesterdays);
  auto verified = verify_folder(dir_);
  ASSERT_TRUE(verified) << verified.error().message();
  EXPECT_EQ(verified->grown_from->size, 3U);
}

TEST_F(LedgerTest, PublishesByItselfAndAtTheEnd) {
  auto log = Ledger::open({.dir = dir_,
                           .origin = "town.example/pd",
                           .key_path = root_ + "/log.key",
                           .checkpoint_period = base::Millis(20),
                           .clock = &clock_});
  ASSERT_TRUE(log);
  ASSERT_TRUE((*log)->append(record(0)));
  for (int i = 0; i < 500 && (*log)->checkpoint().size == 0; ++i)
    std::this_thread::sleep_for(base::Millis(10));
  EXPECT_EQ((*log)->checkpoint().size, 1U);
  ASSERT_TRUE((*log)->append(record(1)));
  log->reset();
  EXPECT_EQ(verify_folder(dir_)->head.size, 2U);
}

TEST_F(LedgerTest, ExportsWhatAnOutsiderCanVerifyAndGrowsIt) {
  open();
  append(258);
  ASSERT_TRUE(log_->publish_now());
  const std::string out = root_ + "/export";
  ASSERT_TRUE(export_folder(dir_, out));
  append(300);
  ASSERT_TRUE(log_->publish_now());
  auto head = export_folder(dir_, out);
  ASSERT_TRUE(head) << head.error().message();
  log_.reset();
  auto verified = verify_folder(out, verifier_key_for("x", std::string(32, 'x')).name + "+00000000+AA==");
  EXPECT_FALSE(verified);  // a wrong key from elsewhere
  verified = verify_folder(out);
  ASSERT_TRUE(verified) << verified.error().message();
  EXPECT_EQ(verified->head.size, 558U);
  EXPECT_EQ(verified->grown_from->size, 258U);
  EXPECT_FALSE(fs::exists(out + "/ledger.db"));
  EXPECT_FALSE(fs::exists(out + "/audit-keys"));
  flip_byte(out + "/tile/entries/001", 500);
  EXPECT_FALSE(verify_folder(out));
}

TEST_F(LedgerTest, OnlyOneProcessHasTheFolder) {
  open();
  EXPECT_TRUE(try_open().error().is(Errc::kBusy));
}

TEST_F(LedgerTest, RefusesToGoOnAfterAnOlderDatabaseWasPutBack) {
  open();
  append(3);
  log_.reset();
  fs::copy(dir_ + "/ledger.db", root_ + "/old.db");
  open();
  append(3);
  ASSERT_TRUE(log_->publish_now());
  log_.reset();
  for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(dir_ + "/ledger.db" + suffix);
  fs::copy(root_ + "/old.db", dir_ + "/ledger.db");
  const base::Error error = refused();
  EXPECT_TRUE(error.is(Errc::kCorrupt));
  EXPECT_NE(error.message().find("already signed"), std::string::npos) << error.message();
}

TEST_F(LedgerTest, RefusesAForeignOrMissingKey) {
  open();
  append(1);
  log_.reset();
  fs::rename(root_ + "/log.key", root_ + "/kept.key");
  EXPECT_TRUE(refused().is(Errc::kCorrupt));
  ASSERT_TRUE(base::posix_files().write_atomic(root_ + "/log.key", std::string(64, '1') + "\n"));
  EXPECT_TRUE(refused().is(Errc::kCorrupt));
  ASSERT_TRUE(base::posix_files().write_atomic(root_ + "/log.key", "rubbish"));
  EXPECT_TRUE(refused().is(Errc::kCorrupt));
}

TEST_F(LedgerTest, RefusesALogWhoseCheckpointStoreIsGone) {
  open();
  append(1);
  log_.reset();
  for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(dir_ + "/checkpoints.db" + suffix);
  EXPECT_TRUE(refused().is(Errc::kCorrupt));
}

TEST_F(LedgerTest, RefusesALogWhoseDatabaseIsGone) {
  open();
  append(1);
  log_.reset();
  for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(dir_ + "/ledger.db" + suffix);
  EXPECT_TRUE(refused().is(Errc::kCorrupt));
}

TEST_F(LedgerTest, FindsADamagedTile) {
  open();
  append(300);
  ASSERT_TRUE(log_->publish_now());
  log_.reset();
  flip_byte(dir_ + "/tile/0/001.p/44", 100);
  EXPECT_TRUE(refused().is(Errc::kCorrupt));
  flip_byte(dir_ + "/tile/0/001.p/44", 100);  // mended
  flip_byte(dir_ + "/tile/0/000", 100);       // not read at start, but fsck and verify see it
  open();
  EXPECT_FALSE(fsck(dir_)->problems.empty());
  EXPECT_TRUE(verify_folder(dir_).error().is(Errc::kCorrupt));
}

TEST_F(LedgerTest, FindsAChangedRow) {
  open();
  append(5);
  ASSERT_TRUE(log_->publish_now());
  log_.reset();
  sql("ledger.db", R"(UPDATE entry SET fields='[["question","plate is XYZ9999",2]]' WHERE idx=2)");
  open();  // leaves are as they were
  EXPECT_TRUE(log_->entry(Reader::kAuditor, 2).error().is(Errc::kCorrupt));
  EXPECT_EQ(fsck(dir_)->problems.size(), 1U);
  log_.reset();
  sql("ledger.db", "UPDATE entry SET leaf=(SELECT leaf FROM entry WHERE idx=1) WHERE idx=2");
  EXPECT_TRUE(refused().is(Errc::kCorrupt));
  sql("ledger.db", "DELETE FROM entry WHERE idx=2");
  EXPECT_TRUE(refused().is(Errc::kCorrupt));
}

TEST_F(LedgerTest, FindsAFileThatIsNoDatabase) {
  open();
  append(5);
  log_.reset();
  for (std::size_t at = 0; at < 100; ++at) flip_byte(dir_ + "/ledger.db", at);
  EXPECT_TRUE(refused().is(Errc::kCorrupt));
}

TEST_F(LedgerTest, NeverSignsTwoRootsForOneSize) {
  open();
  append(2);
  ASSERT_TRUE(log_->publish_now());
  // Somebody else moved the stored checkpoint on: this one must not sign over it, and must stop taking
  // entries.
  sql("checkpoints.db", "UPDATE checkpoint SET size=99");
  append(1);
  EXPECT_TRUE(log_->publish_now().error().is(Errc::kCorrupt));
  EXPECT_TRUE(log_->append(record(9)).error().is(Errc::kCorrupt));
}

TEST_F(LedgerTest, FinishesWhatACrashLeftBetweenCheckpointAndFile) {
  open();
  append(2);
  ASSERT_TRUE(log_->publish_now());
  const std::string note = log_->checkpoint().note;
  log_.reset();
  fs::remove(dir_ + "/checkpoint");
  open();
  EXPECT_EQ(base::posix_files().read(dir_ + "/checkpoint", 10000).value(), note);
}

TEST_F(LedgerTest, StopsTakingEntriesWhenTheDiskFails) {
  open();
  append(1);
  fs::remove_all(dir_ + "/audit-keys");
  std::ofstream(dir_ + "/audit-keys") << "in the way";  // no key can be made for the new day
  clock_.advance(std::chrono::hours(24));
  EXPECT_FALSE(log_->append(record(1)));
  EXPECT_FALSE(log_->append(record(1)));
  EXPECT_EQ(log_->size(), 1U);
}

TEST_F(LedgerTest, RefusesAnOriginThatIsNoKeyName) {
  auto log = Ledger::open({.dir = dir_, .origin = "a b", .key_path = root_ + "/log.key", .clock = &clock_});
  EXPECT_TRUE(log.error().is(Errc::kBadRecord));
}

}  // namespace
}  // namespace glasshouse::ledger
