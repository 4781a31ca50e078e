// The ledger's routes on a real ledger and gate; handlers are called as the router calls them.
#include "api/ledger.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "api/public_log.h"
#include "ledger/commitment.h"
#include "ledger/proof_file.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using policy::Role;

class LedgerRoutes : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "apiledgerXXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    dir_ = pattern;
    auto log = ledger::Ledger::open({.dir = dir_,
                                     .origin = "town.example/pd",
                                     .key_path = dir_ + "/log.key",
                                     .checkpoint_period = base::Millis(3'600'000),
                                     .clock = &clock_});
    ASSERT_TRUE(log) << log.error().message();
    log_ = std::move(*log);
    gate_ = std::make_unique<gate::Gate>(gate::GateOptions{log_.get(), &clock_, 30});
    services_.clock = &clock_;
    services_.ledger = log_.get();
    services_.gate = gate_.get();
    for (int i = 0; i < 4; ++i)
      ASSERT_TRUE(gate_->record_event("test.event", {{"question", "plate is ABC1234"}, {"count", "1"}}));
    ASSERT_TRUE(log_->publish_now());
  }
  void TearDown() override {
    gate_.reset();
    log_.reset();
    std::filesystem::remove_all(dir_);
  }

  net::Response get(std::string_view pattern, std::map<std::string, std::string> params = {},
                    std::map<std::string, std::string> query = {}, Role role = Role::kOfficer) {
    std::vector<Route> routes(ledger_routes().begin(), ledger_routes().end());
    routes.insert(routes.end(), public_log_routes().begin(), public_log_routes().end());
    for (const Route& route : routes) {
      if (route.pattern != pattern) continue;
      net::Request request;
      request.params = std::move(params);
      request.query = std::move(query);
      Context ctx{services_, request, {}};
      if (route.caller == Caller::kSession) {
        ctx.identity.session.emplace();
        ctx.identity.session->account.id = "acc_1";
        ctx.identity.session->account.role = role;
        ctx.identity.session->account.active = true;
      }
      return route.handler(ctx);
    }
    ADD_FAILURE() << "no route " << pattern;
    return {};
  }

  std::string dir_;
  base::ManualClock clock_{*base::parse_rfc3339("2026-11-22T14:30:00Z")};
  std::unique_ptr<ledger::Ledger> log_;
  std::unique_ptr<gate::Gate> gate_;
  Services services_;
};

TEST_F(LedgerRoutes, OfficersSeeReleasedFieldsOnly) {
  const net::Response response = get("/api/v1/ledger/entries", {}, {{"limit", "2"}});
  ASSERT_EQ(response.status, 200);
  const Json body = Json::parse(response.body);
  EXPECT_EQ(body["size"], 5);
  EXPECT_EQ(body["items"].size(), 2U);
  EXPECT_EQ(body["items"][0]["index"], 4);
  EXPECT_EQ(body["next_before"], 3);
  EXPECT_EQ(response.body.find("ABC1234"), std::string::npos);
  EXPECT_EQ(log_->size(), 5U);  // looking at what is public is not recorded
  const Json last = Json::parse(get("/api/v1/ledger/entries", {}, {{"before", "2"}}).body);
  EXPECT_EQ(last["items"].size(), 2U);
  EXPECT_FALSE(last.contains("next_before"));
}

TEST_F(LedgerRoutes, AuditorsSeeAllAndTheirLookIsRecordedFirst) {
  const net::Response response = get("/api/v1/ledger/entries/{index}", {{"index", "2"}}, {}, Role::kAuditor);
  ASSERT_EQ(response.status, 200);
  const Json body = Json::parse(response.body);
  std::map<std::string, std::string> values;
  for (const Json& field : body["fields"]) {
    values[field["name"]] = field["value"];
    EXPECT_TRUE(ledger::opens(field["disclosure"].get<std::string>(), body["leaf"].get<std::string>()));
  }
  EXPECT_EQ(values["question"], "plate is ABC1234");
  EXPECT_EQ(log_->size(), 6U);
  EXPECT_EQ(log_->entry(ledger::Reader::kPublic, 5)->kind, "ledger.audit");
}

TEST_F(LedgerRoutes, TheProofChecksOutOnItsOwn) {
  const Json body = Json::parse(get("/api/v1/ledger/entries/{index}/proof", {{"index", "3"}}).body);
  const auto file = ledger::parse_proof_file(body["tlog_proof"].get<std::string>());
  const auto key = ledger::parse_verifier_key(body["verifier_key"].get<std::string>());
  ASSERT_TRUE(file && key);
  EXPECT_TRUE(ledger::verify_proof_file(*file, body["leaf"].get<std::string>(), *key));
  EXPECT_EQ(body["hashes"].size(), file->hashes.size());
}

