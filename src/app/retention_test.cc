#include "app/retention.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <optional>
#include <string_view>

#include "crypto/age.h"
#include "reads/store_testing.h"
#include "seal/day_keys.h"

namespace glasshouse::app {
namespace {

using reads::testing::kNow;

constexpr int kRetainedDays = 2;

enum class Death { kNever, kNoted, kDropped, kRecorded };

// The records database of a process that is killed at one point of a run of retention.
class MortalDatabase final : public db::Database {
 public:
  MortalDatabase(db::Database& real, Death death) : real_(real), death_(death) {}
  base::Result<void> migrate(std::span<const db::Migration> migrations) override {
    return real_.migrate(migrations);
  }
  bool is_sqlite() const override { return real_.is_sqlite(); }
  base::Result<db::Rows> query(std::string_view sql, const db::Params& params) override {
    if (noted_) die_at(Death::kDropped);  // looked at again after the drop
    return real_.query(sql, params);
  }
  base::Result<std::int64_t> exec(std::string_view sql, const db::Params& params) override {
    if (sql.starts_with("DELETE")) die_at(Death::kRecorded);  // its line is in the ledger
    return real_.exec(sql, params);
  }
  base::Result<void> transact(const std::function<base::Result<void>(db::Transaction&)>& body) override {
    auto done = real_.transact(body);
    noted_ = true;
    die_at(Death::kNoted);
    return done;
  }

 private:
  void die_at(Death point) const {
    if (death_ == point) ::kill(::getpid(), SIGKILL);
  }
  db::Database& real_;
  Death death_;
  bool noted_ = false;
};

// What a server has open of one data folder.
class House {
 public:
  House(const reads::testing::Folder& folder, base::Clock& clock, Death death = Death::kNever)
      : clock_(clock),
        store(reads::testing::open_store(folder / "reads", clock)),
        log(ledger::Ledger::open({.dir = folder / "log",
                                  .origin = "test.example/retention",
                                  .key_path = folder / "log.key",
                                  .clock = &clock})
                .value()),
        db(db::Database::open("sqlite://" + folder / "records.db").value()),
        gate_({.ledger = log.get(), .clock = &clock, .retained_days = kRetainedDays}),
        mortal_(*db, death) {
    EXPECT_TRUE(db->migrate(retention_migrations()));
    vault = vault::Vault::open({.dir = folder / "vault", .clock = &clock}).value();
  }
  base::Result<std::size_t> run(int retained_days = kRetainedDays) {
    return drop_days({*store, gate_, *log, mortal_, *vault},
                     {base::day_of(clock_.now()).since_epoch - retained_days}, retained_days);
  }
  base::Result<void> prepare() { return prepare_day_keys(*vault, gate_); }
  std::vector<std::string> values(const std::string& kind, const std::string& name) {
    std::vector<std::string> found;
    const auto entries = log->entries(ledger::Reader::kPublic, std::nullopt, ledger::kMaxPage).value();
    for (const auto& entry : entries) {
      for (const auto& field : entry.disclosures) {
        if (entry.kind == kind && field.name == name) found.push_back(field.value);
      }
    }
    return found;
  }
  // The lines of the ledger: "day reads".
  std::vector<std::string> lines() {
    std::vector<std::string> found;
    const auto entries = log->entries(ledger::Reader::kPublic, std::nullopt, ledger::kMaxPage).value();
    for (const auto& entry : entries) {
      if (entry.kind != "retention.purge") continue;
      std::string day, reads;
      for (const auto& field : entry.disclosures) {
        if (field.name == "day") day = field.value;
        if (field.name == "reads") reads = field.value;
      }
      found.push_back(day + " " + reads);
    }
    return found;
  }

 private:
  base::Clock& clock_;

 public:
  std::unique_ptr<reads::Store> store;
  std::unique_ptr<ledger::Ledger> log;
  std::unique_ptr<db::Database> db;
  std::unique_ptr<vault::Vault> vault;

 private:
  gate::Gate gate_;
  MortalDatabase mortal_;
};

class RetentionTest : public ::testing::Test {
 protected:
  // Two reads today, three on each of the two days that are too old.
  void fill(House& house) const {
    std::vector<reads::Incoming> batch;
    for (const int days : {0, 0, 3, 3, 3, 4, 4, 4}) {
      batch.push_back(reads::testing::passing(kNow - std::chrono::hours(24 * days), "cam_a", "ABC123"));
    }
    ASSERT_TRUE(house.store->ingest(std::move(batch)));
    ASSERT_TRUE(house.vault->prepare({base::day_of(kNow).since_epoch - 4}));
  }
  void run_until_killed(Death death) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      House house(*folder_, clock_, death);
      fill(house);
      (void)house.run();
      ::_exit(1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child lived on";
  }

