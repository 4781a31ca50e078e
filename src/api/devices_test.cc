// Cameras' certificates through the whole API: claim, upload, renewal, the end of a day, revocation.
#include "api/devices.h"

#include "api/served_town_testing.h"
#include "crypto/device_certificate.h"

namespace glasshouse::api {
namespace {

class DevicesTest : public ServedTown {
 protected:
  void SetUp() override {
    ServedTown::SetUp();
    desk_ = std::make_unique<DeviceDesk>(std::string(32, 's'), "Cameras of test.invalid/log", clock_.now());
    desk_->set_port(8444);
    services_.devices = desk_.get();
    admin_ = administrator();
    camera_id_ = records_->create_camera({.name = "Main Street", .place = {37.27, -79.94}})->id;
  }

  std::string code() {
    const auto made =
        send(Method::kPost, "/api/v1/cameras/" + camera_id_ + "/claim-code", Json::object(), admin_);
    EXPECT_EQ(made.status, 201) << made.response.body;
    return made.body.value("code", "");
  }
  static std::string request_for(const crypto::SigningKey& key) {
    return crypto::certificate_request_pem(key, "camera");
  }
  Answer claim(const std::string& code, const crypto::SigningKey& key) {
    return send(Method::kPost, "/api/v1/claim", {{"code", code}, {"request", request_for(key)}});
  }
  // A call on the cameras' port, as net hands it over after the handshake.
  Answer call(const std::string& path, const Json& body, const crypto::SigningKey& key,
              const std::string& pem) {
    net::Request request;
    request.method = body.is_null() ? Method::kGet : Method::kPost;
    request.path = path;
    request.headers.add("Content-Type", "application/json");
    if (!body.is_null()) request.body = body.dump();
    request.peer_key = key.public_key();
    request.peer_certificate = pem;
    net::Response response = handler_(request);
    return {response.status, Json::parse(response.body, nullptr, false), response};
  }
  Answer beat(const crypto::SigningKey& key, const std::string& pem) {
    return call("/api/v1/ingest/heartbeat",
                {{"source_state", "reading"}, {"version", "1"}, {"spool_reads", 0}}, key, pem);
  }
  Answer renew(const crypto::SigningKey& key, const std::string& pem) {
    return call("/api/v1/ingest/certificate", {{"request", request_for(key)}}, key, pem);
  }
  std::string certificate_state() {
    return send(Method::kGet, "/api/v1/cameras/" + camera_id_, nullptr, admin_)
        .body["certificate"]["state"]
        .get<std::string>();
  }
  std::size_t entries() { return ledger_->size(); }

