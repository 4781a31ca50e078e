#include "delivery/push.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "crypto/crypto.h"
#include "crypto/jws.h"
#include "crypto/web_push.h"
#include "delivery/outbox_testing.h"

namespace glasshouse::delivery {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

class BrowserTest : public OutboxTest {
 protected:
  // A browser's subscription; its private key is not needed: what it opens is read by others' programs in
  // tests/system/delivery_test.py.
  static std::string keys() {
    return receiver_text(crypto::base64url(crypto::P256Key::generate().public_key()),
                         crypto::base64url(std::string(16, 'a')))
        .value();
  }
  Channel browser(const std::string& owner, const std::string& path = "1") const {
    Channel channel = draft("Phone");
    channel.kind = "push";
    channel.url = "https://fcm.googleapis.com/fcm/send/" + path;
    channel.owner = owner;
    return channel;
  }
  std::string subscribe(const std::string& owner, const std::string& path = "1") {
    key_ = outbox_->push_key().value();
    return outbox_->create(browser(owner, path), keys())->channel.id;
  }
  std::string key_;
};

TEST_F(BrowserTest, IsToldWithAClaimOfTheServersOwnKeyAndSaysNothingInTheOpen) {
  const std::string id = subscribe("acc_1");
  EXPECT_EQ(outbox_->push_key().value(), key_) << "made once";
  ASSERT_EQ(tell(notice()), 1u);
  ASSERT_EQ(outbox_->send_due(), 1u);
  const net::ClientRequest request = client_.sent.at(0);  // the list grows below
  EXPECT_EQ(request.headers.get("Content-Encoding"), "aes128gcm");
  EXPECT_EQ(request.headers.get("Urgency"), "high");
  EXPECT_EQ(request.headers.get("TTL"), "14400");
  EXPECT_EQ(request.headers.get("Topic")->size(), 32u);
  EXPECT_EQ(request.body.find("Stolen"), std::string::npos);
  EXPECT_EQ(request.body.find("alert_1"), std::string::npos);
  const std::string said(*request.headers.get("Authorization"));
  ASSERT_TRUE(said.starts_with("vapid t=") && said.ends_with(", k=" + key_)) << said;
  const std::string token = said.substr(8, said.find(',') - 8);
  const std::size_t last = token.rfind('.'), first = token.find('.');
  const std::string point = crypto::from_base64url(key_).value();
  EXPECT_TRUE(crypto::verify_es256(point.substr(1, 32), point.substr(33), token.substr(0, last),
                                   crypto::from_base64url(token.substr(last + 1)).value()));
  const Json claims = Json::parse(crypto::from_base64url(token.substr(first + 1, last - first - 1)).value());
  EXPECT_EQ(claims["aud"], "https://fcm.googleapis.com");
  EXPECT_EQ(claims["sub"], "https://town.example");
  EXPECT_EQ(claims["exp"], base::to_ms(clock_.now()) / 1000 + 12 * 3600);
  EXPECT_EQ(newest(id).state, "delivered");

  ASSERT_EQ(tell(notice("alert_1", "rejected")), 0u) << "it wants pending ones only";
  ASSERT_TRUE(outbox_->enqueue_test(id));
  outbox_->send_due();
  EXPECT_NE(client_.sent.at(1).headers.get("Topic"), request.headers.get("Topic"));
  EXPECT_EQ(client_.sent.at(1).body.size(), client_.sent.at(0).body.size()) << "all have one length";
}

TEST_F(BrowserTest, EndsWhenItsPushServiceKnowsItNoMore) {
  for (const int gone : {404, 410}) {
    const std::string id = subscribe("acc_1", std::to_string(gone));
    client_.status = gone;
    ASSERT_EQ(tell(notice("a" + std::to_string(gone))), 1u);
    ASSERT_TRUE(outbox_->enqueue_test(id));
    EXPECT_EQ(outbox_->send_due(), 1u) << "nothing more is sent there";
    EXPECT_EQ(newest(id).state, "dead");
    const Channel ended = outbox_->channel(id).value();
    EXPECT_TRUE(ended.ended_at && !ended.enabled);
    EXPECT_EQ(tell(notice("b" + std::to_string(gone))), 0u);
    Channel revived = ended;
    revived.enabled = true;
    EXPECT_TRUE(outbox_->change(revived).error().is(Errc::kNotFound));
    clock_.advance(std::chrono::hours(24 * kKeptDays + 1));
    outbox_->drop_old();
    EXPECT_TRUE(outbox_->channel(id).error().is(Errc::kNotFound));
  }
}

TEST_F(BrowserTest, WaitsWhenTheServiceIsBusyAndOneSilentServiceHoldsUpItsOwnOnly) {
  const std::string id = subscribe("acc_1");
  for (const int busy : {429, 503}) {
    client_.status = busy;
    ASSERT_EQ(tell(notice("a" + std::to_string(busy))), 1u);
    outbox_->send_due();
    EXPECT_EQ(newest(id).state, "waiting") << busy;
    clock_.advance(base::Millis(29'000));
    EXPECT_EQ(outbox_->send_due(), 0u);
    client_.status = 201;
    clock_.advance(base::Millis(1'000));
    EXPECT_EQ(outbox_->send_due(), 1u);
    EXPECT_EQ(client_.sent.back().headers.get("TTL"), "14370");
  }
  for (int i = 2; i < 6; ++i) subscribe("acc_1", std::to_string(i));
  client_.status = 503;
  ASSERT_EQ(tell(notice("again")), 5u);
  EXPECT_EQ(outbox_->send_due(), 1u);
  client_.refuse_address = true;
  clock_.advance(std::chrono::minutes(1));
  outbox_->send_due();
  EXPECT_EQ(newest(id).state, "dead") << "an address of the own network is not tried again";
}

TEST_F(BrowserTest, BelongsToOnePersonAndIsToldOnlyWhileThatPersonMayBe) {
  const std::string one = subscribe("acc_1");
  const std::string other = subscribe("acc_2", "2");
  EXPECT_TRUE(outbox_->channels()->empty()) << "no channel of the house";
  ASSERT_EQ(outbox_->browsers_of("acc_1")->size(), 1u);
  allowed_ = {"acc_2"};
  EXPECT_EQ(tell(notice()), 1u);
  allowed_ = {};
  EXPECT_EQ(outbox_->send_due(), 1u);
  EXPECT_TRUE(client_.sent.empty()) << "it was taken away while the message waited";
  EXPECT_EQ(newest(other).state, "dead");
  allowed_ = {"acc_1", "acc_2"};
  EXPECT_TRUE(outbox_->remove_browsers_of("acc_1"));
  EXPECT_TRUE(outbox_->channel(one).error().is(Errc::kNotFound));
  EXPECT_TRUE(outbox_->channel(other));
  const std::string taken = subscribe("acc_3", "2");
  EXPECT_TRUE(outbox_->channel(other).error().is(Errc::kNotFound)) << "the browser is somebody else's now";
  for (std::size_t i = 1; i < kMaxBrowsersOfOne; ++i) subscribe("acc_3", "x" + std::to_string(i));
  EXPECT_TRUE(outbox_->create(browser("acc_3", "y"), keys()).error().is(Errc::kTooMany));
  EXPECT_TRUE(outbox_->create(browser("acc_3", "2"), keys())) << "one of them, made anew";
}

TEST_F(BrowserTest, SubscribesOnlyAtAPushServiceWithKeysThatAreSome) {
  const auto is_good = [&](const std::string& url) {
    Channel channel = browser("acc_1");
    channel.url = url;
    return outbox_->check(channel).has_value();
  };
  EXPECT_TRUE(is_good("https://updates.push.services.mozilla.com/wpush/v2/x"));
  EXPECT_TRUE(is_good("https://wns2-by3p.notify.windows.com/w/?token=x"));
  EXPECT_TRUE(is_good("https://push.town.example:8443/x")) << "whoever runs the server named it";
  for (const char* url :
       {"https://push.town.example/x", "https://evil.example/", "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com.evil.example/", "https://fcm.googleapis.com:8443/x",
        "https://x@fcm.googleapis.com/", "https://notify.windows.com.evil/", "https://10.0.0.1/"})
    EXPECT_FALSE(is_good(url)) << url;
  EXPECT_EQ(push_services_in("a.example,b.example:8443").value(),
            (std::vector<std::string>{"a.example:443", "b.example:8443"}));
  EXPECT_FALSE(push_services_in("a.example/x"));
  EXPECT_FALSE(push_services_in("user@a.example"));
  Channel nobodys = browser("");
  EXPECT_FALSE(outbox_->check(nobodys));
  Channel hook = draft();
  hook.owner = "acc_1";
  EXPECT_FALSE(outbox_->check(hook)) << "only a browser is somebody's own";
  EXPECT_FALSE(receiver_text("short", crypto::base64url(std::string(16, 'a'))));
  EXPECT_FALSE(
      receiver_text(crypto::base64url(std::string(65, '\4')), crypto::base64url(std::string(16, 'a'))));
  EXPECT_FALSE(receiver_text(crypto::base64url(crypto::P256Key::generate().public_key()), "AAAA"));
}

TEST_F(BrowserTest, TheServersKeyLiesSealedAndIsMadeAnewWhenItCannotBeOpened) {
  subscribe("acc_1");
  const std::string kept = db_->query("SELECT secret FROM delivery_push_key")->at(0).text("secret");
  EXPECT_TRUE(kept.starts_with("age:")) << kept;
  Options other = options();
  other.sealing_secret = std::string(32, 'x');
  outbox_ = Outbox::open(other).value();
  EXPECT_NE(outbox_->push_key().value(), key_);
  EXPECT_TRUE(outbox_->browsers_of("acc_1")->empty()) << "they take nothing that another key signed";
}

TEST_F(BrowserTest, WhatIsTooLongForAPushServiceSaysOnlyThatThereIsAnAlert) {
  Channel channel = browser("acc_1");
  channel.parts = {"reason"};
  Notice told = notice();
  told.reason = std::string(5000, 'x');
  const std::string body = body_for(channel, told, {"dlv_1", clock_.now(), "town.example/log", {}});
  EXPECT_LE(body.size(), crypto::kMaxPushText);
  EXPECT_THAT(body, HasSubstr("alert_1"));
}

}  // namespace
}  // namespace glasshouse::delivery
