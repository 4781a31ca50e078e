#include "app/case_feed.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "records/fed_cases.h"
#include "records/outside_book.h"

namespace glasshouse::app {
namespace {

using ::testing::HasSubstr;

class FakeClient final : public net::Client {
 public:
  base::Result<net::ClientResponse> send(const net::ClientRequest& request) override {
    asked = request;
    return answer;
  }
  net::ClientRequest asked;
  net::ClientResponse answer;
};

class CaseFeedTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "glasshouse_feed_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    dir_ = pattern;
    db_ = db::Database::open("sqlite://" + dir_ + "/records.db").value();
    ASSERT_TRUE(db_->migrate(records::migrations()));
    ASSERT_TRUE(db_->migrate(accounts::migrations()));
    log_ = ledger::Ledger::open({.dir = dir_ + "/log",
                                 .origin = "test.example/feed",
                                 .key_path = dir_ + "/log.key",
                                 .clock = &clock_})
               .value();
    gate_ = std::make_unique<gate::Gate>(gate::GateOptions{.ledger = log_.get(), .clock = &clock_});
    records_ = records::Records::open(*db_, clock_).value();
    accounts_ = accounts::Accounts::open(*db_, clock_, std::string(32, 'k')).value();
    dana_ = accounts_->create("Dana Reyes", "dreyes", policy::Role::kOfficer)->id;
    services_.clock = &clock_;
    services_.db = db_.get();
    services_.gate = gate_.get();
    services_.records = records_.get();
    services_.accounts = accounts_.get();
    feed_ = std::make_unique<CaseFeed>(services_, dir_ + "/case-feed.toml", &client_);
    map("reader = \"file\"\npath = \"" + dir_ + "/cases.csv\"\nwhole = true\n");
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  void map(const std::string& source) {
    std::ofstream(dir_ + "/case-feed.toml")
        << "format = 1\n[source]\n"
        << source
        << "[columns.number]\nname = \"No\"\n[columns.state]\nname = "
           "\"State\"\n[columns.purpose]\nname = \"For\"\n"
           "[columns.officers]\nname = \"Who\"\n[columns.plates]\nname = "
           "\"Tags\"\n"
           "[constants]\noffence = \"motor-vehicle-theft\"\n[values.state]\nA "
           "= \"open\"\nC = \"closed\"\n";
  }
  static std::string header() { return "No,State,For,Who,Tags\n"; }
  void extract(const std::string& rows) { std::ofstream(dir_ + "/cases.csv") << header() << rows; }
  FeedResult look() {
    const auto done = feed_->look();
    EXPECT_TRUE(done) << (done ? "" : done.error().message());
    return done.value_or(FeedResult{});
  }
  records::Case only_case() {
    const auto page = records_->cases("", {}, "", "", 10);
    EXPECT_EQ(page->cases.size(), 1u);
    return page->cases.empty() ? records::Case{} : *records_->get_case(page->cases[0].id);
  }

  std::string dir_, dana_;
  base::ManualClock clock_{*base::parse_rfc3339("2026-11-22T12:00:00Z")};
  FakeClient client_;
  std::unique_ptr<db::Database> db_;
  std::unique_ptr<ledger::Ledger> log_;
  std::unique_ptr<gate::Gate> gate_;
  std::unique_ptr<records::Records> records_;
  std::unique_ptr<accounts::Accounts> accounts_;
  api::Services services_;
  std::unique_ptr<CaseFeed> feed_;
};

TEST_F(CaseFeedTest, OpensCasesWithTheirPeopleAndPlates) {
  extract("26-1041,A,stolen-vehicle,dreyes;nobody,ghx 4471\n");
  EXPECT_EQ(look().opened, 1u);
  const records::Case fed = only_case();
  EXPECT_EQ(fed.number, "26-1041");
  EXPECT_EQ(fed.officer_ids, std::vector<std::string>{dana_});
  ASSERT_EQ(fed.plates.size(), 1u);
  EXPECT_EQ(fed.plates[0].plate, "GHX4471");
  const std::uint64_t logged = log_->size();
  const FeedResult again = look();
  EXPECT_EQ(again.opened + again.changed + again.closed, 0u);
  EXPECT_EQ(log_->size(), logged) << "the same extract changes and records nothing";
}

TEST_F(CaseFeedTest, WhatItClosesIsClosedAndStaysSo) {
  extract("26-1041,A,stolen-vehicle,dreyes,\n");
  look();
  const std::string id = only_case().id;
  EXPECT_TRUE(records_->facts(id, dana_)->open);
  extract("26-1041,C,stolen-vehicle,dreyes,\n");
  EXPECT_EQ(look().closed, 1u);
  EXPECT_FALSE(records_->facts(id, dana_)->open) << "policy denies every search under it";
  const auto reopened = records_->change_case(id, {}, true, {});
  ASSERT_FALSE(reopened);
  EXPECT_TRUE(reopened.error().is(records::Errc::kConflict));
  EXPECT_FALSE(records_->change_case(id, {}, {}, std::vector<std::string>{}));
  EXPECT_TRUE(records_->change_case(id, "A better title", {}, {}));
}

TEST_F(CaseFeedTest, AWholeExtractClosesWhatItNoLongerNames) {
  extract("26-1,A,stolen-vehicle,dreyes,\n");
  look();
  extract("");
  EXPECT_EQ(look().closed, 1u);
  EXPECT_FALSE(only_case().open);
}

TEST_F(CaseFeedTest, AnExtractThatWasCutOffIsNotTaken) {
  std::string rows;
  for (int i = 0; i < 30; ++i) rows += "26-" + std::to_string(i) + ",A,stolen-vehicle,dreyes,\n";
  extract(rows);
  EXPECT_EQ(look().opened, 30u);
  extract("26-0,A,stolen-vehicle,dreyes,\n");
  const auto refused = feed_->look();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().why(), HasSubstr("29 of 30"));
}

