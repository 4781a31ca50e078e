#include "accounts/accounts.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "accounts/throttle.h"
#include "crypto/crypto.h"
#include "crypto/totp.h"

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
    accounts_ = Accounts::open(*db_, clock_, std::string(32, 'k')).value();
  }

  NewSession make_administrator() {
    const std::string link = accounts_->issue_first_link().value();
    return accounts_->sign_in_by_link(link, "Ada Reyes", "ada").value();
  }

  // Turns the fallback on for the session's person, who sets it. Returns the secret in the app.
  std::string set_fallback(const NewSession& session) {
    EXPECT_TRUE(accounts_->allow_fallback(session.session.account.id, true));
    const std::string secret = accounts_->begin_fallback(session.session.account.id).value();
    EXPECT_TRUE(accounts_->set_fallback(session.token, kGood, code(secret)));
    clock_.advance(crypto::kTotpStep);
    return secret;
  }
  std::string code(const std::string& secret) {
    return crypto::totp_code(secret, crypto::totp_step(clock_.now()));
  }
  base::Result<NewSession> wrong(const char* login, const char* address) {
    return accounts_->sign_in(login, "wrong-password-1", "000000", address);
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
  EXPECT_TRUE(accounts_->sign_in_by_link(old_link, "Ada", "ada").error().is(Errc::kLinkGone));
  EXPECT_TRUE(accounts_->sign_in_by_link(link, "", "").error().is(Errc::kInvalid));
  const auto session = accounts_->sign_in_by_link(link, "Ada", "ada");
  ASSERT_TRUE(session);
  EXPECT_EQ(session->session.account.role, policy::Role::kAdministrator);
  EXPECT_EQ(session->session.means, Means::kLink);
  EXPECT_TRUE(accounts_->sign_in_by_link(link, "Eve", "eve").error().is(Errc::kLinkGone));
  EXPECT_TRUE(accounts_->has_administrator());
  EXPECT_TRUE(accounts_->issue_first_link().error().is(Errc::kInvalid));
}

TEST_F(AccountsTest, SessionsSurviveARestartUntilSignedOut) {
  const auto session = make_administrator();
  reopen();
  EXPECT_EQ(accounts_->session(session.token)->account.login, "ada");
  accounts_->sign_out(session.token);
  EXPECT_TRUE(accounts_->session(session.token).error().is(Errc::kExpired));
}

TEST_F(AccountsTest, PasswordAndCodeCountOnlyTogetherAndOnlyWhereAllowed) {
  const auto session = make_administrator();
  const std::string& id = session.session.account.id;
  EXPECT_TRUE(accounts_->begin_fallback(id).error().is(Errc::kInvalid)) << "nobody turned it on";
  ASSERT_TRUE(accounts_->allow_fallback(id, true));
  const std::string secret = accounts_->begin_fallback(id).value();
  EXPECT_TRUE(accounts_->set_fallback(session.token, "short", code(secret)).error().is(Errc::kWeakPassword));
  EXPECT_TRUE(accounts_->set_fallback(session.token, kGood, "000000").error().is(Errc::kInvalid));
  EXPECT_FALSE(accounts_->sign_in("ada", kGood, code(secret), "a")) << "a secret that nobody confirmed";
  ASSERT_TRUE(accounts_->set_fallback(session.token, kGood, code(secret)));
  EXPECT_EQ(accounts_->session(session.token)->means, Means::kFallback);
  EXPECT_FALSE(accounts_->sign_in("ada", kGood, code(secret), "a")) << "a code is good once";
  clock_.advance(crypto::kTotpStep);
  EXPECT_FALSE(accounts_->sign_in("ada", kGood, "", "a"));
  EXPECT_FALSE(accounts_->sign_in("ada", "wrong-password-1", code(secret), "a"));
  clock_.advance(crypto::kTotpStep);
  EXPECT_FALSE(
      accounts_->sign_in(" ADA", kGood, code(secret), "a"));  // a blank is not part of a sign-in name
  const auto in = accounts_->sign_in("ADA", kGood, code(secret), "a");
  ASSERT_TRUE(in);
  EXPECT_EQ(in->session.means, Means::kFallback);
  ASSERT_TRUE(accounts_->allow_fallback(id, false));
  EXPECT_TRUE(accounts_->session(in->token).error().is(Errc::kExpired)) << "off ends what it opened";
  clock_.advance(crypto::kTotpStep);
  EXPECT_FALSE(accounts_->sign_in("ada", kGood, code(secret), "a"));
}

