// What another maker's camera sends, from its message to a read, an alert and a receipt.
#include "records/sources.h"

#include <fstream>
#include <iterator>

#include "adapters/adapters.h"
#include "api/served_town_testing.h"
#include "crypto/crypto.h"
#include "net/http.h"
#include "records/outside_book.h"

namespace glasshouse::api {
namespace {

using policy::Role;

class SourcesTest : public ServedTown {
 protected:
  void SetUp() override {
    ServedTown::SetUp();
    ada_ = administrator();
    records::Camera camera;
    camera.name = "North gate";
    camera.place = {37.27, -79.94};
    camera_ = records_->create_camera(camera)->id;
  }
  static std::string sample(const std::string& name) {
    std::ifstream in(std::string(GLASSHOUSE_ADAPTER_SAMPLES) + "/" + name, std::ios::binary);
    EXPECT_TRUE(in) << name;
    return {std::istreambuf_iterator<char>(in), {}};
  }
  Json of_camera(const std::string& their_name) const {
    return Json{{"their_name", their_name}, {"camera_id", camera_}};
  }
  std::string make(const std::string& kind, const std::string& their_name = "*") {
    const auto made =
        send(Method::kPost, "/api/v1/sources",
             {{"name", "Source " + kind}, {"kind", kind}, {"cameras", Json::array({of_camera(their_name)})}},
             ada_);
    EXPECT_EQ(made.status, 201) << made.response.body;
    id_ = made.body["source"]["id"];
    return made.body["key"];
  }
  Answer post(const std::string& kind, const std::string& body, const std::string& key,
              const std::string& type = "application/json") {
    clock_.advance(base::Millis(1));  // receipts are told apart by their time
    return send(Method::kPost, "/api/v1/from/" + kind, Json(body), "",
                {{"x-api-key", key}, {"Content-Type", type}});
  }
  std::size_t found(const std::string& plate) {
    const std::string officer = somebody(Role::kOfficer, "anna" + std::to_string(++people_), &officer_);
    const auto opened = send(Method::kPost, "/api/v1/cases", new_case(officer_), officer);
    EXPECT_EQ(opened.status, 201) << opened.response.body;
    const auto answer = send(
        Method::kPost, "/api/v1/search",
        {{"case_id", opened.body["id"]}, {"question", {{"plate", {{"text", plate}, {"mode", "exact"}}}}}},
        officer);
    EXPECT_EQ(answer.status, 200) << answer.response.body;
    return answer.body["items"].size();
  }
  Json receipts() { return send(Method::kGet, "/api/v1/sources/" + id_ + "/receipts", nullptr, ada_).body; }

