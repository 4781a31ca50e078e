// Sealed pictures through the routes: what a camera sends, what is refused, and who can open what is given.
#include "api/sealed.h"

#include <nlohmann/json.hpp>

#include "api/search_testing.h"
#include "crypto/age.h"
#include "crypto/crypto.h"
#include "net/multipart.h"
#include "seal/day_keys.h"
#include "seal/picture.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using net::Method;
using namespace std::chrono_literals;

constexpr const char* kJpeg = "\xFF\xD8\xFF a picture of a street";

class SealedTest : public SearchTown {
 protected:
  void SetUp() override {
    SearchTown::SetUp();
    ASSERT_TRUE(db_->migrate(api::migrations()));
    vault_ = *vault::Vault::open({.dir = dir_ + "/vault", .clock = &clock_});
    services_.vault = vault_.get();
    ASSERT_TRUE(vault_->prepare({base::day_of(clock_.now()).since_epoch - 5}));
  }
  void TearDown() override {
    vault_.reset();
    SearchTown::TearDown();
  }

  // As a device with the token of the town's camera.
  Json device(Method method, std::string_view pattern, const Json& body = nullptr) {
    net::Request request;
    if (!body.is_null()) request.body = body.dump();
    Identity caller;
    caller.camera = *records_->camera(camera_id_);
    const net::Response response = call(method, pattern, std::move(request), std::move(caller));
    EXPECT_EQ(response.status, 200) << response.body;
    return Json::parse(response.body);
  }
  // The same read as a form: its picture as bytes in the part "p1".
  static std::string in_parts(Json read, const std::string& name = "p1") {
    const std::string file = *crypto::from_base64(read["picture_sealed"].get<std::string>());
    read.erase("picture_sealed");
    read["picture_part"] = name;
    return net::write_multipart(
        {{"reads", "application/json", Json{{"reads", {read}}}.dump()}, {"p1", "application/age", file}},
        "FORM");
  }
  net::Response send_form(std::string body) {
    net::Request request;
    request.headers.set("Content-Type", net::multipart_type("FORM"));
    request.body = std::move(body);
    Identity caller;
    caller.camera = *records_->camera(camera_id_);
    return call(Method::kPost, kIngest, std::move(request), std::move(caller));
  }
  Json upload(const Json& read) { return device(Method::kPost, kIngest, {{"reads", {read}}}); }

  // What the camera's program makes of a picture.
  Json sealed_read(const std::string& jpeg = kJpeg) {
    const base::Time at = clock_.now() - 1min;
    const auto keys = *seal::read_day_keys(device(Method::kGet, kDayKeys)["day_keys"].get<std::string>());
    const base::Day day = *keys.day_for(base::day_of(at));
    const auto sealed = *seal::seal_picture(jpeg, keys.by_day.at(day));
    const std::string id = base::new_id("read", at);
    const std::string manifest = seal::write_manifest({.camera_id = camera_id_,
                                                       .read_id = id,
                                                       .captured_at = at,
                                                       .key_day = day,
                                                       .sequence = ++sequence_,
                                                       .previous = previous_,
                                                       .payload = sealed.payload,
                                                       .commitment = sealed.commitment,
                                                       .key = {}},
                                                      camera_key_);
    previous_ = seal::manifest_hash(manifest);
    return {{"id", id},
            {"captured_at", base::format_rfc3339(at)},
            {"vehicle", {{"body", "suv"}, {"color", "red"}, {"make", "unknown"}}},
            {"picture_sealed", crypto::base64(sealed.file)},
            {"picture_manifest", manifest}};
  }
  net::Response picture(const std::string& id, const std::string& to) {
    net::Request request;
    request.params["id"] = id;
    request.query = {{"case_id", case_id_}, {"to", to}};
    return call(Method::kGet, kPicture, std::move(request), officer());
  }
  std::string refusal(const Json& read) {
    const Json answer = upload(read);
    EXPECT_EQ(answer["stored"], 0);
    return answer["refused"].empty() ? "" : answer["refused"][0]["reason"].get<std::string>();
  }
  PictureHealth health() { return *PictureChains(*db_, clock_).health(camera_id_); }

  static constexpr const char* kIngest = "/api/v1/ingest/reads";
  static constexpr const char* kDayKeys = "/api/v1/ingest/day-keys";
  std::unique_ptr<vault::Vault> vault_;
  const crypto::SigningKey camera_key_ = crypto::SigningKey::generate();
  const crypto::AgeIdentity browser_ = crypto::AgeIdentity::generate();
  const std::string to_ = crypto::age_recipient_text(browser_.recipient());
  std::uint64_t sequence_ = 0;
  std::string previous_ = std::string(32, '\0');
};

