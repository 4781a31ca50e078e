// Sixty days with injected time; a backup of the twentieth, restored on the sixtieth with every living key:
// nothing that is over comes back, everything that is held does. bench/shred prints its figures.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <set>

#include "alerts/alerts.h"
#include "app/backup.h"
#include "app/held_reads.h"
#include "app/vault_copy.h"
#include "backup/list.h"
#include "base/file.h"
#include "base/id.h"
#include "reads/store_testing.h"
#include "records/holds.h"
#include "seal/day_keys.h"
#include "seal/picture.h"

namespace glasshouse::app {
namespace {

namespace fs = std::filesystem;
using policy::Action;
using reads::testing::kNow;

constexpr int kShredRetainedDays = 14, kBackupDay = 20, kLastDay = 60;

int reads_a_day() {
  const char* text = std::getenv("GLASSHOUSE_SHRED_READS_A_DAY");
  return text != nullptr ? std::atoi(text) : 2;
}

// What a server has open of one data folder and one vault.
struct ShredHouse {
  ShredHouse(const std::string& data, const std::string& vault_dir, base::Clock& clock)
      : log(ledger::Ledger::open({.dir = data + "/ledger",
                                  .origin = "test.example/shred",
                                  .key_path = data + "/ledger.key",
                                  .clock = &clock})
                .value()),
        db(db::Database::open("sqlite://" + data + "/records.db").value()),
        store(reads::testing::open_store(data + "/reads", clock)),
        vault(vault::Vault::open({.dir = vault_dir, .clock = &clock}).value()),
        gate({.ledger = log.get(), .clock = &clock, .retained_days = kShredRetainedDays}) {
    for (const auto& part : {records::migrations(), alerts::Alerts::migrations(), retention_migrations()})
      EXPECT_TRUE(db->migrate(part));
    records = records::Records::open(*db, clock).value();
  }
  void keep_house() {
    ASSERT_TRUE(drop_old_days({*store, gate, *log, *db, *vault}, records->settings()));
    ASSERT_TRUE(prepare_day_keys(*vault, gate));
  }
  std::unique_ptr<ledger::Ledger> log;
  std::unique_ptr<db::Database> db;
  std::unique_ptr<reads::Store> store;
  std::unique_ptr<vault::Vault> vault;
  gate::Gate gate;
  std::unique_ptr<records::Records> records;
};

class ShredTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_ / "data");
    house_ = std::make_unique<ShredHouse>(folder_ / "data", folder_ / "vault", clock_);
    records::Settings settings = house_->records->settings();
    settings.retained_days = kShredRetainedDays;
    settings.hit_days = kShredRetainedDays;
    ASSERT_TRUE(house_->records->save(settings));
    ASSERT_TRUE(
        house_->db->exec("INSERT INTO cases (id, number, purpose, offence, title, opened_by, is_open, "
                         "opened_at_ms) VALUES ('case_1', '1', 'p', 'o', 't', 'b', 1, 0)"));
  }

  // A day's reads, of which the first is put on hold; of every other such hold the end is soon.
  void live_a_day(int day) {
    clock_.set(kNow + std::chrono::hours(24 * day));
    ASSERT_NO_FATAL_FAILURE(house_->keep_house());
    const auto keys = seal::read_day_keys(house_->vault->public_keys({0}));
    std::vector<reads::Incoming> batch;
    std::vector<std::string> ids;
    for (int n = 0; n < reads_a_day(); ++n) {
      batch.push_back(reads::testing::passing(clock_.now(), "cam_a", "ABC" + std::to_string(100 + n)));
      batch.back().picture_sealed =
          seal::seal_picture("\xFF\xD8\xFF a picture", keys->by_day.at(base::day_of(clock_.now())))->file;
      batch.back().manifest = "signed";
      batch.back().preview_jpeg = "\xFF\xD8 blurred";
      ids.push_back(batch.back().read.id);
    }
    ASSERT_TRUE(house_->store->ingest(std::move(batch)));
    all_.insert(ids.begin(), ids.end());
    if (day < kBackupDay) until_backup_.insert(ids.begin(), ids.end());
    const bool lasts = day % 2 == 0;
    place(ids.front(), clock_.now() + std::chrono::hours(24 * (lasts ? 300 : 30)));
    if (lasts && day < kBackupDay) held_since_then_.insert(ids.front());
  }
  void place(const std::string& read, base::Time until) {
    vault::Vault& vault = *house_->vault;
    const std::string id = base::new_id("hold", clock_.now());
    const auto key = vault.make_hold_key(id);
    ASSERT_TRUE(key);
    ASSERT_TRUE(house_->store->hold(
        {id, "case_1", crypto::age_recipient_text(*key)}, read, [&](const reads::Picture& picture) {
          return vault.rehead_for_hold(
              {.read_id = picture.read_id, .captured_at = picture.captured_at, .file = picture.file.bytes},
              id);
        }));
    records::HoldRecord record;
    record.id = id;
    record.case_id = "case_1";
    record.read_id = read;
    record.until = until;
    ASSERT_TRUE(records::Holds(*house_->db).add(record));
  }
  // Makes the backup on its day, and copies of the vault on that day.
  void live() {
    for (int day = 0; day < kLastDay; ++day) {
      if (day == kBackupDay) {
        ASSERT_TRUE(write_sealing_keys(*house_->vault, folder_ / "data"));
        const auto made = make_backup(folder_ / "data", folder_ / "backup", clock_);
        ASSERT_TRUE(made) << made.error().message();
        const auto copied = back_up_vault(folder_ / "vault", crypto::age_recipient_text(escrow_.recipient()),
                                          folder_ / "vault.age");
        ASSERT_TRUE(copied) << copied.error().message();
      }
      ASSERT_NO_FATAL_FAILURE(live_a_day(day));
    }
    clock_.set(kNow + std::chrono::hours(24 * kLastDay));
    house_->keep_house();
  }

  // The reads, and the pictures that open, of all that were ever taken.
  struct Back {
    std::set<std::string> reads, pictures;
  };
  Back what_is_in(ShredHouse& house) {
    Back back;
    for (const std::string& id : all_) {
      gate::Scope scope;
      scope.read_ids = {id};
      if (house.store->get(door_.permit(Action::kViewRead, scope), id)) back.reads.insert(id);
      const auto permit = door_.permit(Action::kViewPicture, std::move(scope));
      const auto picture = house.store->picture(permit, id);
      if (!picture) continue;
      const auto browser = crypto::AgeIdentity::generate();
      const auto given = house.vault->release(permit,
                                              {.read_id = picture->read_id,
                                               .camera_id = picture->camera_id,
                                               .captured_at = picture->captured_at,
                                               .file = picture->file.bytes,
                                               .hold = picture->hold},
                                              browser.recipient());
      if (given && crypto::age_open(*given, browser)) back.pictures.insert(id);
    }
    return back;
  }
  static std::size_t others(const std::set<std::string>& ids, const std::set<std::string>& than) {
    return static_cast<std::size_t>(
        std::ranges::count_if(ids, [&](const std::string& id) { return !than.contains(id); }));
  }
  void expect_only_what_is_held(const std::string& data, const std::string& vault, const char* name) {
    ShredHouse restored(data, vault, clock_);
    const Back back = what_is_in(restored);
    const std::size_t expired_reads = others(back.reads, held_since_then_);
    const std::size_t expired_pictures = others(back.pictures, held_since_then_);
    EXPECT_EQ(expired_reads, 0u);
    EXPECT_EQ(expired_pictures, 0u);
    EXPECT_EQ(back.reads, held_since_then_);
    EXPECT_EQ(back.pictures, held_since_then_);
    if (std::getenv("GLASSHOUSE_SHRED_TSV") == nullptr) return;
    std::cout << "shred." << name << "expired_reads_back\t" << expired_reads << "\treads\n"
              << "shred." << name << "expired_pictures_back\t" << expired_pictures << "\tpictures\n"
              << "shred." << name << "held_back\t"
              << 100.0 * static_cast<double>(back.pictures.size()) /
                     static_cast<double>(std::max<std::size_t>(1, held_since_then_.size()))
              << "\t%\n"
              << "shred." << name << "reads_in_backup\t" << until_backup_.size() << "\treads\n";
  }

  reads::testing::Folder folder_;
  base::ManualClock clock_{kNow};
  reads::testing::Door door_{clock_};
  std::unique_ptr<ShredHouse> house_;
  const crypto::AgeIdentity escrow_ = crypto::AgeIdentity::generate();
  std::set<std::string> all_, until_backup_, held_since_then_;
};