  std::string ada_, camera_, id_, officer_;
  int people_ = 0;
};

TEST_F(SourcesTest, EveryKindStoresItsSample) {
  const std::vector<std::tuple<std::string, std::string, std::string>> samples = {
      {"rekor", "rekor-group.json", "application/json"},
      {"flock", "flock.json", "application/json"},
      {"blue-iris", "blue-iris.json", "application/json"},
      {"frigate", "frigate-end.json", "application/json"},
      {"plate-recognizer", "plate-recognizer.form", "multipart/form-data; boundary=invented7"},
      {"hikvision", "hikvision-anpr.xml", "application/xml"},
      {"onvif", "onvif-metadata.xml", "application/xml"}};
  ASSERT_EQ(samples.size(), adapters::all_kinds().size());
  std::size_t stored = 0;
  for (const auto& [kind, file, type] : samples) {
    const std::string key = make(kind);
    const auto first = post(kind, sample(file), key, type);
    ASSERT_EQ(first.status, 200) << kind << first.response.body;
    EXPECT_GE(first.body["stored"], 1) << kind << first.response.body;
    const auto again = post(kind, sample(file), key, type);
    EXPECT_EQ(again.body["stored"], 0) << kind;
    EXPECT_EQ(again.body["already_known"], first.body["stored"]) << kind << ": sent again it is the same";
    EXPECT_EQ(found("GHX4471"), ++stored) << kind;
    EXPECT_EQ(receipts()["messages"], 2);
    EXPECT_EQ(receipts().dump().find("GHX4471"), std::string::npos) << "no receipt names a plate";
  }
}

TEST_F(SourcesTest, RaisesAlertsLikeAnyCamera) {
  const auto list = hotlists_->create("Wanted", "", hotlist::ZeroRule::kDistinct);
  hotlist::NewEntry entry;
  entry.plate = "GHX4471";
  entry.reason = "Stolen vehicle";
  entry.case_number = "26-9";
  entry.expires_at = clock_.now() + std::chrono::hours(24);
  ASSERT_TRUE(hotlists_->add(list->id, entry, "acc_1"));
  const std::string key = make("frigate");
  ASSERT_EQ(post("frigate", sample("frigate-end.json"), key).status, 200);
  const auto queue = send(Method::kGet, "/api/v1/alerts", nullptr, somebody(Role::kDispatcher, "emil"));
  EXPECT_EQ(queue.body["items"].size(), 1u) << queue.response.body;
}

TEST_F(SourcesTest, EachSourceHasItsOwnKey) {
  const std::string key = make("frigate");
  const std::string other = make("flock");
  EXPECT_EQ(post("frigate", sample("frigate-end.json"), other).status, 401);
  EXPECT_EQ(post("frigate", sample("frigate-end.json"), "").status, 401);
  EXPECT_EQ(post("nothing", "{}", key).status, 401);
  const auto basic = send(Method::kPost, "/api/v1/from/frigate", Json(sample("frigate-end.json")), "",
                          {{"Authorization", "Basic " + crypto::base64("camera:" + key)}});
  EXPECT_EQ(basic.status, 200) << basic.response.body;
  EXPECT_EQ(send(Method::kPost, "/api/v1/from/frigate?key=" + key, Json(sample("frigate-end.json"))).status,
            200);
}

TEST_F(SourcesTest, RenewedOrSwitchedOffTheOldKeyEnds) {
  const std::string key = make("frigate");
  const auto renewed = send(Method::kPost, "/api/v1/sources/" + id_ + "/key", Json::object(), ada_);
  ASSERT_EQ(renewed.status, 201) << renewed.response.body;
  const std::string fresh = renewed.body["key"];
  EXPECT_EQ(post("frigate", sample("frigate-end.json"), key).status, 401);
  EXPECT_EQ(post("frigate", sample("frigate-end.json"), fresh).status, 200);
  EXPECT_EQ(send(Method::kPut, "/api/v1/sources/" + id_,
                 {{"name", "Off"}, {"enabled", false}, {"cameras", Json::array({of_camera("*")})}}, ada_)
                .status,
            200);
  EXPECT_EQ(post("frigate", sample("frigate-end.json"), fresh).status, 401);
  EXPECT_EQ(send(Method::kDelete, "/api/v1/sources/" + id_, nullptr, ada_).status, 204);
}

TEST_F(SourcesTest, SaysWhatBecameOfEachMessage) {
  const std::string key = make("frigate", "front_gate");
  EXPECT_EQ(post("frigate", "no json", key).status, 422);
  const std::string elsewhere =
      R"({"type":"lpr","id":"7","camera":"back_gate","timestamp":1795345473,"plate":"ABC1234","score":0.9})";
  const auto unknown = post("frigate", elsewhere, key);
  EXPECT_EQ(unknown.body["outcome"], "nothing");
  EXPECT_NE(unknown.body["sentence"].get<std::string>().find("back_gate"), std::string::npos);
  EXPECT_EQ(post("frigate", sample("frigate-end.json"), key).body["outcome"], "taken");
  const Json all = receipts();
  EXPECT_EQ(all["messages"], 3);
  EXPECT_EQ(all["refused"], 1);
  EXPECT_EQ(all["stored"], 1);
  EXPECT_EQ(all["items"][0]["outcome"], "taken") << "newest first";
  EXPECT_EQ(all["items"][2]["outcome"], "refused");
  clock_.advance(std::chrono::hours(2));
  const auto later = records::Sources(*db_, clock_).receipts(id_, clock_.now() - std::chrono::hours(1), 10);
  ASSERT_TRUE(later);
  EXPECT_TRUE(later->empty()) << "of the last hour";
}

TEST_F(SourcesTest, OnlyAdministratorsMakeThem) {
  EXPECT_EQ(send(Method::kGet, "/api/v1/sources", nullptr, somebody(Role::kOfficer, "ben")).status, 403);
  const Json two{
      {"name", "Twice"}, {"kind", "frigate"}, {"cameras", Json::array({of_camera("*"), of_camera("*")})}};
  EXPECT_EQ(send(Method::kPost, "/api/v1/sources", two, ada_).status, 422);
}

class OutsideTest : public SourcesTest {
 protected:
  void SetUp() override {
    SourcesTest::SetUp();
    open_book();
  }
  void TearDown() override {
    services_.outside = nullptr;
    book_.reset();
    SourcesTest::TearDown();
  }
  void open_book() {
    book_ = records::OutsideBook::open(*db_, clock_).value();
    services_.outside = book_.get();
  }
  Json outside() { return send(Method::kGet, "/api/v1/outside", nullptr, ada_).body; }