TEST_F(SealedTest, WhatACameraSealsIsOpenedByTheBrowserThatAskedAndByNobodyElse) {
  const Json read = sealed_read();
  EXPECT_EQ(upload(read)["stored"], 1);
  EXPECT_EQ(upload(read)["already_known"], 1);
  const auto before = log_->size();
  const net::Response given = picture(read["id"], to_);
  ASSERT_EQ(given.status, 200) << given.body;
  EXPECT_EQ(log_->size(), before + 1) << "the permit stands in the log";
  EXPECT_EQ(given.headers.get("Content-Type"), "application/age");
  EXPECT_EQ(given.headers.get(kSealedHeader), "sealed");
  EXPECT_EQ(given.headers.get("Cache-Control"), "private, no-store");
  const auto manifest = seal::read_manifest(*crypto::from_base64(*given.headers.get(kManifestHeader)));
  ASSERT_TRUE(manifest);
  const auto opened = seal::open_picture(given.body, browser_, *manifest);
  ASSERT_TRUE(opened) << opened.error().message();
  EXPECT_TRUE(opened->starts_with(kJpeg));
  EXPECT_FALSE(crypto::age_open(given.body, crypto::AgeIdentity::generate()));
  EXPECT_EQ(given.body.find("a picture of a street"), std::string::npos);
  EXPECT_EQ(picture(read["id"], "").status, 422);
  EXPECT_EQ(picture(read["id"], "age1nonsense").status, 422);
}

TEST_F(SealedTest, APictureOfTheTimeBeforeIsGivenAsItIsAndSaidToBeOpen) {
  const std::string id = add_read("ABC123", clock_.now() - 1min);
  const net::Response given = picture(id, to_);
  EXPECT_EQ(given.status, 200);
  EXPECT_EQ(given.headers.get("Content-Type"), "image/jpeg");
  EXPECT_EQ(given.headers.get(kSealedHeader), "open");
}

TEST_F(SealedTest, AShreddedDayIsSaidToBeGone) {
  const Json read = sealed_read();
  ASSERT_EQ(upload(read)["stored"], 1);
  ASSERT_TRUE(vault_->shred_before({base::day_of(clock_.now()).since_epoch + 1}));
  const net::Response given = picture(read["id"], to_);
  EXPECT_EQ(given.status, 410);
  EXPECT_NE(given.body.find("picture-shredded"), std::string::npos) << given.body;
}

TEST_F(SealedTest, OnlyWhatThisCameraSignedAboutThisReadAndThesePixelsIsTaken) {
  const auto changed = [&](auto change) {
    Json read = sealed_read();
    change(read);
    return refusal(read);
  };
  const Json other = sealed_read("another");
  EXPECT_NE(changed([&](Json& r) { r["picture_sealed"] = other["picture_sealed"]; }).find("another picture"),
            std::string::npos);
  EXPECT_NE(changed([&](Json& r) { r["picture_manifest"] = other["picture_manifest"]; }).find("another read"),
            std::string::npos);
  EXPECT_NE(changed([&](Json& r) { r["captured_at"] = "2026-11-22T11:58:59.999Z"; }).find("another moment"),
            std::string::npos);
  EXPECT_NE(changed([](Json& r) {
              std::string text = r["picture_manifest"];
              text[text.find("sequence") + 9] = '9';
              r["picture_manifest"] = text;
            }).find("signature"),
            std::string::npos);
  for (const char* part : {"picture_sealed", "picture_manifest"}) {
    EXPECT_NE(changed([&](Json& r) { r.erase(part); }), "") << part;
    EXPECT_NE(changed([&](Json& r) { r[part] = 7; }), "") << part;
    EXPECT_NE(changed([&](Json& r) { r[part] = ""; }), "") << part;
  }
  EXPECT_NE(changed([](Json& r) { r["picture_sealed"] = crypto::base64(kJpeg); }), "") << "not sealed at all";
  EXPECT_NE(changed([](Json& r) { r["picture_jpeg"] = crypto::base64(kJpeg); }), "") << "open as well";
  EXPECT_NE(changed([](Json& r) {
              r.erase("picture_sealed");
              r.erase("picture_manifest");
              r["picture_jpeg"] = crypto::base64(kJpeg);
            }).find("not sealed"),
            std::string::npos);
  records::Camera second;
  second.name = "Second St";
  second.place = {37.27, -79.94};
  const Json of_first = sealed_read();
  camera_id_ = records_->create_camera(second)->id;
  EXPECT_NE(refusal(of_first).find("another camera"), std::string::npos);
}

TEST_F(SealedTest, WhatNoKeyOfItsDayOpensIsRefusedWithTheReason) {
  Json read = sealed_read();
  const auto strange = *seal::seal_picture(kJpeg, crypto::AgeIdentity::generate().recipient());
  auto manifest = *seal::read_manifest(read["picture_manifest"].get<std::string>());
  manifest.payload = strange.payload;
  manifest.commitment = strange.commitment;
  read["picture_sealed"] = crypto::base64(strange.file);
  read["picture_manifest"] = seal::write_manifest(manifest, camera_key_);
  EXPECT_NE(refusal(read).find("does not open with this agency's key of"), std::string::npos);
}

