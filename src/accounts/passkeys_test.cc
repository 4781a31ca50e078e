#include "accounts/passkeys.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "accounts/accounts.h"
#include "accounts/passkey_testing.h"
#include "crypto/age.h"

namespace glasshouse::accounts {
namespace {

const Site kHere{"plates.example", "https://plates.example"};

class PasskeysTest : public ::testing::Test {
 protected:
  PasskeysTest() {
    dir_ = ::testing::TempDir() + "glasshouse_passkeys_" +
           ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directories(dir_);
    db_ = db::Database::open("sqlite://" + dir_ + "/records.db").value();
    accounts_ = Accounts::open(*db_, clock_, std::string(32, 'k')).value();
    account_ = accounts_->create("Sam Okafor", "sam", policy::Role::kOfficer)->id;
  }
  ~PasskeysTest() override {
    accounts_.reset();
    db_.reset();
    std::filesystem::remove_all(dir_);
  }

  Passkeys& passkeys() { return accounts_->passkeys(); }
  base::Result<Passkey> add(const SoftAuthenticator& device, const std::string& name = "Phone") {
    return passkeys().add(account_, name, kHere, device.make(passkeys().challenge(Ceremony::kAdd, account_)));
  }
  base::Result<Passkey> sign_in(SoftAuthenticator& device) {
    return passkeys().use(device.use(passkeys().challenge(Ceremony::kSignIn, "")), kHere, Ceremony::kSignIn,
                          "");
  }

