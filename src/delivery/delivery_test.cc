#include "delivery/delivery.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "crypto/crypto.h"
#include "delivery/formats.h"
#include "delivery/outbox_testing.h"

namespace glasshouse::delivery {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

TEST_F(OutboxTest, SendsOnceASignedMessageThatSaysNoMoreThanTheChannelMay) {
  const auto made = outbox_->create(draft()).value();
  EXPECT_EQ(tell(notice()), 1u);
  EXPECT_EQ(tell(notice()), 0u) << "a further read of the same passing is no news";
  EXPECT_TRUE(client_.sent.empty()) << "nothing is sent on the thread that raised the alert";
  EXPECT_EQ(outbox_->send_due(), 1u);
  EXPECT_EQ(outbox_->send_due(), 0u);
  ASSERT_EQ(client_.sent.size(), 1u);
  const net::ClientRequest& request = client_.sent[0];
  EXPECT_FALSE(request.allow_private_addresses);
  const Json body = Json::parse(request.body);
  EXPECT_EQ(body["alert"], "alert_1");
  EXPECT_EQ(body["hotlist"], "Stolen vehicles");
  EXPECT_EQ(body["camera"], "Main Street");
  EXPECT_FALSE(body.contains("reason")) << "free text leaves only when somebody chose it";
  EXPECT_FALSE(body.contains("place"));
  EXPECT_FALSE(body.contains("plate"));
  const std::string seconds = std::to_string(base::to_ms(clock_.now()) / 1000);
  EXPECT_EQ(
      request.headers.get("Glasshouse-Signature"),
      "t=" + seconds + ",v1=" + crypto::hex(crypto::hmac_sha256(made.secret, seconds + "." + request.body)));
  EXPECT_EQ(newest(made.channel.id).state, "delivered");
  EXPECT_EQ(newest(made.channel.id).status, 204);
}

TEST_F(OutboxTest, TheSignatureIsTheOneThatTheFormatDocumentPrints) {
  EXPECT_EQ(signature_of("secret", base::from_ms(1'764'000'000'000), "{\"type\":\"test\"}"),
            "t=1764000000,v1=ee3ca7fa217cf1e40b15d7889b3281f2383ea2ccbf3c5d0ed7f70404c88f81c2");
}

TEST_F(OutboxTest, ACapMessageRefersToWhatWasToldBeforeAndSaysNoMoreThanTheChannelMay) {
  Channel channel = draft("R&D <desk>");
  channel.url = "https://hooks.example/cap";
  channel.kind = "cap";
  channel.parts = {"camera", "place"};
  channel.schedule.states = {"pending", "rejected"};
  ASSERT_TRUE(outbox_->create(channel));
  Notice told = notice();
  told.camera_name = "Main & 5th";
  ASSERT_EQ(tell(told), 1u);
  told.state = "rejected";
  ASSERT_EQ(tell(told), 1u);
  outbox_->send_due();
  ASSERT_EQ(client_.sent.size(), 2u);
  const std::string first = client_.sent[0].body, second = client_.sent[1].body;
  EXPECT_EQ(client_.sent[0].headers.get("Content-Type"), "application/cap+xml");
  EXPECT_TRUE(client_.sent[0].headers.get("Glasshouse-Signature"));
  EXPECT_THAT(first,
              HasSubstr("<areaDesc>Main &amp; 5th</areaDesc>\n<circle>37.300000,0.000000 0.100000</circle>"));
  EXPECT_THAT(first, HasSubstr("<msgType>Alert</msgType>"));
  EXPECT_THAT(first, HasSubstr("A person must verify it"));
  EXPECT_EQ(first.find("Stolen"), std::string::npos) << "neither list nor reason was chosen";
  EXPECT_EQ(first.find("<references>"), std::string::npos);
  EXPECT_THAT(second, HasSubstr("<msgType>Cancel</msgType>"));
  EXPECT_THAT(second, HasSubstr("<references>town.example/log," +
                                std::string(*client_.sent[0].headers.get("Glasshouse-Delivery")) +
                                ",2026-11-24T12:00:00-00:00</references>"));
}

TEST(Formats, AnEventAndAMailSayNoMoreThanTheChannelMay) {
  Channel channel;
  channel.name = "Büro";
  channel.parts = {"hotlist"};
  channel.mail_from = "lpr@town.example";
  Notice told{
      .alert_id = "alert_1", .state = "rejected", .kind = "exact", .at = base::from_ms(1'764'000'000'500)};
  told.hotlist = "Gestohlen: höchst wichtig = ja";
  told.camera_name = "Main Street";
  const Frame frame{"dlv_1", *base::parse_rfc3339("2026-11-24T12:00:00Z"), "town.example/log", {}};
  channel.kind = "mqtt";
  const Json event = Json::parse(body_for(channel, told, frame));
  EXPECT_EQ(event["type"], "end");
  EXPECT_EQ(event["after"]["id"], "alert_1");
  EXPECT_EQ(event["after"]["start_time"], 1'764'000'000.5);
  EXPECT_FALSE(event["after"].contains("camera"));
  channel.kind = "mail";
  const std::string mail = body_for(channel, told, frame);
  EXPECT_THAT(mail,
              HasSubstr("Date: Tue, 24 Nov 2026 12:00:00 +0000\r\nMessage-ID: <dlv_1@town.example>\r\n"));
  EXPECT_THAT(mail, HasSubstr("\r\nList: Gestohlen: h=C3=B6chst wichtig =3D ja\r\n"));
  EXPECT_EQ(mail.find("Main Street"), std::string::npos);
  EXPECT_THAT(discovery_of("town/lpr"), HasSubstr("\"unique_id\":\"town_lpr_alert\""));
}

TEST_F(OutboxTest, AChannelOfEachKindIsHeldToWhatItNeeds) {
  const auto is_good = [&](auto... changes) {
    Channel channel = draft();
    (changes(channel), ...);
    return outbox_->check(channel).has_value();
  };
  const auto kind = [](std::string kind, std::string url) {
    return [=](Channel& c) { c.kind = kind, c.url = url; };
  };
  const auto to = [](std::string from, std::vector<std::string> to) {
    return [=](Channel& c) { c.mail_from = from, c.mail_to = to; };
  };
  EXPECT_TRUE(is_good(kind("mqtt", "mqtts://broker.example")));
  EXPECT_TRUE(is_good(kind("mqtt", "mqtt://127.0.0.1:1883")));
  EXPECT_FALSE(is_good(kind("mqtt", "mqtt://broker.example"))) << "a password would travel in the open";
  EXPECT_FALSE(is_good(kind("mqtt", "mqtts://user@broker.example")));
  for (const char* topic : {"", "a/+", "#", "/a", "a//b", "$SYS"})
    EXPECT_FALSE(is_good(kind("mqtt", "mqtts://b"), [=](Channel& c) { c.topic = topic; })) << topic;
  EXPECT_TRUE(is_good(kind("mail", "smtp://mail.example"), to("a@b.example", {"c@d.example"})));
  EXPECT_FALSE(is_good(kind("mail", "smtp://mail.example"), to("a@b.example", {})));
  EXPECT_FALSE(is_good(kind("mail", "smtp://mail.example"), to("a@b>\r\nRCPT TO:<x@y", {"c@d.example"})));
  EXPECT_FALSE(is_good(kind("pigeon", "https://loft.example")));
}

TEST_F(OutboxTest, SecretsLieSealedInTheDatabaseAndOldOnesAreSealedAtTheNextStart) {
  const auto made = outbox_->create(draft()).value();
  const auto kept = [&] { return db_->query("SELECT secret FROM delivery_channels")->at(0).text("secret"); };
  EXPECT_EQ(kept().find(made.secret), std::string::npos);
  ASSERT_TRUE(db_->exec("UPDATE delivery_channels SET secret = 'as-before'"));
  outbox_ = Outbox::open(options()).value();
  EXPECT_TRUE(kept().starts_with("age:")) << kept();
  ASSERT_EQ(tell(notice()), 1u);
  outbox_->send_due();
  EXPECT_EQ(client_.sent.at(0).headers.get("Glasshouse-Signature"),
            signature_of("as-before", clock_.now(), client_.sent[0].body));
  Options other = options();
  other.sealing_secret = std::string(32, 'x');
  outbox_ = Outbox::open(other).value();
  ASSERT_EQ(tell(notice("alert_2")), 1u);
  outbox_->send_due();
  EXPECT_EQ(newest(made.channel.id).state, "dead") << "nothing is sent that cannot be signed";
  EXPECT_EQ(client_.sent.size(), 1u);
}

TEST_F(OutboxTest, TriesAgainWithLongerPausesAndGivesUp) {
  const std::string id = outbox_->create(draft())->channel.id;
  client_.status = 500;
  ASSERT_EQ(tell(notice()), 1u);
  base::Millis last{0};
  for (int i = 1; i <= kMaxAttempts; ++i) {
    EXPECT_EQ(outbox_->send_due(), 1u) << i;
    EXPECT_EQ(outbox_->send_due(), 0u) << "not before its time";
    if (i == kMaxAttempts) break;
    const Delivery waiting = newest(id);
    EXPECT_EQ(waiting.state, "waiting");
    const base::Millis pause = *waiting.next_at - clock_.now();
    EXPECT_GE(pause, last);
    EXPECT_LE(pause, std::chrono::hours(6));
    last = pause;
    clock_.advance(pause);
  }
  EXPECT_EQ(newest(id).state, "dead");
  EXPECT_THAT(newest(id).sentence, HasSubstr("answered 500"));
  clock_.advance(std::chrono::hours(24));
  EXPECT_EQ(outbox_->send_due(), 0u);
  client_.status = 200;
  ASSERT_TRUE(outbox_->again(id, newest(id).id));
  EXPECT_EQ(outbox_->send_due(), 1u);
  EXPECT_EQ(newest(id).state, "delivered");
  EXPECT_TRUE(outbox_->again(id, newest(id).id).error().is(Errc::kWrongState));
}

TEST_F(OutboxTest, GivesUpAtOnceOnPrivateAddressesAndWhenTheReceiverIsGone) {
  const std::string id = outbox_->create(draft())->channel.id;
  client_.refuse_address = true;
  ASSERT_EQ(tell(notice()), 1u);
  outbox_->send_due();
  EXPECT_EQ(newest(id).state, "dead");
  EXPECT_THAT(newest(id).sentence, HasSubstr("was not called"));
  client_.refuse_address = false;
  client_.status = 410;
  ASSERT_EQ(tell(notice("alert_2")), 1u);
  outbox_->send_due();
  EXPECT_EQ(newest(id).state, "dead");
}

TEST_F(OutboxTest, ASilentReceiverHoldsUpNobodyElse) {
  const auto slow = outbox_->create(draft("slow")).value();
  const auto good = outbox_->create(draft("good")).value();
  client_.silent_url = slow.channel.url;
  for (int i = 0; i < 5; ++i) ASSERT_EQ(tell(notice("alert_" + std::to_string(i))), 2u);
  EXPECT_EQ(outbox_->send_due(), 6u) << "one attempt at the silent one";
  EXPECT_EQ(newest(good.channel.id).state, "delivered");
}

TEST_F(OutboxTest, QuietHoursSchedulesAreasAndCooldownHoldMessagesBackAndSaySo) {
  Channel channel = draft();
  channel.schedule.quiet_from_min = 22 * 60;
  channel.schedule.quiet_until_min = 6 * 60;
  channel.schedule.cooldown_s = 600;
  channel.schedule.camera_ids = {"cam_1"};
  const std::string id = outbox_->create(channel)->channel.id;
  Notice elsewhere = notice("alert_0");
  elsewhere.camera_id = "cam_2";
  EXPECT_EQ(tell(elsewhere), 0u);
  EXPECT_EQ(tell(notice("alert_0", "closed")), 0u);
  EXPECT_TRUE(outbox_->deliveries(id, 5)->empty()) << "what the channel never wants is no entry of its log";
  EXPECT_EQ(tell(notice("alert_1")), 1u);
  EXPECT_EQ(tell(notice("alert_2")), 0u);
  EXPECT_EQ(newest(id).state, "quiet");
  EXPECT_THAT(newest(id).sentence, HasSubstr("a moment before"));
  clock_.advance(std::chrono::minutes(10));
  EXPECT_EQ(tell(notice("alert_3")), 1u);
  clock_.advance(std::chrono::hours(10));  // 22:10
  EXPECT_EQ(tell(notice("alert_4")), 0u);
  EXPECT_THAT(newest(id).sentence, HasSubstr("quiet at that time"));
}

TEST(Schedule, QuietHoursMaySpanMidnightAndDaysCount) {
  Schedule schedule{.quiet_from_min = 60, .quiet_until_min = 120};
  EXPECT_FALSE(is_quiet(schedule, {59, 0}));
  EXPECT_TRUE(is_quiet(schedule, {60, 0}));
  EXPECT_FALSE(is_quiet(schedule, {120, 0}));
  schedule = {.quiet_from_min = 1320, .quiet_until_min = 360};
  EXPECT_TRUE(is_quiet(schedule, {1439, 0}));
  EXPECT_TRUE(is_quiet(schedule, {0, 0}));
  EXPECT_FALSE(is_quiet(schedule, {360, 0}));
  schedule = {.days = 0x1F};  // Monday to Friday
  EXPECT_FALSE(is_quiet(schedule, {720, 4}));
  EXPECT_TRUE(is_quiet(schedule, {720, 5}));
}

TEST_F(OutboxTest, ChannelsAreCheckedChangedSwitchedOffAndRemoved) {
  for (const char* url : {"http://hooks.example/", "https://", "https://user@hooks.example/",
                          "https://hooks.example/a b", "ftp://hooks.example/", "javascript:alert(1)"}) {
    Channel channel = draft();
    channel.url = url;
    EXPECT_TRUE(outbox_->create(channel).error().is(Errc::kBadField)) << url;
  }
  Channel wordy = draft();
  wordy.parts = {"plate"};
  EXPECT_TRUE(outbox_->create(wordy).error().is(Errc::kBadField)) << "no channel can say a plate";
  auto made = outbox_->create(draft()).value();
  const std::string id = made.channel.id;
  ASSERT_TRUE(outbox_->enqueue_test(id));
  outbox_->send_due();
  EXPECT_EQ(Json::parse(client_.sent.at(0).body)["type"], "test");
  made.channel.enabled = false;
  ASSERT_TRUE(outbox_->change(made.channel));
  EXPECT_EQ(tell(notice()), 0u);
  auto reopened = Outbox::open(options()).value();
  EXPECT_FALSE(reopened->channel(id)->enabled);
  clock_.advance(std::chrono::hours(24 * 8));
  outbox_->drop_old();
  EXPECT_TRUE(outbox_->deliveries(id, 5)->empty());
  EXPECT_TRUE(outbox_->remove(id));
  EXPECT_TRUE(outbox_->channel(id).error().is(Errc::kNotFound));
  for (std::size_t i = 0; i < kMaxChannels; ++i) ASSERT_TRUE(outbox_->create(draft()));
  EXPECT_TRUE(outbox_->create(draft()).error().is(Errc::kTooMany));
}

}  // namespace
}  // namespace glasshouse::delivery