TEST_F(SealedTest, WhatIsMissingOrDoesNotFollowIsSeenInTheCamerasHealth) {
  ASSERT_EQ(upload(sealed_read())["stored"], 1);
  EXPECT_EQ(health().missing, 0u);
  const Json lost = sealed_read(), also_lost = sealed_read();
  ASSERT_EQ(upload(sealed_read())["stored"], 1);
  EXPECT_EQ(health().missing, 0u) << "it may still come";
  clock_.advance(11min);
  EXPECT_EQ(health().missing, 2u);
  EXPECT_FALSE(health().broken_at);
  ASSERT_EQ(upload(lost)["stored"], 1);
  EXPECT_EQ(health().missing, 1u);
  ASSERT_EQ(upload(also_lost)["stored"], 1);
  EXPECT_EQ(health().missing, 0u);
  previous_ = std::string(32, 'x');
  ASSERT_EQ(upload(sealed_read())["stored"], 1);
  EXPECT_TRUE(health().broken_at);
  clock_.advance(24h * 8);
  EXPECT_FALSE(health().broken_at) << "told long enough";
}

TEST_F(SealedTest, AnotherKeyIsToldUnlessANewTokenWasIssued) {
  ASSERT_EQ(upload(sealed_read())["stored"], 1);
  const auto with_another_key = [&] {
    const auto key = crypto::SigningKey::generate();
    Json read = sealed_read();
    auto manifest = *seal::read_manifest(read["picture_manifest"].get<std::string>());
    manifest.sequence = 1;
    manifest.previous = std::string(32, '\0');
    read["picture_manifest"] = seal::write_manifest(manifest, key);
    return read;
  };
  clock_.advance(1h);
  ASSERT_EQ(upload(with_another_key())["stored"], 1);
  EXPECT_EQ(health().other_key_at, clock_.now());
  ASSERT_TRUE(PictureChains(*db_, clock_).forget(camera_id_));
  ASSERT_EQ(upload(with_another_key())["stored"], 1);
  EXPECT_FALSE(health().other_key_at);
  for (std::size_t i = 0; i < 2 * kMostCameraKeys; ++i) ASSERT_EQ(upload(with_another_key())["stored"], 1);
  EXPECT_EQ(db_->query("SELECT camera_key FROM picture_chains")->size(), kMostCameraKeys);
}

TEST_F(SealedTest, APictureComesAsBytesInAPartOfAForm) {
  const Json read = sealed_read();
  const net::Response taken = send_form(in_parts(read));
  ASSERT_EQ(taken.status, 200) << taken.body;
  EXPECT_EQ(Json::parse(taken.body)["stored"], 1) << taken.body;
  const net::Response given = picture(read["id"], to_);
  ASSERT_EQ(given.status, 200) << given.body;
  const auto manifest = seal::read_manifest(read["picture_manifest"].get<std::string>());
  EXPECT_TRUE(seal::open_picture(given.body, browser_, *manifest)->starts_with(kJpeg));
  EXPECT_EQ(upload(read)["already_known"], 1) << "the same read, whichever way it comes";
}

TEST_F(SealedTest, AFormThatIsNotRightIsRefusedWithTheReason) {
  const std::string whole = in_parts(sealed_read());
  const auto slug = [&](std::string body, int status) {
    const net::Response answer = send_form(std::move(body));
    EXPECT_EQ(answer.status, status) << answer.body;
    return answer.body;
  };
  EXPECT_NE(slug(whole.substr(0, whole.size() - 9), 400).find("bad-form"), std::string::npos);
  EXPECT_NE(slug(net::write_multipart({{"p1", "application/json", "{}"}}, "FORM"), 400)
                .find("begin with its reads"),
            std::string::npos);
  EXPECT_NE(
      slug(net::write_multipart({{"reads", "text/plain", "{}"}}, "FORM"), 400).find("begin with its reads"),
      std::string::npos);
  EXPECT_NE(slug(net::write_multipart({{"reads", "application/json", "{"}}, "FORM"), 400).find("bad-json"),
            std::string::npos);
  EXPECT_NE(slug(in_parts(sealed_read(), "p2"), 422).find("No read names the part p1"), std::string::npos);
  const std::string two = R"({"reads":[{"picture_part":"p1"},{"picture_part":"p1"}]})";
  EXPECT_NE(slug(net::write_multipart({{"reads", "application/json", two}, {"p1", "", "x"}}, "FORM"), 422)
                .find("Two reads name"),
            std::string::npos);
  Json read = sealed_read();
  read["picture_part"] = "p1";
  EXPECT_NE(refusal(read).find("picture_part"), std::string::npos) << "both at once";
  read.erase("picture_sealed");
  EXPECT_NE(refusal(read).find("names no part"), std::string::npos) << "JSON has no parts";
  EXPECT_EQ(Json::parse(send_form(whole).body)["stored"], 1) << "nothing of it was stored before";
}

}  // namespace
}  // namespace glasshouse::api
