#include "app/list_pulls.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "app/list_fetches.h"

namespace glasshouse::app {
namespace {

using ::testing::HasSubstr;

const base::Time kStart = *base::parse_rfc3339("2026-11-22T12:00:00Z");

class ListPullsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "glasshouse_pulls_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    dir_ = pattern;
    db_ = db::Database::open("sqlite://" + dir_ + "/records.db").value();
    ASSERT_TRUE(db_->migrate(hotlist::Hotlists::migrations()));
    log_ = ledger::Ledger::open({.dir = dir_ + "/log",
                                 .origin = "test.example/pulls",
                                 .key_path = dir_ + "/log.key",
                                 .clock = &clock_})
               .value();
    gate_ = std::make_unique<gate::Gate>(gate::GateOptions{.ledger = log_.get(), .clock = &clock_});
    lists_ = hotlist::Hotlists::open(*db_, clock_).value();
    services_.clock = &clock_;
    services_.gate = gate_.get();
    services_.hotlists = lists_.get();
    pulls_ = std::make_unique<ListPulls>(services_, dir_ + "/drop");
    list_ = lists_->create("State file", "", hotlist::ZeroRule::kDistinct)->id;
    set_source({.kind = hotlist::ImportKind::kNcicCsv, .whole = true, .folder = "state"});
    pulls_->look();  // makes the folder
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  void set_source(const hotlist::Source& source) { ASSERT_TRUE(lists_->set_source(list_, source)); }
  std::string path(const std::string& name) const { return dir_ + "/drop/state/" + name; }
  void put(const std::string& name, const std::string& text) const { std::ofstream(path(name)) << text; }
  static std::string row(const std::string& nic, const std::string& plate) {
    return nic + ",VA0070100,20261101," + plate + ",VA,2027,2019,FORD,F15,PK,RED\n";
  }
  void settle() {
    pulls_->look();
    clock_.advance(hotlist::kSettleTime);
    pulls_->look();
  }
  std::vector<hotlist::Pull> log_of_list() { return lists_->pulls(list_, 50).value(); }
  std::size_t hits(std::string_view plate) {
    return lists_->match({*plate::Plate::parse(plate), "", clock_.now()}).size();
  }
  std::vector<std::string> ledger_kinds() {
    std::vector<std::string> kinds;
    const auto entries = log_->entries(ledger::Reader::kPublic, std::nullopt, ledger::kMaxPage);
    for (const auto& entry : entries.value()) kinds.push_back(entry.kind);
    return kinds;
  }