  std::string dir_, account_;
  base::ManualClock clock_{base::from_ms(1795353954000)};
  std::unique_ptr<db::Database> db_;
  std::unique_ptr<Accounts> accounts_;
  SoftAuthenticator device_{kHere};
};

TEST_F(PasskeysTest, OneThatWasAddedSignsIn) {
  const auto made = add(device_);
  ASSERT_TRUE(made) << made.error().message();
  const auto used = sign_in(device_);
  ASSERT_TRUE(used) << used.error().message();
  EXPECT_EQ(used->id, made->id);
  const auto session = accounts_->sign_in_by_passkey(*used);
  ASSERT_TRUE(session);
  EXPECT_EQ(session->session.means, Means::kPasskey);
  EXPECT_EQ(accounts_->session(session->token)->confirmed_at, clock_.now());
  EXPECT_TRUE(passkeys().get(account_, made->id)->last_used_at);
}

TEST_F(PasskeysTest, AChallengeIsGoodOnceForOnePurposeOfOnePersonForFiveMinutes) {
  ASSERT_TRUE(add(device_));
  const auto answer = device_.use(passkeys().challenge(Ceremony::kSignIn, ""));
  ASSERT_TRUE(passkeys().use(answer, kHere, Ceremony::kSignIn, ""));
  EXPECT_TRUE(passkeys().use(answer, kHere, Ceremony::kSignIn, "").error().is(Errc::kChallengeGone));
  const auto other = [&](const std::string& challenge, Ceremony ceremony, const char* subject) {
    return passkeys().use(device_.use(challenge), kHere, ceremony, subject).error().is(Errc::kChallengeGone);
  };
  EXPECT_TRUE(other(passkeys().challenge(Ceremony::kSignIn, ""), Ceremony::kConfirm, "sess_1"));
  EXPECT_TRUE(other(passkeys().challenge(Ceremony::kConfirm, "sess_1"), Ceremony::kConfirm, "sess_2"));
  EXPECT_TRUE(other(crypto::base64url(crypto::random_bytes(56)), Ceremony::kSignIn, ""));
  EXPECT_TRUE(other("", Ceremony::kSignIn, ""));
  const std::string late = passkeys().challenge(Ceremony::kSignIn, "");
  clock_.advance(kChallengeLife);
  EXPECT_TRUE(other(late, Ceremony::kSignIn, ""));
}

TEST_F(PasskeysTest, OnlyThisSiteWithThePersonVerified) {
  ASSERT_TRUE(add(device_));
  SoftAuthenticator stranger(kHere);
  EXPECT_TRUE(sign_in(stranger).error().is(Errc::kPasskeyRefused));
  device_.verifies = false;
  EXPECT_TRUE(sign_in(device_).error().is(Errc::kPasskeyRefused));
  device_.verifies = true;
  device_.cross_origin = true;
  EXPECT_TRUE(sign_in(device_).error().is(Errc::kPasskeyRefused));
  device_.cross_origin = false;
  for (const char* origin :
       {"https://plates.example.evil", "http://plates.example", "https://plates.example:444"}) {
    device_.origin_instead = origin;
    EXPECT_TRUE(sign_in(device_).error().is(Errc::kPasskeyRefused)) << origin;
  }
  device_.origin_instead.clear();
  device_.type_instead = "webauthn.create";
  EXPECT_TRUE(sign_in(device_).error().is(Errc::kPasskeyRefused));
  device_.type_instead.clear();
  SoftAuthenticator elsewhere({"other.example", kHere.origin});
  EXPECT_TRUE(add(elsewhere).error().is(Errc::kPasskeyRefused));
  EXPECT_TRUE(sign_in(device_));
}

TEST_F(PasskeysTest, NoBitOfAnAnswerCanBeChanged) {
  ASSERT_TRUE(add(device_));
  const auto right = device_.use(passkeys().challenge(Ceremony::kSignIn, ""));
  int refused = 0, tried = 0;
  for (std::string UsedAnswer::*part : {&UsedAnswer::authenticator_data, &UsedAnswer::client_data,
                                        &UsedAnswer::signature, &UsedAnswer::credential_id}) {
    for (std::size_t bit = 0; bit < (right.*part).size() * 8; ++bit, ++tried) {
      UsedAnswer wrong = right;
      (wrong.*part)[bit / 8] = static_cast<char>((wrong.*part)[bit / 8] ^ (1 << (bit % 8)));
      refused += !passkeys().use(wrong, kHere, Ceremony::kSignIn, "");
    }
  }
  EXPECT_EQ(refused, tried);
}

TEST_F(PasskeysTest, ACountThatGoesBackEndsThePasskey) {
  const auto made = add(device_);
  ASSERT_TRUE(sign_in(device_));
  SoftAuthenticator& copy = device_;
  copy.count = 0;  // the copy was made before that use
  EXPECT_TRUE(sign_in(copy).error().is(Errc::kPasskeyCopied));
  EXPECT_TRUE(passkeys().get(account_, made->id)->suspect);
  copy.count = 100;
  EXPECT_TRUE(sign_in(copy).error().is(Errc::kPasskeyCopied)) << "both are out, whichever it was";
}

TEST_F(PasskeysTest, TheLastOneStaysAndNamesAreOnesOwn) {
  const auto first = add(device_);
  EXPECT_TRUE(add(device_).error().is(Errc::kDuplicate));
  EXPECT_TRUE(passkeys().remove(account_, first->id).error().is(Errc::kInvalid));
  SoftAuthenticator key(kHere);
  const auto second = add(key, "Key");
  ASSERT_TRUE(second);
  EXPECT_EQ(passkeys().rename(account_, second->id, "Blue key")->name, "Blue key");
  EXPECT_TRUE(passkeys().rename("acct_other", second->id, "Mine").error().is(Errc::kNotFound));
  EXPECT_TRUE(passkeys().remove("acct_other", second->id).error().is(Errc::kNotFound));
  ASSERT_TRUE(passkeys().remove(account_, first->id));
  EXPECT_TRUE(sign_in(device_).error().is(Errc::kPasskeyRefused));
  EXPECT_TRUE(passkeys().remove(account_, second->id).error().is(Errc::kInvalid));
  EXPECT_EQ(passkeys().of(account_)->size(), 1u);
}

TEST_F(PasskeysTest, AKeyForPicturesIsKeptOnce) {
  const auto made = add(device_);
  const std::string recipient = crypto::age_recipient_text(crypto::AgeIdentity::generate().recipient());
  EXPECT_TRUE(passkeys().set_picture_key(account_, made->id, "age1no", "w").error().is(Errc::kInvalid));
  EXPECT_EQ(passkeys().set_picture_key(account_, made->id, recipient, "wrapped")->recipient, recipient);
  EXPECT_TRUE(
      passkeys().set_picture_key(account_, made->id, recipient, "other").error().is(Errc::kDuplicate));
}

TEST_F(PasskeysTest, AClosedOrLockedAccountHasNoUseOfThem) {
  ASSERT_TRUE(add(device_));
  ASSERT_TRUE(accounts_->change(account_, {}, {}, false, false));
  EXPECT_TRUE(accounts_->sign_in_by_passkey(*sign_in(device_)).error().is(Errc::kInactive));
}

TEST(Site, IsTheNameThatPeopleType) {
  const auto is = [](const char* url, const char* id, const char* origin) {
    const auto site = site_of(url);
    ASSERT_TRUE(site) << url;
    EXPECT_EQ(site->id, id) << url;
    EXPECT_EQ(site->origin, origin) << url;
  };
  is("https://plates.example", "plates.example", "https://plates.example");
  is("https://plates.example:443/console", "plates.example", "https://plates.example");
  is("https://plates.example:8443", "plates.example", "https://plates.example:8443");
  is("http://127.0.0.1:8080", "localhost", "http://localhost:8080");
  is("http://[::1]:8080", "localhost", "http://localhost:8080");
  is("http://localhost:80", "localhost", "http://localhost");
  for (const char* bad :
       {"https://192.0.2.7", "https://[2001:db8::1]:8443", "plates.example", "https://", "ftp://a"})
    EXPECT_FALSE(site_of(bad)) << bad;
}

TEST(ClientData, IsReadStrictly) {
  EXPECT_TRUE(read_client_data(R"({"type":"t","challenge":"c","origin":"o","crossOrigin":true,"more":[1]})")
                  ->cross_origin);
  for (const char* bad :
       {"", "{}", "[]", R"({"type":1,"challenge":"c","origin":"o"})", R"({"type":"t","challenge":"c"})",
        R"({"type":"t","challenge":"c","origin":"o","crossOrigin":"no"})"})
    EXPECT_FALSE(read_client_data(bad)) << bad;
  EXPECT_FALSE(read_client_data(std::string(5000, '[')));
}

}  // namespace
}  // namespace glasshouse::accounts