  std::unique_ptr<records::OutsideBook> book_;
};

TEST_F(OutsideTest, SaysSinceWhenNothingCameAlsoAfterARestart) {
  const std::string key = make("frigate");
  const auto source = [&] { return send(Method::kGet, "/api/v1/sources", nullptr, ada_).body["items"][0]; };
  EXPECT_FALSE(source().contains("last_message_at"));
  ASSERT_EQ(post("frigate", sample("frigate-end.json"), key).status, 200);
  const Json at = source()["last_message_at"];
  EXPECT_EQ(at, base::format_rfc3339(clock_.now()));
  clock_.advance(std::chrono::hours(72));  // its receipts are forgotten
  open_book();
  const auto link = accounts_->issue_link((*accounts_->list("", 1))[0].id);
  ada_ = with_passkey(send(Method::kPost, "/api/v1/sign-in/link", {{"token", *link}}));
  EXPECT_EQ(source()["last_message_at"], at);
  ASSERT_EQ(send(Method::kDelete, "/api/v1/sources/" + id_, nullptr, ada_).status, 204);
  EXPECT_FALSE(book_->state("source:" + id_).brought_at);
}

TEST_F(OutsideTest, SaysOfBrokersAndListsWhyTheyBringNothingAndWhatToDo) {
  EXPECT_TRUE(outside()["brokers"].empty());
  book_->set_files({"/nowhere/outside.toml", "/nowhere/case-feed.toml", false});
  EXPECT_EQ(outside()["map"]["path"], "/nowhere/outside.toml");
  EXPECT_EQ(outside()["cases"]["present"], false);
  make("frigate");
  book_->set_up({.id = "frigate:yard", .kind = "frigate", .name = "yard", .place = "mqtts://b:8883"});
  book_->set_up({.id = "list:state",
                 .kind = "list",
                 .name = "state",
                 .place = records::shown_address("https://u:p@lists.example/a.csv?token=secret"),
                 .every = std::chrono::minutes(30)});
  book_->failed("frigate:yard", base::Error(net::Errc::kProtocol, "Refused", "bad password", "Mend it."));
  const base::Time since = clock_.now();
  clock_.advance(std::chrono::minutes(10));
  book_->failed("frigate:yard", base::Error(net::Errc::kProtocol, "Refused", "bad password", "Mend it."));
  book_->worked("list:state", {}, since);
  Json body = outside();
  const Json broker = body["brokers"][0];
  EXPECT_EQ(broker["failing_since"], base::format_rfc3339(since)) << "since it began";
  EXPECT_EQ(broker["why"], "Refused: bad password");
  EXPECT_EQ(broker["next"], "Mend it.");
  EXPECT_EQ(body["lists"][0]["place"], "https://lists.example/a.csv") << "what is secret is not shown";
  EXPECT_EQ(body["lists"][0]["as_of"], base::format_rfc3339(since));
  EXPECT_TRUE(body["lists"][0]["hotlists"].empty());
  const auto made = hotlists_->create("Stolen", "", hotlist::ZeroRule::kDistinct);
  hotlist::Source from = made->source;
  from.folder = "state";
  ASSERT_TRUE(hotlists_->set_source(made->id, from));
  hotlist::Pull pull;
  pull.id = "pull_1";
  pull.hotlist_id = made->id;
  pull.at = clock_.now();
  pull.outcome = "refused";
  pull.sentence = "The file holds no rows.";
  ASSERT_TRUE(hotlists_->add_pull(pull));
  book_->connected("frigate:yard", id_);
  body = outside();
  EXPECT_EQ(body["lists"][0]["hotlists"][0]["newest"]["sentence"], "The file holds no rows.");
  EXPECT_EQ(body["brokers"][0]["source_id"], id_);
  EXPECT_FALSE(body["brokers"][0].contains("why"));
  EXPECT_TRUE(body["brokers"][0].contains("connected_since"));
  EXPECT_EQ(send(Method::kGet, "/api/v1/outside", nullptr, somebody(Role::kOfficer, "olga")).status, 403);
}

}  // namespace
}  // namespace glasshouse::api
