#include "vault/vault.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include "base/id.h"
#include "seal/day_keys.h"
#include "seal/picture.h"

namespace glasshouse::vault {
namespace {

namespace fs = std::filesystem;
using base::Day;
using policy::Action;

const base::Time kNow = *base::parse_rfc3339("2026-11-24T12:00:00Z");
const Day kToday = base::day_of(kNow);

Day days_ago(int days) {
  return {kToday.since_epoch - days};
}

class VaultTest : public ::testing::Test {
 protected:
  VaultTest() {
    std::string name = (fs::temp_directory_path() / "glasshouse-vault-XXXXXX").string();
    dir_ = ::mkdtemp(name.data());
    auto log = ledger::Ledger::open({.dir = dir_ + "/log",
                                     .origin = "test.example/vault",
                                     .key_path = dir_ + "/log.key",
                                     .clock = &clock_});
    EXPECT_TRUE(log);
    log_ = std::move(*log);
    gate_.emplace(gate::GateOptions{.ledger = log_.get(), .clock = &clock_, .retained_days = 30});
  }
  ~VaultTest() override {
    gate_.reset();
    log_.reset();
    fs::remove_all(dir_);
  }

  std::unique_ptr<Vault> open(const std::string& name = "vault") {
    auto vault = Vault::open({.dir = dir_ + "/" + name, .clock = &clock_});
    EXPECT_TRUE(vault) << (vault ? "" : vault.error().message());
    return vault ? std::move(*vault) : nullptr;
  }

  gate::Permit permit(Action action, gate::Scope scope) {
    policy::Question question;
    question.action = action;
    question.who = {"officer_test", "agency_own", policy::Role::kOfficer, true};
    question.on_case =
        policy::CaseFacts{"case_1", "26-1", "stolen-vehicle", "motor-vehicle-theft", true, true};
    question.beneficiary_kind = "own";
    auto answer = gate_->ask(question, std::move(scope));
    if (!answer) std::abort();
    return std::move(*answer);
  }

  // Sealed as a camera does, with what the signed list says.
  std::string sealed_on(const Vault& vault, Day day) {
    const auto keys = seal::read_day_keys(vault.public_keys({0}));
    EXPECT_TRUE(keys);
    return seal::seal_picture("\xFF\xD8\xFF a picture", keys->by_day.at(day))->file;
  }