TEST_F(CaseFeedTest, OpensNoCaseForAForbiddenPurpose) {
  extract(
      "26-1,A,immigration-enforcement,dreyes,\n26-2,A,stolen-vehicle,"
      "dreyes,\n");
  const FeedResult done = look();
  EXPECT_EQ(done.opened, 1u);
  EXPECT_EQ(done.refused, 1u);
  EXPECT_EQ(only_case().number, "26-2");
}

TEST_F(CaseFeedTest, ReadsOverHttpsWithItsToken) {
  std::ofstream(dir_ + "/token") << "a-secret\n";
  map("reader = \"http\"\nurl = \"https://rms.example/open.csv\"\ntoken_file = "
      "\"" +
      dir_ + "/token\"\n");
  client_.answer = {.status = 200, .headers = {}, .body = header() + "26-1,A,stolen-vehicle,dreyes,\n"};
  EXPECT_EQ(look().opened, 1u);
  EXPECT_EQ(client_.asked.url, "https://rms.example/open.csv");
  EXPECT_EQ(client_.asked.headers.get("authorization"), "Bearer a-secret");
  client_.answer.status = 503;
  const auto failed = feed_->look();
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message(), HasSubstr("503"));
  EXPECT_TRUE(only_case().open) << "nothing is changed";
}

TEST_F(CaseFeedTest, WithoutAMapThereIsNoFeed) {
  std::filesystem::remove(dir_ + "/case-feed.toml");
  EXPECT_EQ(look().opened, 0u);
}

// What an administrator who asks why nothing arrived is shown.
TEST_F(CaseFeedTest, TheBookSaysWhatCameWhatWasRefusedAndWhyNothingComes) {
  const auto book = records::OutsideBook::open(*db_, clock_).value();
  services_.outside = book.get();
  extract("26-1,A,stolen-vehicle,dreyes;nobody,GHX 4471\n,A,stolen-vehicle,,\n26-2,A,no-such,,\n");
  look();
  const base::Time first = clock_.now();
  const auto state = [&] { return book->state(kCaseFeed); };
  const auto words = nlohmann::json::parse(state().latest);
  EXPECT_EQ(words["opened"], 1);
  EXPECT_EQ(words["refused"], 2);
  EXPECT_EQ(words["unknown_officers"], 1);
  EXPECT_EQ(words["refusals"][0]["line"], 3);
  EXPECT_EQ(words["refusals"][1]["line"], 4) << words;
  EXPECT_EQ(state().latest.find("GHX4471"), std::string::npos);
  EXPECT_EQ(book->things()[0].place, dir_ + "/cases.csv");
  ASSERT_TRUE(state().as_of) << "the file's own time";

  clock_.advance(std::chrono::hours(3));
  look();
  EXPECT_EQ(state().good_at, clock_.now());
  EXPECT_EQ(state().brought_at, first) << "nothing differed since";
  EXPECT_EQ(nlohmann::json::parse(state().brought)["opened"], 1);
  std::filesystem::remove(dir_ + "/cases.csv");
  EXPECT_FALSE(feed_->look());
  EXPECT_EQ(state().failing_since, clock_.now());
  EXPECT_FALSE(state().why.empty());
  const auto reopened = records::OutsideBook::open(*db_, clock_).value();
  EXPECT_EQ(reopened->state(kCaseFeed).why, state().why) << "a restart does not forget it";
  std::filesystem::remove(dir_ + "/case-feed.toml");
  look();
  EXPECT_TRUE(book->things().empty());
  services_.outside = nullptr;
}

// A server that keeps giving the same extract without a word of its age does not make it new by a restart.
TEST_F(CaseFeedTest, AnExtractWithoutATimeIsAsOldAsItsFirstSight) {
  const auto book = records::OutsideBook::open(*db_, clock_).value();
  services_.outside = book.get();
  map("reader = \"http\"\nurl = \"https://rms.example/cases?key=secret\"\n");
  client_.answer.status = 200;
  client_.answer.body = header() + "26-1,A,stolen-vehicle,dreyes,\n";
  look();
  const base::Time first = clock_.now();
  clock_.advance(std::chrono::hours(30));
  feed_ = std::make_unique<CaseFeed>(services_, dir_ + "/case-feed.toml", &client_);
  look();
  EXPECT_EQ(book->state(kCaseFeed).as_of, first);
  EXPECT_EQ(book->things()[0].place, "https://rms.example/cases");
  client_.answer.headers.set("Last-Modified", "Sat, 21 Nov 2026 12:00:00 GMT");
  look();
  EXPECT_EQ(book->state(kCaseFeed).as_of, base::parse_rfc3339("2026-11-21T12:00:00Z").value());
  services_.outside = nullptr;
}

}  // namespace
}  // namespace glasshouse::app