TEST_F(AccountsTest, FiveFailuresInAQuarterLockUntilReleased) {
  const auto admin = make_administrator();
  const std::string& id = admin.session.account.id;
  const std::string secret = set_fallback(admin);
  for (int i = 0; i < kMaxFailures - 1; ++i) EXPECT_TRUE(wrong("ada", "a").error().is(Errc::kBadCredentials));
  clock_.advance(kFailureWindow);  // the window passed: they no longer count
  EXPECT_TRUE(wrong("ada", "a").error().is(Errc::kBadCredentials));
  EXPECT_TRUE(accounts_->sign_in("ada", kGood, code(secret), "a"));
  clock_.advance(crypto::kTotpStep);
  for (int i = 0; i < kMaxFailures; ++i) EXPECT_TRUE(wrong("ada", "b").error().is(Errc::kBadCredentials));
  EXPECT_FALSE(accounts_->sign_in("ada", kGood, code(secret), "c"));
  clock_.advance(Millis(24 * 3600 * 1000));
  // A stranger can tell a locked account neither from none nor, by its answer, that a guess was right.
  const std::string refusal = wrong("ada", "c").error().message();
  EXPECT_EQ(wrong("nobody", "c").error().message(), refusal);
  EXPECT_EQ(accounts_->sign_in("ada", kGood, code(secret), "c").error().message(), refusal);
  ASSERT_TRUE(accounts_->change(id, std::nullopt, std::nullopt, std::nullopt, true));
  clock_.advance(crypto::kTotpStep);
  EXPECT_TRUE(accounts_->sign_in("ada", kGood, code(secret), "c"));
}

TEST_F(AccountsTest, NobodyIsLockedOutByAStrangerWithoutAFallback) {
  const auto admin = make_administrator();
  for (int i = 0; i < 2 * kMaxFailures; ++i) EXPECT_FALSE(wrong("ada", "a"));
  EXPECT_FALSE(accounts_->get(admin.session.account.id)->locked_out);
}

TEST_F(AccountsTest, ASessionLocksWhenIdleAndEndsAfterTwelveHours) {
  const auto admin = make_administrator();
  const std::string secret = set_fallback(admin);
  clock_.advance(kIdleLock - Millis(1) - crypto::kTotpStep);
  EXPECT_FALSE(accounts_->session(admin.token)->locked);
  clock_.advance(kIdleLock);
  EXPECT_TRUE(accounts_->session(admin.token)->locked);
  EXPECT_TRUE(accounts_->session(admin.token)->locked);  // looking does not unlock
  EXPECT_TRUE(
      accounts_->unlock(admin.token, "wrong-password-1", code(secret)).error().is(Errc::kBadCredentials));
  EXPECT_FALSE(accounts_->unlock(admin.token, kGood, code(secret))->locked);
  EXPECT_FALSE(accounts_->session(admin.token)->locked);
  clock_.advance(kSessionLife);
  EXPECT_TRUE(accounts_->session(admin.token).error().is(Errc::kExpired));
}

TEST_F(AccountsTest, TheLockScreenOfALockedAccountSaysSoBeforeItLooksAtThePassword) {
  const auto admin = make_administrator();
  const std::string secret = set_fallback(admin);
  for (int i = 0; i < kMaxFailures; ++i) {
    EXPECT_TRUE(
        accounts_->unlock(admin.token, "wrong-password-1", "000000").error().is(Errc::kBadCredentials));
  }
  EXPECT_TRUE(accounts_->unlock(admin.token, "wrong-password-1", "000000").error().is(Errc::kLockedOut));
  EXPECT_TRUE(accounts_->unlock(admin.token, kGood, code(secret)).error().is(Errc::kLockedOut));
}

TEST_F(AccountsTest, AClosedAccountLosesItsSessionsAtOnce) {
  make_administrator();
  const Account officer = accounts_->create("Sam Okafor", "sam", policy::Role::kOfficer).value();
  const std::string link = accounts_->issue_link(officer.id).value();
  const auto session = accounts_->sign_in_by_link(link, "", "").value();
  const std::string spare = accounts_->issue_link(officer.id).value();
  ASSERT_TRUE(accounts_->change(officer.id, std::nullopt, std::nullopt, false, false));
  EXPECT_TRUE(accounts_->session(session.token).error().is(Errc::kExpired));
  EXPECT_TRUE(accounts_->sign_in_by_link(spare, "", "").error().is(Errc::kLinkGone));
  EXPECT_TRUE(accounts_->create("Other", "SAM", policy::Role::kOfficer).error().is(Errc::kDuplicate));
}

TEST_F(AccountsTest, LinksWorkOnceAndExpire) {
  make_administrator();
  const Account officer = accounts_->create("Sam Okafor", "sam", policy::Role::kOfficer).value();
  const std::string link = accounts_->issue_link(officer.id).value();
  clock_.advance(kLinkLife);
  EXPECT_TRUE(accounts_->sign_in_by_link(link, "", "").error().is(Errc::kLinkGone));
  const std::string fresh = accounts_->issue_link(officer.id).value();
  int opened = 0;
  std::vector<std::thread> racers;
  std::mutex mutex;
  for (int i = 0; i < 4; ++i) {
    racers.emplace_back([&] {
      const bool in = accounts_->sign_in_by_link(fresh, "", "").has_value();
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
  const std::string secret = set_fallback(admin);
  EXPECT_EQ(
      db_->query("SELECT password FROM accounts").value().front().text("password").rfind("$argon2id$", 0),
      0u);
  const auto sealed =
      crypto::from_base64(db_->query("SELECT secret FROM account_fallbacks").value().front().text("secret"));
  ASSERT_TRUE(sealed);
  EXPECT_TRUE(sealed->starts_with("age-encryption.org/v1"));
  EXPECT_EQ(sealed->find(secret), std::string::npos);
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