TEST_F(ShredTest, ABackupOfFortyDaysAgoBringsBackWhatIsHeldAndNothingElse) {
  ASSERT_NO_FATAL_FAILURE(live());
  ASSERT_FALSE(held_since_then_.empty());
  house_.reset();
  fs::copy(folder_ / "vault", folder_ / "vault2", fs::copy_options::recursive);
  const auto vault = vault::Vault::open({.dir = folder_ / "vault2", .clock = &clock_}).value();
  const auto done = restore_backup({folder_ / "backup", folder_ / "restored", ""}, *vault, clock_);
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_FALSE(done->dead.empty());
  expect_only_what_is_held(folder_ / "restored", folder_ / "vault2", "");
}

// The vault of that day, put back from its own copy: the newer log says what was shredded since.
TEST_F(ShredTest, AnOldVaultForgetsFirstWhatTheLogSaysIsOver) {
  ASSERT_NO_FATAL_FAILURE(live());
  house_.reset();
  const auto files =
      restore_vault(folder_ / "vault.age", "# a comment\n" + escrow_.text() + "\n", folder_ / "old");
  ASSERT_TRUE(files) << files.error().message();
  const auto vault = vault::Vault::open({.dir = folder_ / "old", .clock = &clock_}).value();
  EXPECT_GT(vault->living_before(base::day_of(kNow + std::chrono::hours(24 * kBackupDay))).size(), 5u)
      << "the keys of the days of the backup live again";
  const auto done =
      restore_backup({folder_ / "backup", folder_ / "restored", folder_ / "data/ledger"}, *vault, clock_);
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_GT(done->keys_shredded, 5u);
  expect_only_what_is_held(folder_ / "restored", folder_ / "old", "old_vault_");
  EXPECT_FALSE(restore_vault(folder_ / "vault.age", escrow_.text(), folder_ / "old"))
      << "never over another vault";

  // The same without any newer log: the clock says what is over.
  ASSERT_TRUE(restore_vault(folder_ / "vault.age", escrow_.text(), folder_ / "older"));
  const auto older = vault::Vault::open({.dir = folder_ / "older", .clock = &clock_}).value();
  ASSERT_TRUE(restore_backup({folder_ / "backup", folder_ / "restored2", ""}, *older, clock_));
  expect_only_what_is_held(folder_ / "restored2", folder_ / "older", "old_vault_no_log_");
}