  base::ManualClock clock_{kNow};
  std::string dir_;
  std::unique_ptr<ledger::Ledger> log_;
  std::optional<gate::Gate> gate_;
  const std::string id_ = base::new_id("read", kNow), camera_ = base::new_id("cam", kNow);
  const crypto::AgeIdentity browser_ = crypto::AgeIdentity::generate();
};

TEST_F(VaultTest, TellsOfEachKeyBeforeItIsUsedAndDropsItWhenThatFails) {
  auto vault = open();
  std::map<Day, std::string> told;
  const auto tell = [&](Day day, const std::string& recipient) -> base::Result<void> {
    if (told.size() == 3) return base::failure(Errc::kIo, "The ledger is down");
    told[day] = recipient;
    return {};
  };
  EXPECT_FALSE(vault->prepare(days_ago(2), tell));
  EXPECT_EQ(seal::read_day_keys(vault->public_keys({0}))->by_day, told);
  vault.reset();
  vault = open();
  EXPECT_EQ(seal::read_day_keys(vault->public_keys({0}))->by_day, told);
  EXPECT_EQ(vault->living_before(kToday), (std::vector{days_ago(2), days_ago(1)}));
}

TEST_F(VaultTest, MakesKeysForTheKeptDaysAndAWeekAndFindsThemAgain) {
  auto vault = open();
  EXPECT_EQ(vault->prepare(days_ago(2))->size(), 3u + kDaysAhead);
  EXPECT_TRUE(vault->prepare(days_ago(2))->empty());
  const std::string list = vault->public_keys({0});
  EXPECT_EQ(seal::read_day_keys(list)->agency_key, vault->agency_key());
  vault.reset();
  vault = open();
  EXPECT_EQ(vault->public_keys({0}), list);
  EXPECT_EQ(seal::read_day_keys(vault->public_keys(kToday))->by_day.size(), 1u + kDaysAhead);
  const auto rights = fs::status(dir_ + "/vault/days/" + base::format_day(kToday) + ".key").permissions();
  EXPECT_EQ(rights & (fs::perms::group_all | fs::perms::others_all), fs::perms::none);
}

TEST_F(VaultTest, OpensForTheBrowserOfThePermitAndForNobodyElse) {
  const auto vault = open();
  ASSERT_TRUE(vault->prepare(days_ago(2)));
  const std::string file = sealed_on(*vault, kToday);
  const SealedRead read{id_, camera_, kNow, file};
  const auto allowed = permit(Action::kViewPicture, {.read_ids = {id_}});
  const auto given = vault->release(allowed, read, browser_.recipient());
  ASSERT_TRUE(given) << given.error().message();
  EXPECT_TRUE(crypto::age_open(*given, browser_)->starts_with("\xFF\xD8\xFF a picture"));
  EXPECT_FALSE(crypto::age_open(*given, crypto::AgeIdentity::generate()));
  EXPECT_EQ(*seal::payload_hash(*given), *seal::payload_hash(file)) << "only the header is new";

  const auto refused = [&](const gate::Permit& p) {
    const auto answer = vault->release(p, read, browser_.recipient());
    return !answer && answer.error().is(Errc::kOutsidePermit);
  };
  EXPECT_TRUE(refused(permit(Action::kViewPicture, {.read_ids = {base::new_id("read", kNow)}})))
      << "another read";
  EXPECT_TRUE(refused(permit(Action::kViewPicture, {.camera_ids = {base::new_id("cam", kNow)}})))
      << "another camera";
  EXPECT_TRUE(refused(permit(Action::kViewRead, {.read_ids = {id_}}))) << "another action";
  clock_.advance(std::chrono::minutes(61));
  EXPECT_TRUE(refused(allowed)) << "run out";
}

TEST_F(VaultTest, AShreddedDayIsGoneAlsoFromACopyOfTheFolder) {
  auto vault = open();
  ASSERT_TRUE(vault->prepare(days_ago(5)));
  const std::string old_file = sealed_on(*vault, days_ago(5)), new_file = sealed_on(*vault, kToday);
  const std::string key_path = dir_ + "/vault/days/" + base::format_day(days_ago(5)) + ".key";
  const int held_open = ::open(key_path.c_str(), O_RDONLY | O_CLOEXEC);
  fs::copy(dir_ + "/vault", dir_ + "/backup", fs::copy_options::recursive);

  EXPECT_EQ(vault->shred_before(days_ago(3)).value(), 2u);
  EXPECT_EQ(vault->shred_before(days_ago(3)).value(), 0u);
  std::string left(400, '\0');
  left.resize(static_cast<std::size_t>(::pread(held_open, left.data(), left.size(), 0)));
  ::close(held_open);
  EXPECT_EQ(left.find("SECRET"), std::string::npos) << "overwritten, not only unlinked";

  const auto allowed = permit(Action::kViewPicture, {});
  const SealedRead gone{id_, camera_, base::start_of(days_ago(5)), old_file},
      kept{id_, camera_, kNow, new_file};
  EXPECT_TRUE(vault->release(allowed, gone, browser_.recipient()).error().is(Errc::kShredded));
  EXPECT_TRUE(vault->release(allowed, kept, browser_.recipient()));
  EXPECT_TRUE(vault->prepare(days_ago(5))->empty()) << "never made again";

  // The day's key file brought back into the folder from a copy: destroyed at the next start.
  vault.reset();
  fs::copy(dir_ + "/backup/days", dir_ + "/vault/days",
           fs::copy_options::skip_existing | fs::copy_options::recursive);
  ASSERT_TRUE(fs::exists(key_path));
  vault = open();
  EXPECT_FALSE(fs::exists(key_path));
  EXPECT_TRUE(vault->release(allowed, gone, browser_.recipient()).error().is(Errc::kShredded));
}

TEST_F(VaultTest, WhatACameraSealedToTheLastKeyItKnewOpens) {
  const auto vault = open();
  ASSERT_TRUE(vault->prepare(days_ago(5)));
  const std::string file = sealed_on(*vault, days_ago(2));
  const auto allowed = permit(Action::kViewPicture, {});
  EXPECT_TRUE(vault->release(allowed, {id_, camera_, kNow, file}, browser_.recipient()));
  const std::string strange = seal::seal_picture("x", browser_.recipient())->file;
  EXPECT_TRUE(vault->release(allowed, {id_, camera_, kNow, strange}, browser_.recipient())
                  .error()
                  .is(Errc::kCannotOpen));
}

TEST_F(VaultTest, ADamagedKeyIsSaidAndNotPassedOver) {
  open()->prepare(kToday).value();
  std::ofstream(dir_ + "/vault/days/" + base::format_day(kToday) + ".key")
      << "glasshouse-day-key 1 nothing\n";
  const auto vault = Vault::open({.dir = dir_ + "/vault", .clock = &clock_});
  ASSERT_FALSE(vault);
  EXPECT_TRUE(vault.error().is(Errc::kDamaged));
}

TEST_F(VaultTest, AHoldOpensWhatItsDayNoLongerDoesAndDiesByItself) {
  const std::string hold = "hold_01jd0000000000000000000000";
  auto vault = open();
  ASSERT_TRUE(vault->prepare(days_ago(30)));
  const std::string file = sealed_on(*vault, days_ago(2));
  const base::Time at = kNow - std::chrono::hours(48);
  EXPECT_FALSE(vault->rehead_for_hold({id_, camera_, at, file}, hold)) << "it has no key yet";
  ASSERT_TRUE(vault->make_hold_key(hold));
  const auto held = vault->rehead_for_hold({id_, camera_, at, file}, hold);
  ASSERT_TRUE(held) << held.error().message();
  ASSERT_TRUE(vault->shred_before(kToday));
  vault = open();
  EXPECT_EQ(vault->living_holds(), std::vector<std::string>{hold});
  const auto may = permit(Action::kViewPicture, {.read_ids = {id_}});
  EXPECT_FALSE(vault->release(may, {id_, camera_, at, file}, browser_.recipient()));
  SealedRead read{id_, camera_, at, *held};
  read.hold = hold;
  const auto given = vault->release(may, read, browser_.recipient());
  ASSERT_TRUE(given) << given.error().message();
  EXPECT_TRUE(crypto::age_open(*given, browser_));

  const std::string key = dir_ + "/vault/holds/" + hold + ".key";
  fs::copy_file(key, dir_ + "/copy");
  ASSERT_TRUE(vault->shred_hold(hold));
  EXPECT_FALSE(fs::exists(key));
  const auto refused = vault->release(may, read, browser_.recipient());
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(Errc::kShredded));
  EXPECT_FALSE(vault->make_hold_key(hold)) << "a hold that has ended never comes back";
  fs::copy_file(dir_ + "/copy", key);
  vault = open();
  EXPECT_FALSE(fs::exists(key)) << "nor by a copy of its key";
  EXPECT_TRUE(vault->living_holds().empty());
  EXPECT_FALSE(vault->make_hold_key("hold_../../x"));
  EXPECT_FALSE(vault->make_hold_key("hits-yesterday"));
}

TEST_F(VaultTest, TellsWhetherASealOpensWithTheKeyOfItsDay) {
  auto vault = open();
  ASSERT_TRUE(vault->prepare(days_ago(3)));
  const std::string file = sealed_on(*vault, days_ago(1));
  EXPECT_TRUE(vault->check_sealed(file, days_ago(1)));
  EXPECT_TRUE(vault->check_sealed(file, days_ago(2)).error().is(Errc::kCannotOpen));
  EXPECT_TRUE(vault->check_sealed(file, days_ago(9)).error().is(Errc::kCannotOpen));
  std::string torn = file;
  torn[30] ^= 1;
  EXPECT_FALSE(vault->check_sealed(torn, days_ago(1)));
  ASSERT_TRUE(vault->shred_before(kToday));
  EXPECT_TRUE(vault->check_sealed(file, days_ago(1)).error().is(Errc::kShredded));
}

}  // namespace
}  // namespace glasshouse::vault
