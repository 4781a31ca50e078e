// Another agency's server at the port for peers: real TLS on both sides, the whole API behind it.
#include "api/peers.h"

#include <nlohmann/json.hpp>

#include "api/served_town_testing.h"
#include "base/id.h"

namespace glasshouse::api {
namespace {

constexpr base::Millis kAnHour{60ll * 60 * 1000};

class PeersTest : public ServedTown {
 protected:
  void SetUp() override {
    ServedTown::SetUp();
    records::Camera camera;
    camera.place = {37.27, -79.94};
    for (std::string* id : {&shared_, &kept_}) {
      camera.name = id == &shared_ ? "Main Street" : "School Lane";
      *id = records_->create_camera(camera)->id;
    }
    std::vector<reads::Incoming> batch;
    for (int i = 0; i < 20; ++i) {
      reads::Incoming in;
      in.read.id = base::new_id("read", clock_.now());
      in.read.camera_id = i % 2 == 0 ? shared_ : kept_;
      in.read.captured_at = clock_.now() - std::chrono::minutes(i + 1);
      reads::PlateReading reading;
      reading.plate = *plate::Plate::parse("ABC" + std::to_string(100 + i));
      in.read.plate = reading;
      batch.push_back(std::move(in));
    }
    ASSERT_EQ(reads_->ingest(std::move(batch))->stored, 20u);
    sharing::Agency hill;
    hill.public_key = hill_key_.public_key();
    hill.name = "Hill County Sheriff";
    hill.kind = "in-state";
    hill_ = sharing_->keep_agency(hill, {0})->id;
    net::ServerOptions options;
    own_ = std::make_unique<Peers>(sharing_->key(), clock_.now());
    options.peer_certificate_pem = own_->certificate_pem();
    options.peer_key_pem = own_->key_pem();
    options.admits_peer = [this](std::string_view key, std::string_view) {
      return sharing_->agency_by_key(key).has_value();
    };
    auto server = net::Server::start(std::move(options), handler_);
    ASSERT_TRUE(server) << server.error().message();
    server_ = std::move(*server);
    us_.public_key = sharing_->public_key();
    us_.url = "https://127.0.0.1:" + std::to_string(server_->port());
  }
  void TearDown() override {
    server_.reset();
    own_.reset();
    ServedTown::TearDown();
  }

  std::string give() {
    sharing::Grant wanted;
    wanted.owner_name = "Test PD";
    wanted.cameras = {{shared_, "Main Street"}};
    wanted.purposes = {"stolen-vehicle"};
    wanted.starts_at = clock_.now();
    wanted.ends_at = clock_.now() + 24 * kAnHour;
    std::string text;
    const auto draft = sharing_->draft(std::move(wanted), hill_, {}, &text);
    EXPECT_TRUE(draft) << draft.error().message();
    EXPECT_TRUE(sharing_->keep_offer(text, {0}));
    const auto told = hill_server_.post(us_, "/peer/v1/texts", {{"text", *sharing::accept(text, hill_key_)}});
    EXPECT_TRUE(told) << told.error().message();
    EXPECT_EQ(told->status, 204) << told->body;
    return draft->grant.id;
  }
  Json question(const std::string& grant) {
    return {{"query_id", base::new_id("query", clock_.now())},
            {"grant_id", grant},
            {"ledger_index", 7},
            {"officer", "acc_hill"},
            {"role", "officer"},
            {"case_number", "26-1"},
            {"purpose", "stolen-vehicle"},
            {"offence", "motor-vehicle-theft"},
            {"question", {{"plate", {{"text", "ABC"}, {"mode", "prefix"}}}}}};
  }
  std::pair<int, Json> ask(const Json& body) {
    const auto answer = hill_server_.post(us_, "/peer/v1/search", body);
    EXPECT_TRUE(answer) << answer.error().message();
    if (!answer) return {0, nullptr};
    return {answer->status, Json::parse(answer->body, nullptr, false)};
  }

  crypto::SigningKey hill_key_ = *crypto::SigningKey::from_seed(std::string(32, 'h'));
  Peers hill_server_{hill_key_, *base::parse_rfc3339("2026-11-22T12:00:00Z")};
  std::unique_ptr<Peers> own_;
  std::unique_ptr<net::Server> server_;
  sharing::Agency us_;
  std::string hill_, shared_, kept_;
};

TEST_F(PeersTest, AskInsideTheirGrantAndSeeNothingElse) {
  const std::string grant = give();
  const auto [status, body] = ask(question(grant));
  ASSERT_EQ(status, 200) << body;
  EXPECT_EQ(body["items"].size(), 10u);
  for (const Json& read : body["items"]) EXPECT_EQ(read["camera_id"], shared_);
  const auto refused = [&](const char* rule, const std::function<void(Json&)>& change) {
    Json asked = question(grant);
    change(asked);
    const auto [denied, why] = ask(asked);
    EXPECT_EQ(denied, 403) << rule << why;
    EXPECT_NE(why["rules"].dump().find(rule), std::string::npos) << rule << why;
  };
  refused("house/grant-cameras", [&](Json& q) { q["question"]["camera_ids"] = {kept_}; });
  refused("house/grant-cameras", [&](Json& q) { q["question"]["camera_ids"] = {shared_, kept_}; });
  refused("house/grant-purpose", [](Json& q) { q["purpose"] = "burglary"; });
  refused("house/no-immigration", [](Json& q) { q["purpose"] = "immigration-enforcement"; });
  refused("house/grant-not-transitive", [](Json& q) { q["beneficiary"] = "Vale PD"; });
  refused("house/region-opt-in", [](Json& q) { q["regional"] = true; });
  refused("house/grant-required", [](Json& q) { q["grant_id"] = "grant_00000000000000000000000000"; });
  ASSERT_TRUE(sharing_->end(grant, "acc_1", {0})->all_gone);
  refused("house/grant-running", [](Json&) {});
  // Of the rest of the API they see nothing.
  for (const char* path : {"/api/v1/about", "/api/v1/search", "/log/checkpoint", "/"}) {
    const auto other = hill_server_.post(us_, path, Json::object());
    ASSERT_TRUE(other);
    EXPECT_TRUE(other->status == 404 || other->status == 405) << path << other->status;
  }
}

TEST_F(PeersTest, NobodyElseComesInAndNoOtherServerIsTalkedTo) {
  const std::string grant = give();
  const crypto::SigningKey vale = *crypto::SigningKey::from_seed(std::string(32, 'v'));
  const Peers stranger(vale, clock_.now());
  EXPECT_FALSE(stranger.post(us_, "/peer/v1/search", question(grant))) << "a key that is not listed";
  sharing::Agency false_us = us_;
  false_us.public_key = vale.public_key();
  const auto misled = hill_server_.post(false_us, "/peer/v1/search", question(grant));
  ASSERT_FALSE(misled) << "a server with another key";
  EXPECT_TRUE(misled.error().is(net::Errc::kTls) || misled.error().is(net::Errc::kConnect));
  // Another listed agency has no part in the grant.
  sharing::Agency listed;
  listed.public_key = vale.public_key();
  listed.name = "Vale PD";
  listed.kind = "in-state";
  ASSERT_TRUE(sharing_->keep_agency(listed, {0}));
  const auto answer = stranger.post(us_, "/peer/v1/search", question(grant));
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(answer->status, 403) << answer->body;
  EXPECT_NE(answer->body.find("house/grant-required"), std::string::npos) << answer->body;
  // By the town's own door nobody is a peer.
  EXPECT_EQ(send(Method::kPost, "/peer/v1/search", question(grant)).status, 401);
}

}  // namespace
}  // namespace glasshouse::api