  std::optional<reads::testing::Folder> folder_{std::in_place};
  base::ManualClock clock_{kNow};
  const std::vector<std::string> both_{"2026-11-19 3", "2026-11-18 3"};
};

TEST_F(RetentionTest, DropsWhatIsTooOldAndWritesALineADay) {
  House house(*folder_, clock_);
  fill(house);
  EXPECT_EQ(house.run(), 2u);
  EXPECT_EQ(house.lines(), both_);
  EXPECT_EQ(house.store->total_reads(), 2u);
  EXPECT_EQ(house.run(), 0u);
  EXPECT_EQ(house.lines(), both_);
}

TEST_F(RetentionTest, KilledAnywhereEveryDroppedDayHasItsLineOnce) {
  for (const Death death : {Death::kNoted, Death::kDropped, Death::kRecorded}) {
    SCOPED_TRACE(static_cast<int>(death));
    folder_.emplace();
    ASSERT_NO_FATAL_FAILURE(run_until_killed(death));
    House house(*folder_, clock_);
    ASSERT_TRUE(house.run());
    EXPECT_EQ(house.lines(), both_);
    EXPECT_EQ(house.store->total_reads(), 2u);
    EXPECT_EQ(house.values("retention.purge", "keys_destroyed"), (std::vector<std::string>{"1", "1"}));
    EXPECT_TRUE(house.vault->living_before({base::day_of(kNow).since_epoch - kRetainedDays}).empty());
    EXPECT_EQ(house.run(), 0u) << "nothing is left to write";
  }
}

TEST_F(RetentionTest, ADayThatIsKeptAfterAllHasNoLine) {
  ASSERT_NO_FATAL_FAILURE(run_until_killed(Death::kNoted));
  House house(*folder_, clock_);
  EXPECT_EQ(house.run(30), 0u);  // the setting was changed before the next start
  EXPECT_TRUE(house.lines().empty());
  EXPECT_EQ(house.store->total_reads(), 8u);
  EXPECT_EQ(house.run(), 2u);
  EXPECT_EQ(house.lines(), both_);
}

TEST_F(RetentionTest, ADayWithoutReadsHasItsKeyDestroyedAndItsLine) {
  House house(*folder_, clock_);
  ASSERT_TRUE(house.vault->prepare({base::day_of(kNow).since_epoch - 3}));
  EXPECT_EQ(house.run(), 1u);
  EXPECT_EQ(house.lines(), (std::vector<std::string>{"2026-11-19 0"}));
  EXPECT_EQ(house.values("retention.purge", "keys_destroyed"), (std::vector<std::string>{"1"}));
  EXPECT_EQ(house.run(), 0u);
}

TEST_F(RetentionTest, EveryDayKeyStandsInTheLogBeforeItIsUsedAndOnce) {
  House house(*folder_, clock_);
  ASSERT_TRUE(house.prepare());
  ASSERT_TRUE(house.prepare());
  const auto listed = seal::read_day_keys(house.vault->public_keys({0}));
  ASSERT_TRUE(listed);
  std::vector<std::string> keys;
  for (const auto& [day, recipient] : listed->by_day)
    keys.insert(keys.begin(), crypto::age_recipient_text(recipient));
  EXPECT_EQ(house.values("vault.day-key", "day_key"), keys) << "newest first";
  EXPECT_EQ(keys.size(), std::size_t{kRetainedDays} + vault::kDaysAhead);
  clock_.advance(std::chrono::hours(24));
  ASSERT_TRUE(house.prepare());
  EXPECT_EQ(house.values("vault.day-key", "day").size(), keys.size() + 1);
  EXPECT_EQ(house.values("vault.day-key", "day")[0],
            base::format_day({base::day_of(clock_.now()).since_epoch + vault::kDaysAhead}));
}

TEST_F(RetentionTest, NothingIsDroppedThatCannotBeNoted) {
  House house(*folder_, clock_);
  fill(house);
  ASSERT_TRUE(house.db->exec("DROP TABLE retention_notes"));
  EXPECT_FALSE(house.run());
  EXPECT_EQ(house.store->total_reads(), 8u);
  EXPECT_EQ(house.vault->living_before({base::day_of(kNow).since_epoch - kRetainedDays}).size(), 2u);
}

}  // namespace
}  // namespace glasshouse::app