  base::ManualClock clock_{kStart};
  std::string dir_;
  std::unique_ptr<db::Database> db_;
  std::unique_ptr<ledger::Ledger> log_;
  std::unique_ptr<gate::Gate> gate_;
  std::unique_ptr<hotlist::Hotlists> lists_;
  api::Services services_;
  std::unique_ptr<ListPulls> pulls_;
  std::string list_;
};

TEST_F(ListPullsTest, AWholeFileIsAppliedRecordedAndDeleted) {
  put("extract.csv", row("V1", "ABC1230") + row("N2", "SECRET1"));
  pulls_->look();
  EXPECT_EQ(hits("ABC1230"), 0u) << "it may still grow";
  clock_.advance(hotlist::kSettleTime);
  pulls_->look();
  EXPECT_EQ(hits("ABC1230"), 1u);
  EXPECT_FALSE(std::filesystem::exists(path("extract.csv"))) << "it held what nobody may keep";
  ASSERT_EQ(log_of_list().size(), 1u);
  const hotlist::Pull pull = log_of_list().front();
  EXPECT_EQ(pull.outcome, "applied");
  EXPECT_EQ(pull.added, 1u);
  EXPECT_EQ(pull.barred, 1u);
  EXPECT_EQ(pull.file.name, "extract.csv");
  ASSERT_TRUE(pull.ledger_index);
  EXPECT_EQ(log_->entry(ledger::Reader::kPublic, *pull.ledger_index)->kind, "hotlist.pull");
  put("extract.csv", row("V1", "ABC1230"));
  settle();
  EXPECT_EQ(log_of_list().front().outcome, "as-before");
}

// Answers as a list's server would.
class ListServer final : public net::Client {
 public:
  base::Result<net::ClientResponse> send(const net::ClientRequest& request) override {
    asked.push_back(request);
    net::ClientResponse answer;
    answer.status = request.headers.get("If-None-Match") == etag ? 304 : status;
    answer.body = body;
    answer.headers.set("ETag", etag);
    if (!modified.empty()) answer.headers.set("Last-Modified", modified);
    return answer;
  }
  std::vector<net::ClientRequest> asked;
  int status = 200;
  std::string body, etag = "\"1\"", modified;
};

TEST_F(ListPullsTest, AListIsFetchedWhenItsTimeComesAndIsAsOldAsItsServerSays) {
  set_source({.kind = hotlist::ImportKind::kNcicCsv,
              .whole = true,
              .warn_after_minutes = 60,
              .stop_after_minutes = 120,
              .folder = "state"});
  std::ofstream(dir_ + "/token") << "let-me-in\n";
  ListServer server;
  server.body = row("V1", "ABC1230");
  server.modified = "Sun, 22 Nov 2026 10:30:00 GMT";  // an hour and a half ago
  ListFetches fetches(
      services_, server, dir_ + "/drop",
      {{.folder = "state", .url = "https://state.example/list", .token_file = dir_ + "/token"}});
  fetches.look();
  fetches.look();
  ASSERT_EQ(server.asked.size(), 1u) << "not before its time";
  EXPECT_EQ(server.asked[0].headers.get("Authorization"), "Bearer let-me-in");
  EXPECT_FALSE(server.asked[0].allow_private_addresses);
  settle();
  EXPECT_EQ(hits("ABC1230"), 1u);
  EXPECT_EQ(log_of_list().at(0).outcome, "applied");
  EXPECT_EQ(lists_->list(list_)->freshness.state, hotlist::Freshness::State::kStale)
      << "it came now, but is old";
  clock_.advance(std::chrono::hours(1));
  fetches.look();
  EXPECT_EQ(server.asked.at(1).headers.get("If-None-Match"), "\"1\"");
  settle();
  EXPECT_EQ(log_of_list().size(), 1u) << "nothing new came";
  EXPECT_EQ(lists_->list(list_)->freshness.state, hotlist::Freshness::State::kStopped);
  server.etag = "\"2\"";
  server.status = 503;
  clock_.advance(std::chrono::hours(1));
  fetches.look();
  clock_.advance(std::chrono::hours(1));
  fetches.look();
  ASSERT_EQ(log_of_list().size(), 2u) << "the same failure stands in the log once";
  EXPECT_THAT(log_of_list().at(0).sentence, HasSubstr("answered 503"));
  server.status = 200;
  server.modified.clear();  // as old as the moment it was first seen
  clock_.advance(std::chrono::hours(1));
  fetches.look();
  settle();
  EXPECT_EQ(lists_->list(list_)->freshness.state, hotlist::Freshness::State::kFresh);
}

TEST(OutsideMap, IsReadWholeOrSaysTheLine) {
  const auto map = parse_outside_map(
      "format = 1\n[frigate.yard]\nbroker = \"mqtt://192.168.1.9:1883\"\nkey_file = \"/k\"\n"
      "[list.state]\nurl = \"https://state.example/list\"\nevery_minutes = 15\n");
  ASSERT_TRUE(map) << map.error().message();
  EXPECT_EQ(map->frigates.at(0).topics, std::vector<std::string>{"frigate/events"});
  EXPECT_EQ(map->lists.at(0).every, std::chrono::minutes(15));
  for (const char* wrong :
       {"", "format = 2\n", "format = 1\n[mail.x]\n", "format = 1\n[list.x]\nurl = \"http://a/\"\n",
        "format = 1\n[list.x]\nurl = \"https://a/\"\nevery_minutes = 0\n",
        "format = 1\n[list.x]\nurl = \"https://a/\"\npassword = \"x\"\n",
        "format = 1\n[frigate.x]\nbroker = \"mqtts://a\"\n",
        "format = 1\n[frigate.x]\nbroker = \"https://a\"\nkey_file = \"/k\"\n",
        "format = 1\n[frigate.x]\nbroker = \"mqtts://a\"\nkey_file = \"/k\"\nuser = \"u\"\n"})
    EXPECT_TRUE(parse_outside_map(wrong).error().is(OutsideErrc::kBadMap)) << wrong;
}

TEST_F(ListPullsTest, AFileThatGrowsWaitsAndWhatIsBeingWrittenIsLeftAlone) {
  put("extract.csv", row("V1", "ABC1230"));
  put("other.csv.part", row("V2", "ABC1231"));
  put(".hidden", row("V3", "ABC1232"));
  std::filesystem::create_symlink("/etc/hostname", path("link"));
  std::filesystem::create_directory(path("folder"));
  pulls_->look();
  clock_.advance(hotlist::kSettleTime);
  put("extract.csv", row("V1", "ABC1230") + row("V4", "ABC1234"));
  pulls_->look();
  EXPECT_EQ(hits("ABC1230"), 0u);
  clock_.advance(hotlist::kSettleTime);
  pulls_->look();
  EXPECT_EQ(hits("ABC1234"), 1u);
  EXPECT_EQ(log_of_list().size(), 1u);
  EXPECT_TRUE(std::filesystem::exists(path("other.csv.part")));
}

TEST_F(ListPullsTest, AFileOfAnotherLayoutIsRefusedLoudlyOnceAndQuotesNothing) {
  put("wrong.csv", "SECRET1;SECRET2\n\"SECRET3");
  settle();
  settle();
  const auto log = log_of_list();
  ASSERT_EQ(log.size(), 1u) << "once, although the file still lies there";
  EXPECT_EQ(log[0].outcome, "refused");
  EXPECT_EQ(log[0].sentence.find("SECRET"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(path("wrong.csv")));
  EXPECT_THAT(ledger_kinds(), ::testing::Contains("hotlist.pull"));
  put("wrong.csv", row("V1", "ABC1230") + "9\n8\n");
  settle();
  EXPECT_EQ(log_of_list()[0].outcome, "refused") << "most of its rows are none";
  EXPECT_EQ(log_of_list()[0].refused, 2u);
  EXPECT_EQ(hits("ABC1230"), 0u);
}

TEST_F(ListPullsTest, AFileThatWouldEndMostOfTheListWaitsForAPerson) {
  std::string all;
  for (int i = 0; i < 50; ++i) all += row("V" + std::to_string(i), "ABC" + std::to_string(1000 + i));
  put("extract.csv", all);
  settle();
  EXPECT_EQ(hits("ABC1049"), 1u);
  put("extract.csv", all.substr(0, all.size() / 4));
  settle();
  EXPECT_EQ(log_of_list().front().outcome, "held");
  EXPECT_THAT(log_of_list().front().sentence, HasSubstr("of 50 entries"));
  EXPECT_EQ(hits("ABC1049"), 1u);
}

TEST_F(ListPullsTest, AFileThatHoldsNothingForAShortListEndsNothing) {
  put("extract.csv", row("V1", "ABC1230"));
  settle();
  put("extract.csv", row("N1", "HUSH111"));
  settle();
  EXPECT_EQ(log_of_list().front().outcome, "held");
  EXPECT_EQ(hits("ABC1230"), 1u);
}

TEST_F(ListPullsTest, AFailureThatIsNotTheFilesIsTriedAgainLater) {
  ASSERT_TRUE(db_->exec(
      "CREATE TRIGGER no_entry BEFORE INSERT ON hotlist_entries BEGIN SELECT RAISE(ABORT, 'no'); END"));
  put("extract.csv", row("V1", "ABC1230"));
  settle();
  EXPECT_EQ(log_of_list().front().outcome, "failed");
  ASSERT_TRUE(db_->exec("DROP TRIGGER no_entry"));
  settle();
  EXPECT_EQ(hits("ABC1230"), 0u);
  clock_.advance(std::chrono::minutes(15));
  settle();
  EXPECT_EQ(hits("ABC1230"), 1u);
  EXPECT_EQ(log_of_list().front().outcome, "applied");
}

TEST_F(ListPullsTest, AnOldListIsToldOfOnceAndAgainWhenItIsFresh) {
  set_source({.kind = hotlist::ImportKind::kNcicCsv,
              .warn_after_minutes = 60,
              .stop_after_minutes = 120,
              .folder = "state"});
  const auto aged = [&] {
    const auto kinds = ledger_kinds();
    return std::count(kinds.begin(), kinds.end(), "hotlist.age");
  };
  pulls_->look();
  EXPECT_EQ(aged(), 0);
  clock_.advance(std::chrono::minutes(60));
  pulls_->look();
  pulls_->look();
  EXPECT_EQ(aged(), 1);
  clock_.advance(std::chrono::minutes(60));
  pulls_->look();
  EXPECT_EQ(aged(), 2);
  put("extract.csv", row("V1", "ABC1230"));
  const timespec now[2] = {{base::to_ms(clock_.now()) / 1000, 0}, {base::to_ms(clock_.now()) / 1000, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, path("extract.csv").c_str(), now, 0), 0);
  settle();
  pulls_->look();
  EXPECT_EQ(aged(), 3);
  EXPECT_EQ(lists_->list(list_)->freshness.state, hotlist::Freshness::State::kFresh);
}

}  // namespace
}  // namespace glasshouse::app
