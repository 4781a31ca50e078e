// The whole API without a socket: real stores in a folder of its own, a clock that the test sets. For tests
// that go through make_handler, as a browser or a camera would.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "api/live.h"
#include "api/route.h"

namespace glasshouse::api {

class ServedTown : public ::testing::Test {
 protected:
  using Json = nlohmann::json;
  using Method = net::Method;

  void SetUp() override {
    std::string pattern = testing::TempDir() + "apitownXXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    dir_ = pattern;
    std::filesystem::create_directories(dir_ / "web/assets");
    std::ofstream(dir_ / "web/index.html") << "<!doctype html>console";
    std::ofstream(dir_ / "web/assets/app-1a2b.js") << "let a";
    std::ofstream(dir_ / "web/assets/app-1a2b.js.gz") << "zipped";
    std::ofstream(dir_ / "outside.txt") << "not for anybody";
    std::filesystem::create_symlink(dir_ / "outside.txt", dir_ / "web/link.txt");
    db_ = std::move(*db::Database::open("sqlite://" + (dir_ / "records.db").string()));
    for (const auto& part :
         {records::migrations(), accounts::migrations(), hotlist::Hotlists::migrations(),
          alerts::Alerts::migrations(), delivery::Outbox::migrations(), api::migrations()}) {
      ASSERT_TRUE(db_->migrate(part));
    }
    auto ledger = ledger::Ledger::open({.dir = (dir_ / "ledger").string(),
                                        .origin = "test.invalid/log",
                                        .key_path = (dir_ / "key").string(),
                                        .clock = &clock_});
    ASSERT_TRUE(ledger) << ledger.error().message();
    ledger_ = std::move(*ledger);
    gate_ = std::make_unique<gate::Gate>(
        gate::GateOptions{.ledger = ledger_.get(), .clock = &clock_, .retained_days = 30});
    vault_ = std::move(*vault::Vault::open({.dir = (dir_ / "vault").string(), .clock = &clock_}));
    reads_ = std::move(*reads::Store::open({.dir = (dir_ / "reads").string(), .clock = &clock_}));
    records_ = std::move(*records::Records::open(*db_, clock_));
    hotlists_ = std::move(*hotlist::Hotlists::open(*db_, clock_));
    alerts_ = std::move(*alerts::Alerts::open(*db_, clock_));
    outbox_ = std::move(
        *delivery::Outbox::open({.db = db_.get(), .clock = &clock_, .sealing_secret = std::string(32, 'k')}));
    accounts_ = std::move(*accounts::Accounts::open(*db_, clock_, std::string(32, 'k')));
    sharing_ = std::move(*sharing::Book::open(
        {.db = db_.get(), .clock = &clock_, .key_path = (dir_ / "sharing.key").string()}));
    gate_->set_grants(sharing_.get());
    live_ = std::make_unique<LiveHub>(clock_);
    services_ = {.clock = &clock_,
                 .db = db_.get(),
                 .ledger = ledger_.get(),
                 .gate = gate_.get(),
                 .vault = vault_.get(),
                 .reads = reads_.get(),
                 .records = records_.get(),
                 .hotlists = hotlists_.get(),
                 .alerts = alerts_.get(),
                 .outbox = outbox_.get(),
                 .accounts = accounts_.get(),
                 .live = live_.get(),
                 .sharing = sharing_.get(),
                 .version = "test",
                 .map_geojson = "{}",
                 .public_url = "http://glasshouse.test"};
    handler_ = make_handler(services_, (dir_ / "web").string());
  }
  void TearDown() override {
    handler_ = nullptr;
    live_.reset();
    sharing_.reset();
    accounts_.reset();
    outbox_.reset();
    alerts_.reset();
    hotlists_.reset();
    records_.reset();
    reads_.reset();
    vault_.reset();
    gate_.reset();
    ledger_.reset();
    db_.reset();
    std::filesystem::remove_all(dir_);
  }

  struct Answer {
    int status;
    Json body;
    net::Response response;
  };
  Answer send(Method method, std::string path, const Json& body = nullptr, std::string session = {},
              std::vector<std::pair<std::string, std::string>> headers = {}) {
    net::Request request;
    request.method = method;
    const auto mark = path.find('?');
    request.path = path.substr(0, mark);
    if (mark != std::string::npos) {
      const auto equals = path.find('=', mark);
      request.query[path.substr(mark + 1, equals - mark - 1)] = path.substr(equals + 1);
    }
    request.remote_address = "192.0.2.7";
    request.headers.add("Host", "glasshouse.test");
    if (!session.empty()) request.headers.add("Cookie", "glasshouse_session=" + session);
    if (!body.is_null()) {
      request.body = body.is_string() ? body.get<std::string>() : body.dump();
      request.headers.add("Content-Type", "application/json");
    }
    for (auto& [name, value] : headers) request.headers.set(name, value);
    net::Response response = handler_(request);
    return {response.status, Json::parse(response.body, nullptr, false), response};
  }

  static std::string token_in(const net::Response& response) {
    const std::string cookie(response.headers.get("Set-Cookie").value_or(""));
    const auto start = cookie.find('=') + 1;
    return cookie.substr(start, cookie.find(';') - start);
  }
  std::string administrator() {
    const auto answer = send(Method::kPost, "/api/v1/sign-in/link",
                             {{"token", *accounts_->issue_first_link()}, {"name", "Ada"}, {"login", "ada"}});
    return with_passkey(answer);
  }
  // Past the link, as if a passkey had been added: passkeys_test is where one really is.
  std::string with_passkey(const Answer& answer) {
    EXPECT_EQ(answer.status, 200) << answer.response.body;
    const std::string token = token_in(answer.response);
    touch_passkey(token);
    return token;
  }
  void touch_passkey(const std::string& token) {
    const auto session = accounts_->session(token);
    ASSERT_TRUE(session);
    accounts::Passkey passkey;
    passkey.account_id = session->account.id;
    ASSERT_TRUE(accounts_->confirm(token, passkey));
  }
  std::string somebody(policy::Role role, std::string login, std::string* id = nullptr) {
    const auto account = accounts_->create("Some Body", login, role);
    EXPECT_TRUE(account);
    if (id != nullptr) *id = account->id;
    return with_passkey(
        send(Method::kPost, "/api/v1/sign-in/link", {{"token", *accounts_->issue_link(account->id)}}));
  }
  Json new_case(const std::string& officer) {
    return {{"number", "26-" + std::to_string(++cases_)},
            {"purpose", "stolen-vehicle"},
            {"offence", "motor-vehicle-theft"},
            {"title", "A pickup"},
            {"officer_ids", {officer}}};
  }

  std::filesystem::path dir_;
  base::ManualClock clock_{*base::parse_rfc3339("2026-11-22T12:00:00Z")};
  std::unique_ptr<db::Database> db_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<gate::Gate> gate_;
  std::unique_ptr<vault::Vault> vault_;
  std::unique_ptr<reads::Store> reads_;
  std::unique_ptr<records::Records> records_;
  std::unique_ptr<hotlist::Hotlists> hotlists_;
  std::unique_ptr<alerts::Alerts> alerts_;
  std::unique_ptr<delivery::Outbox> outbox_;
  std::unique_ptr<accounts::Accounts> accounts_;
  std::unique_ptr<sharing::Book> sharing_;
  std::unique_ptr<LiveHub> live_;
  Services services_;
  net::Handler handler_;
  int cases_ = 0;
};

}  // namespace glasshouse::api
