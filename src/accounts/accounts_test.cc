#include "accounts/accounts.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "accounts/throttle.h"

namespace glasshouse::accounts {
namespace {

using base::Millis;
constexpr std::string_view kGood = "three-brown-otters";

class AccountsTest : public ::testing::Test {
 protected:
  AccountsTest() {
    dir_ = ::testing::TempDir() + "glasshouse_accounts_" +
           ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directories(dir_);
    reopen();
  }
  ~AccountsTest() override {
    accounts_.reset();
    db_.reset();
    std::filesystem::remove_all(dir_);
  }

  void reopen() {
    accounts_.reset();
    db_.reset();
    db_ = db::Database::open("sqlite://" + dir_ + "/records.db").value();
    accounts_ = Accounts::open(*db_, clock_).value();
  }

  NewSession make_administrator() {
    const std::string link = accounts_->issue_first_link().value();
    return accounts_->sign_in_by_link(link, "Ada Reyes", "ada", kGood).value();
  }

  std::string dir_;
  base::ManualClock clock_{base::from_ms(1795353954000)};
  std::unique_ptr<db::Database> db_;
  std::unique_ptr<Accounts> accounts_;
};

TEST_F(AccountsTest, TheFirstLinkMakesOneAdministratorOnce) {
  EXPECT_FALSE(accounts_->has_administrator());
  const std::string old_link = accounts_->issue_first_link().value();
  const std::string link = accounts_->issue_first_link().value();
  EXPECT_TRUE(accounts_->sign_in_by_link(old_link, "Ada", "ada", kGood).error().is(Errc::kLinkGone));
  EXPECT_TRUE(accounts_->sign_in_by_link(link, "", "", "").error().is(Errc::kInvalid));
  EXPECT_TRUE(accounts_->sign_in_by_link(link, "Ada", "ada", "short").error().is(Errc::kWeakPassword));
  const auto session = accounts_->sign_in_by_link(link, "Ada", "ada", kGood);
  ASSERT_TRUE(session);
  EXPECT_EQ(session->session.account.role, policy::Role::kAdministrator);
  EXPECT_TRUE(accounts_->sign_in_by_link(link, "Eve", "eve", kGood).error().is(Errc::kLinkGone));
  EXPECT_TRUE(accounts_->has_administrator());
  EXPECT_TRUE(accounts_->issue_first_link().error().is(Errc::kInvalid));
}

TEST_F(AccountsTest, SignsInAndOutAndSurvivesARestart) {
  make_administrator();
  const auto session = accounts_->sign_in(" ADA", kGood, "10.0.0.1");
  EXPECT_FALSE(session);  // a blank is not part of a sign-in name
  const auto good = accounts_->sign_in("ADA", kGood, "10.0.0.1");
  ASSERT_TRUE(good);
  reopen();
  EXPECT_EQ(accounts_->session(good->token)->account.login, "ada");
  accounts_->sign_out(good->token);
  EXPECT_TRUE(accounts_->session(good->token).error().is(Errc::kExpired));
}

TEST_F(AccountsTest, FiveFailuresInAQuarterLockUntilReleased) {
  const auto admin = make_administrator();
  const std::string& id = admin.session.account.id;
  for (int i = 0; i < kMaxFailures - 1; ++i) {
    EXPECT_TRUE(accounts_->sign_in("ada", "wrong-password-1", "a").error().is(Errc::kBadCredentials));
  }
  clock_.advance(kFailureWindow);  // the window passed: they no longer count
  EXPECT_TRUE(accounts_->sign_in("ada", "wrong-password-1", "a").error().is(Errc::kBadCredentials));
  EXPECT_TRUE(accounts_->sign_in("ada", kGood, "a"));
  for (int i = 0; i < kMaxFailures; ++i) {
    EXPECT_TRUE(accounts_->sign_in("ada", "wrong-password-1", "b").error().is(Errc::kBadCredentials));
  }
  EXPECT_FALSE(accounts_->sign_in("ada", kGood, "c"));
  clock_.advance(Millis(24 * 3600 * 1000));
  // A stranger can tell a locked account neither from none nor, by its answer, that a guess was right.
  const std::string wrong = accounts_->sign_in("ada", "wrong-password-1", "c").error().message();
  EXPECT_EQ(accounts_->sign_in("nobody", "wrong-password-1", "c").error().message(), wrong);
  EXPECT_EQ(accounts_->sign_in("ada", kGood, "c").error().message(), wrong);
  ASSERT_TRUE(accounts_->change(id, std::nullopt, std::nullopt, std::nullopt, true));
  EXPECT_TRUE(accounts_->sign_in("ada", kGood, "c"));
}

TEST_F(AccountsTest, ASessionLocksWhenIdleAndEndsAfterTwelveHours) {
  const auto admin = make_administrator();
  clock_.advance(kIdleLock - Millis(1));
  EXPECT_FALSE(accounts_->session(admin.token)->locked);
  clock_.advance(kIdleLock);
  EXPECT_TRUE(accounts_->session(admin.token)->locked);
  EXPECT_TRUE(accounts_->session(admin.token)->locked);  // looking does not unlock
  EXPECT_TRUE(accounts_->unlock(admin.token, "wrong-password-1").error().is(Errc::kBadCredentials));
  EXPECT_FALSE(accounts_->unlock(admin.token, kGood)->locked);
  EXPECT_FALSE(accounts_->session(admin.token)->locked);
  clock_.advance(kSessionLife);
  EXPECT_TRUE(accounts_->session(admin.token).error().is(Errc::kExpired));
}

TEST_F(AccountsTest, TheLockScreenOfALockedAccountSaysSoBeforeItLooksAtThePassword) {
  const auto admin = make_administrator();
  for (int i = 0; i < kMaxFailures; ++i) {
    EXPECT_TRUE(accounts_->unlock(admin.token, "wrong-password-1").error().is(Errc::kBadCredentials));
  }
  EXPECT_TRUE(accounts_->unlock(admin.token, "wrong-password-1").error().is(Errc::kLockedOut));
  EXPECT_TRUE(accounts_->unlock(admin.token, kGood).error().is(Errc::kLockedOut));
}

TEST_F(AccountsTest, AClosedAccountLosesItsSessionsAtOnce) {
  make_administrator();
  const Account officer = accounts_->create("Sam Okafor", "sam", policy::Role::kOfficer).value();
  const std::string link = accounts_->issue_link(officer.id).value();
  const auto session = accounts_->sign_in_by_link(link, "", "", "").value();
  EXPECT_FALSE(session.session.account.has_password);
  ASSERT_TRUE(accounts_->set_password(officer.id, std::nullopt, "a-new-pass-phrase"));
  EXPECT_TRUE(
      accounts_->set_password(officer.id, "wrong", "another-pass-phrase").error().is(Errc::kBadCredentials));
  const std::string spare = accounts_->issue_link(officer.id).value();
  ASSERT_TRUE(accounts_->change(officer.id, std::nullopt, std::nullopt, false, false));
  EXPECT_TRUE(accounts_->session(session.token).error().is(Errc::kExpired));
  EXPECT_TRUE(accounts_->sign_in_by_link(spare, "", "", "").error().is(Errc::kLinkGone));
  EXPECT_TRUE(accounts_->sign_in("sam", "a-new-pass-phrase", "a").error().is(Errc::kBadCredentials));
  EXPECT_TRUE(accounts_->create("Other", "SAM", policy::Role::kOfficer).error().is(Errc::kDuplicate));
}

TEST_F(AccountsTest, LinksWorkOnceAndExpire) {
  make_administrator();
  const Account officer = accounts_->create("Sam Okafor", "sam", policy::Role::kOfficer).value();
  const std::string link = accounts_->issue_link(officer.id).value();
  clock_.advance(kLinkLife);
  EXPECT_TRUE(accounts_->sign_in_by_link(link, "", "", "").error().is(Errc::kLinkGone));
  const std::string fresh = accounts_->issue_link(officer.id).value();
  int opened = 0;
  std::vector<std::thread> racers;
  std::mutex mutex;
  for (int i = 0; i < 4; ++i) {
    racers.emplace_back([&] {
      const bool in = accounts_->sign_in_by_link(fresh, "", "", "").has_value();
      std::lock_guard lock(mutex);
      opened += in;
    });
  }
  for (auto& racer : racers) racer.join();
  EXPECT_EQ(opened, 1);
}

TEST_F(AccountsTest, TheLastAdministratorStays) {
  const auto admin = make_administrator();
  const std::string& id = admin.session.account.id;
  EXPECT_TRUE(accounts_->change(id, std::nullopt, policy::Role::kOfficer, std::nullopt, false)
                  .error()
                  .is(Errc::kInvalid));
  EXPECT_TRUE(accounts_->change(id, std::nullopt, std::nullopt, false, false).error().is(Errc::kInvalid));
  accounts_->create("Bo Lind", "bo", policy::Role::kAdministrator).value();
  EXPECT_TRUE(accounts_->change(id, std::nullopt, policy::Role::kOfficer, std::nullopt, false));
}

TEST_F(AccountsTest, NothingThatIsStoredOpensAnything) {
  const auto admin = make_administrator();
  const auto rows = db_->query("SELECT token_hash FROM account_sessions").value();
  for (const auto& row : rows) {
    EXPECT_NE(row.text("token_hash"), admin.token);
    EXPECT_TRUE(accounts_->session(row.text("token_hash")).error().is(Errc::kExpired));
  }
  EXPECT_EQ(
      db_->query("SELECT password FROM accounts").value().front().text("password").rfind("$argon2id$", 0),
      0u);
}

TEST(AddressThrottle, ClosesAnAddressForAQuarterOfAnHour) {
  AddressThrottle throttle;
  const base::Time start = base::from_ms(1795353954000);
  for (std::size_t i = 0; i < kMaxAddressFailures; ++i) {
    EXPECT_TRUE(throttle.is_open("192.0.2.1", start));
    throttle.note_failure("192.0.2.1", start);
  }
  EXPECT_FALSE(throttle.is_open("192.0.2.1", start));
  EXPECT_TRUE(throttle.is_open("192.0.2.2", start));
  EXPECT_TRUE(throttle.is_open("192.0.2.1", start + kAddressWindow));
}

}  // namespace
}  // namespace glasshouse::accounts