  std::unique_ptr<DeviceDesk> desk_;
  std::string admin_, camera_id_;
};

TEST_F(DevicesTest, ACodeClaimsOnceAndTheKeyIsTheCamera) {
  ASSERT_TRUE(records_->set_device_token(camera_id_, crypto::sha256_hex("old-token")));
  const auto device = crypto::SigningKey::generate(), other = crypto::SigningKey::generate();
  EXPECT_EQ(certificate_state(), "none");
  std::string text = code();
  EXPECT_EQ(text.size(), 30u) << text;
  for (char& c : text) c = static_cast<char>(std::tolower(c));  // as somebody types it
  const auto claimed = claim(text, device);
  ASSERT_EQ(claimed.status, 201) << claimed.response.body;
  EXPECT_EQ(claimed.body["camera_id"], camera_id_);
  EXPECT_EQ(claimed.body["pin"], desk_->pin());
  EXPECT_EQ(claim(text, other).status, 404) << "used";
  const std::string pem = claimed.body["certificate"];
  EXPECT_EQ(beat(device, pem).status, 204);
  EXPECT_EQ(certificate_state(), "valid");
  EXPECT_EQ(beat(other, pem).status, 401) << "somebody else's certificate";
  EXPECT_EQ(call("/api/v1/me", nullptr, device, pem).status, 404) << "nothing but what is for cameras";
  EXPECT_EQ(call("/peer/v1/texts", Json::object(), device, pem).status, 401);
  // The token of before is over, and no new one is made.
  EXPECT_EQ(
      send(Method::kGet, "/api/v1/ingest/day-keys", nullptr, {}, {{"Authorization", "Bearer old-token"}})
          .status,
      401);
  EXPECT_EQ(send(Method::kPost, "/api/v1/cameras/" + camera_id_ + "/token", Json::object(), admin_).status,
            409);
}

TEST_F(DevicesTest, ACodeIsGoodForAQuarterOfAnHourAndTheNewestOnly) {
  const auto device = crypto::SigningKey::generate();
  EXPECT_EQ(send(Method::kPost, "/api/v1/claim", {{"code", code()}, {"request", "nonsense"}}).status, 422);
  const std::string first = code(), second = code();
  EXPECT_EQ(claim(first, device).status, 404);
  clock_.advance(kCodeLife);
  EXPECT_EQ(claim(second, device).status, 404);
  EXPECT_EQ(claim("AAAAA-AAAAA", device).status, 404);
}

TEST_F(DevicesTest, ACodeNeedsAPasskeyTouchedAShortWhileAgo) {
  clock_.advance(std::chrono::minutes(11));
  const auto made =
      send(Method::kPost, "/api/v1/cameras/" + camera_id_ + "/claim-code", Json::object(), admin_);
  EXPECT_EQ(made.status, 403);
  EXPECT_EQ(made.body["type"], "/problems/confirm");
}

TEST_F(DevicesTest, AfterADayACertificateIsGoodForItsRenewalOnlyAndAfterAWeekForNothing) {
  const auto device = crypto::SigningKey::generate();
  const std::string pem = claim(code(), device).body["certificate"];
  clock_.advance(kCertificateLife - base::Millis(1));
  EXPECT_EQ(beat(device, pem).status, 204);
  clock_.advance(base::Millis(1));
  const auto expired = beat(device, pem);
  EXPECT_EQ(expired.status, 403);
  EXPECT_EQ(expired.body["type"], "/problems/certificate-expired");
  const auto renewed = renew(device, pem);
  ASSERT_EQ(renewed.status, 200) << renewed.response.body;
  const std::string next = renewed.body["certificate"];
  EXPECT_EQ(beat(device, next).status, 204);
  const auto other = crypto::SigningKey::generate();
  EXPECT_EQ(call("/api/v1/ingest/certificate", {{"request", request_for(other)}}, device, next).status, 422);
  clock_.advance(kCertificateLife + kRenewalGrace);
  const std::size_t before = entries();
  EXPECT_EQ(renew(device, next).body["type"], "/problems/certificate-over");
  EXPECT_EQ(entries(), before + 1) << "the refused renewal stands in the log";
  EXPECT_EQ(renew(device, next).status, 403);
  EXPECT_EQ(entries(), before + 1) << "once";
}

TEST_F(DevicesTest, ARevokedDeviceIsRefusedAtOnceAndItsKeyForEver) {
  const auto device = crypto::SigningKey::generate(), next = crypto::SigningKey::generate();
  const std::string pem = claim(code(), device).body["certificate"];
  ASSERT_EQ(beat(device, pem).status, 204);
  const std::string path = "/api/v1/cameras/" + camera_id_ + "/certificate";
  EXPECT_EQ(send(Method::kDelete, path, nullptr, admin_).status, 204);
  const auto refused = beat(device, pem);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.body["type"], "/problems/certificate-revoked");
  EXPECT_EQ(renew(device, pem).status, 403);
  EXPECT_EQ(certificate_state(), "revoked");
  EXPECT_EQ(send(Method::kDelete, path, nullptr, admin_).status, 409) << "there is none any more";
  const std::string again = code();
  const auto known = claim(again, device);
  EXPECT_EQ(known.status, 409);
  EXPECT_EQ(known.body["type"], "/problems/key-known");
  EXPECT_EQ(claim(again, next).status, 201) << "the code was not used up by that";
  EXPECT_EQ(beat(device, pem).status, 403);
}

TEST_F(DevicesTest, ANewDeviceTakesThePlaceOfTheOld) {
  const auto first = crypto::SigningKey::generate(), second = crypto::SigningKey::generate();
  const std::string old = claim(code(), first).body["certificate"];
  const std::string now = claim(code(), second).body["certificate"];
  EXPECT_EQ(beat(second, now).status, 204);
  EXPECT_EQ(beat(first, old).body["type"], "/problems/certificate-replaced");
}

TEST_F(DevicesTest, WithoutAPortForCamerasThereAreNoCodes) {
  services_.devices = nullptr;
  const auto made =
      send(Method::kPost, "/api/v1/cameras/" + camera_id_ + "/claim-code", Json::object(), admin_);
  EXPECT_EQ(made.status, 409);
  EXPECT_EQ(made.body["type"], "/problems/no-camera-port");
}

}  // namespace
}  // namespace glasshouse::api