TEST_F(LedgerRoutes, WrongIndexesAreProblems) {
  for (const char* index : {"5", "-1", "x", "", "1x", "99999999999999999999"}) {
    EXPECT_EQ(get("/api/v1/ledger/entries/{index}", {{"index", index}}).status, 404) << index;
    EXPECT_EQ(get("/api/v1/ledger/entries/{index}/proof", {{"index", index}}).status, 404) << index;
  }
  EXPECT_EQ(get("/api/v1/ledger/entries", {}, {{"before", "x"}}).status, 422);
  EXPECT_GE(get("/api/v1/ledger/entries", {}, {{"limit", "0"}}).status, 400);
}

TEST_F(LedgerRoutes, StrangersSeeFieldsWhenTheirTimeHasCome) {
  ASSERT_TRUE(
      gate_->record_event("test.event", {{"question", "plate is ABC1234", ledger::Release::kRestricted},
                                         {"agency", "agc_7", ledger::Release::kAfterDay},
                                         {"count", "3", ledger::Release::kAtOnce}}));
  ASSERT_TRUE(log_->publish_now());
  const auto names = [&] {
    std::set<std::string> names;
    const Json body = Json::parse(get("/log/entries/{index}", {{"index", "5"}}).body);
    for (const Json& field : body["fields"]) {
      names.insert(field["name"]);
      EXPECT_TRUE(ledger::opens(field["disclosure"].get<std::string>(), body["leaf"].get<std::string>()));
    }
    return names;
  };
  EXPECT_EQ(names(), (std::set<std::string>{"kind", "time", "count"}));
  clock_.advance(std::chrono::hours(24));
  EXPECT_EQ(names(), (std::set<std::string>{"kind", "time", "count", "agency"}));
  const net::Response all = get("/log/entries", {}, {{"limit", "1"}});
  EXPECT_EQ(Json::parse(all.body)["items"][0]["index"], 5);
  EXPECT_EQ(all.body.find("ABC1234"), std::string::npos);
  EXPECT_EQ(get("/log/entries/{index}", {{"index", "6"}}).status, 404);
  EXPECT_EQ(get("/log/proof/{index}", {{"index", "6"}}).status, 404);
}

TEST_F(LedgerRoutes, TheProofFileStandsAlone) {
  const auto file = ledger::parse_proof_file(get("/log/proof/{index}", {{"index", "2"}}).body);
  std::string vkey = get("/log/log.vkey").body;
  ASSERT_TRUE(file) << file.error().message();
  vkey.pop_back();
  EXPECT_TRUE(ledger::verify_proof_file(*file, file->extra, *ledger::parse_verifier_key(vkey)));
  const Json witnesses = Json::parse(get("/log/witnesses").body);
  EXPECT_EQ(witnesses["items"].size(), 0U);
  EXPECT_EQ(witnesses["published_size"], 5);
  EXPECT_EQ(get("/log/witness.policy").body, "log " + vkey + "\nquorum none\n");
}

TEST_F(LedgerRoutes, ServesTheStaticLog) {
  const net::Response checkpoint = get("/log/checkpoint");
  EXPECT_EQ(checkpoint.body, log_->checkpoint().note);
  EXPECT_EQ(checkpoint.headers.get("content-type"), "text/plain; charset=utf-8");
  const net::Response tile = get("/log/tile/{path...}", {{"path", "0/000.p/5"}});
  EXPECT_EQ(tile.body.size(), 160U);
  EXPECT_EQ(tile.headers.get("content-type"), "application/octet-stream");
  EXPECT_NE(tile.headers.get("cache-control")->find("immutable"), std::string_view::npos);
  for (const char* path :
       {"0/000", "0/000.p/6", "../ledger.db", "entries/../../log.key", "", "0/000.p/5/x"}) {
    EXPECT_EQ(get("/log/tile/{path...}", {{"path", path}}).status, 404) << path;
  }
  const Json head = Json::parse(get("/api/v1/ledger/checkpoint").body);
  EXPECT_EQ(head["origin"], "town.example/pd");
  EXPECT_EQ(head["note"], log_->checkpoint().note);
}

}  // namespace
}  // namespace glasshouse::api