// On the day after the backup everything that is kept comes back, with what was decided about it.
TEST_F(ShredTest, AFreshBackupBringsBackAllThatIsKept) {
  for (int day = 0; day < 3; ++day) ASSERT_NO_FATAL_FAILURE(live_a_day(day));
  ASSERT_TRUE(write_sealing_keys(*house_->vault, folder_ / "data"));
  ASSERT_TRUE(make_backup(folder_ / "data", folder_ / "backup", clock_));
  EXPECT_FALSE(make_backup(folder_ / "data", folder_ / "backup", clock_)) << "never over another backup";
  const std::uint64_t entries = house_->log->size();
  house_.reset();
  fs::copy(folder_ / "vault", folder_ / "vault2", fs::copy_options::recursive);
  const auto vault = vault::Vault::open({.dir = folder_ / "vault2", .clock = &clock_}).value();
  const auto done = restore_backup({folder_ / "backup", folder_ / "restored", ""}, *vault, clock_);
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_TRUE(done->dead.empty());
  ShredHouse restored(folder_ / "restored", folder_ / "vault2", clock_);
  const Back back = what_is_in(restored);
  EXPECT_EQ(back.reads, all_);
  EXPECT_EQ(back.pictures, all_);
  EXPECT_EQ(restored.log->size(), entries);
  EXPECT_EQ(restored.records->settings().retained_days, kShredRetainedDays);
  EXPECT_FALSE(restore_backup({folder_ / "backup", folder_ / "restored", ""}, *vault, clock_)) << "not empty";
}

TEST_F(ShredTest, AHalfBackupOrADamagedOneIsRefused) {
  ASSERT_NO_FATAL_FAILURE(live_a_day(0));
  ASSERT_TRUE(write_sealing_keys(*house_->vault, folder_ / "data"));
  ASSERT_TRUE(make_backup(folder_ / "data", folder_ / "backup", clock_));
  const std::string house = folder_ / "backup/house.tar.age";
  auto bytes = base::posix_files().read(house, 64 << 20).value();
  const auto refused = [&](const char* to) {
    const auto done = restore_backup({folder_ / "backup", folder_ / to, ""}, *house_->vault, clock_);
    return !done.has_value();
  };
  ASSERT_TRUE(base::posix_files().write_atomic(house, bytes.substr(0, bytes.size() - 70'000)));
  EXPECT_TRUE(refused("a"));
  bytes[bytes.size() / 2] ^= 1;
  ASSERT_TRUE(base::posix_files().write_atomic(house, bytes));
  EXPECT_TRUE(refused("b"));
  fs::remove(folder_ / "backup/backup");
  EXPECT_TRUE(refused("c"));
}

}  // namespace
}  // namespace glasshouse::app
