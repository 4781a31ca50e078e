// Another agency's server at the port for peers: real TLS on both sides, the whole API behind it.
#include "api/peers.h"

#include <nlohmann/json.hpp>

#include "api/peer_list_message.h"
#include "api/peer_lists.h"
#include "api/served_town_testing.h"
#include "base/id.h"
#include "hotlist/shares.h"

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

  std::string give(bool lists = false) {
    sharing::Grant wanted;
    wanted.owner_name = "Test PD";
    wanted.cameras = {{shared_, "Main Street"}};
    wanted.purposes = {"stolen-vehicle"};
    wanted.lists = lists;
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

  static std::string ent(char last) { return "ent_" + std::string(25, '0') + last; }
  Json entry(char last, const std::string& plate, const std::string& reason = "Stolen vehicle") {
    return {{"id", ent(last)},
            {"plate", plate},
            {"reason", reason},
            {"case_number", "26-7"},
            {"expires_at", base::format_rfc3339(clock_.now() + 12 * kAnHour)}};
  }
  Json list_of(const std::string& grant, std::uint64_t number, std::uint64_t base, Json entries) {
    return {{"query_id", base::new_id("query", clock_.now())},
            {"grant_id", grant},
            {"ledger_index", 40 + number},
            {"officer", "acc_hill"},
            {"role", "supervisor"},
            {"purpose", "stolen-vehicle"},
            {"list", "hot_" + std::string(26, '1')},
            {"name", "Stolen at Hill"},
            {"zero_rule", "distinct"},
            {"number", number},
            {"base", base},
            {"entries", std::move(entries)}};
  }
  std::pair<int, Json> tell(const Json& body, const char* path = "/peer/v1/hotlists") {
    const auto answer = hill_server_.post(us_, path, body);
    EXPECT_TRUE(answer) << answer.error().message();
    if (!answer) return {0, nullptr};
    return {answer->status, Json::parse(answer->body, nullptr, false)};
  }
  std::size_t hits(const std::string& plate, const std::string& camera) {
    return hotlists_->match({*plate::Plate::parse(plate), "", clock_.now(), camera}).size();
  }
  // As ingest raises it.
  std::string alert_for(const std::string& plate) {
    reads::Read read;
    read.id = base::new_id("read", clock_.now());
    read.camera_id = shared_;
    read.captured_at = clock_.now();
    read.plate.emplace().plate = *plate::Plate::parse(plate);
    const auto found = hotlists_->match({read.plate->plate, "", read.captured_at, shared_});
    EXPECT_EQ(found.size(), 1u) << plate;
    if (found.empty()) return {};
    const auto raised =
        alerts_->raise(read, found[0], *hotlists_->entry(found[0].entry_id), "Stolen at Hill");
    EXPECT_TRUE(raised && *raised);
    EXPECT_EQ((*raised)->agency, "Hill County Sheriff");
    return (*raised)->id;
  }
  std::string closed_as(const std::string& alert_id) {
    const auto rows = db_->query("SELECT state, withdrawn FROM alerts WHERE id = :id", {{"id", alert_id}});
    return rows->front().text("state") + " " + rows->front().text("withdrawn");
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

TEST_F(PeersTest, SendAListThatAlertsInsideItsGrantOnlyAndIsClosedByThem) {
  EXPECT_EQ(tell(list_of(give(), 1, 0, Json::array({entry('a', "ABC1234")}))).first, 403)
      << "a grant of searches only";
  const std::string grant = give(true);
  const auto refused = [&](const char* rule, const std::function<void(Json&)>& change) {
    Json message = list_of(grant, 1, 0, Json::array({entry('a', "ABC1234")}));
    change(message);
    const auto [status, why] = tell(message);
    EXPECT_EQ(status, 403) << rule;
    EXPECT_NE(why["rules"].dump().find(rule), std::string::npos) << rule << why;
    EXPECT_TRUE(hotlists_->origins().empty()) << rule;
  };
  refused("house/grant-purpose", [](Json& m) { m["purpose"] = "burglary"; });
  refused("house/no-permit", [](Json& m) { m["role"] = "officer"; });
  refused("house/grant-required", [](Json& m) { m["grant_id"] = "grant_00000000000000000000000000"; });

  Json whole =
      list_of(grant, 1, 0,
              {entry('a', "ABC1234"), entry('b', "XYZ9876"), entry('c', "IMM0001", "Immigration violator"),
               entry('d', "REG0001", "Sex offender"), entry('e', "no plate at all")});
  whole["entries"].push_back(entry('f', "FIL0001", "Wanted here"));
  whole["entries"].back()["file"] = "immigration-violator";
  const auto [status, held] = tell(whole);
  ASSERT_EQ(status, 200) << held;
  EXPECT_EQ(held["entries"], 2);
  EXPECT_EQ(held["barred"], 3);
  EXPECT_EQ(held["refused_count"], 1);
  EXPECT_EQ(held["not_held"].size(), 4u);
  EXPECT_EQ(hits("ABC1234", shared_), 1u);
  EXPECT_EQ(hits("ABC1234", kept_), 0u) << "a camera that the grant does not name";
  for (const char* plate : {"IMM0001", "REG0001", "FIL0001"}) EXPECT_EQ(hits(plate, shared_), 0u) << plate;
  EXPECT_EQ(tell(whole).second, held) << "the same message again, whose answer was lost";

  const std::string first = alert_for("ABC1234"), second = alert_for("XYZ9876");
  // Nobody here changes what is theirs.
  const std::string ada = administrator(), dora = somebody(policy::Role::kSupervisor, "dora");
  const std::string ours = hotlists_->origins()[0].first;
  EXPECT_EQ(send(Method::kDelete, "/api/v1/hotlists/" + ours, nullptr, dora).status, 409);
  EXPECT_EQ(send(Method::kPost, "/api/v1/hotlists/" + ours + "/entries",
                 {{"plate", "NEW1111"},
                  {"reason", "x"},
                  {"case_number", "1"},
                  {"expires_at", base::format_rfc3339(clock_.now() + kAnHour)}},
                 dora)
                .status,
            409);
  const auto shown = send(Method::kGet, "/api/v1/hotlists", nullptr, dora);
  EXPECT_EQ(shown.body["items"][0]["origin"]["agency"], "Hill County Sheriff");

  // A difference to what is not here changes nothing; the right one closes what is over, whoever decided.
  Json next = list_of(grant, 2, 1, Json::array({entry('g', "NEW1111")}));
  next["ended"] = Json::array({Json{{"id", ent('a')}, {"why", "recovered"}}});
  next["base_hash"] = std::string(64, '0');
  EXPECT_EQ(tell(next).first, 409);
  EXPECT_EQ(hits("ABC1234", shared_), 1u);
  ASSERT_TRUE(alerts_->decide(first, {"acc_1", clock_.now(), "confirm", "all-agree", "", 1}));
  next["base_hash"] = held["hash"];
  const auto [taken, now_held] = tell(next);
  ASSERT_EQ(taken, 200) << now_held;
  EXPECT_EQ(closed_as(first), "closed recovered");
  EXPECT_EQ(closed_as(second), "pending ");
  EXPECT_EQ(hits("ABC1234", shared_), 0u);
  EXPECT_EQ(hits("NEW1111", shared_), 1u);
  const auto alert = send(Method::kGet, "/api/v1/alerts/" + first, nullptr, dora);
  EXPECT_EQ(alert.body["withdrawn"]["sentence"], "Hill County Sheriff says that it was recovered.");
  EXPECT_EQ(alert.body["agency"], "Hill County Sheriff");

  // Renewed, it stays; not renewed, it stops.
  Json renewal = list_of(grant, 2, 2, Json::array());
  renewal.erase("ledger_index");
  renewal["base_hash"] = now_held["hash"];
  clock_.advance(std::chrono::minutes(hotlist::kPeerStopMinutes));
  EXPECT_EQ(hits("NEW1111", shared_), 0u);
  const std::uint64_t before = ledger_->size();
  EXPECT_EQ(tell(renewal).first, 200);
  EXPECT_EQ(ledger_->size(), before) << "nothing changed, and nothing is recorded";
  EXPECT_EQ(hits("NEW1111", shared_), 1u);

  // The grant ends: nothing hits from that moment on, and what stood here is gone.
  ASSERT_TRUE(sharing_->end(grant, "acc_1", {0})->all_gone);
  EXPECT_EQ(hits("NEW1111", shared_), 0u);
  drop_ended_lists(services_);
  EXPECT_TRUE(hotlists_->origins().empty());
  EXPECT_EQ(closed_as(second), "closed grant-ended");
  EXPECT_EQ(tell(list_of(grant, 3, 0, Json::array({entry('a', "ABC1234")}))).first, 403);
}

TEST_F(PeersTest, AreTakenAtTheHoursOfTheGrantAndTheirWordEndsWithTheList) {
  const std::string grant = give(true);
  ASSERT_EQ(tell(list_of(grant, 1, 0, Json::array({entry('a', "ABC1234")}))).first, 200);
  const std::string alert = alert_for("ABC1234");
  Json back = list_of(grant, 2, 0, Json::array());
  back["withdrawn"] = true;
  ASSERT_EQ(tell(back).first, 200);
  EXPECT_TRUE(hotlists_->origins().empty());
  EXPECT_EQ(closed_as(alert), "closed removed");
  // At most so many lists, and so many entries.
  for (std::size_t i = 0; i <= hotlist::kMaxPeerLists; ++i) {
    Json more = list_of(grant, 1, 0, Json::array());
    more["list"] = "hot_" + std::string(24, '2') + std::to_string(10 + i);
    EXPECT_EQ(tell(more).first, i < hotlist::kMaxPeerLists ? 200 : 413) << i;
  }
  for (const char* wrong : {"number", "list", "query_id", "zero_rule", "ledger_index"}) {
    Json message = list_of(grant, 1, 0, Json::array());
    message.erase(wrong);
    EXPECT_EQ(tell(message).first, 422) << wrong;
  }
}

TEST_F(PeersTest, TellWhatCameOfOurEntryAndOfNoOther) {
  const auto list = hotlists_->create("Ours", "", hotlist::ZeroRule::kDistinct);
  hotlist::NewEntry draft;
  draft.plate = "ABC1234";
  draft.reason = "Stolen vehicle";
  draft.case_number = "26-1";
  draft.expires_at = clock_.now() + kAnHour;
  const auto mine = hotlists_->add(list->id, draft, "acc_1");
  ASSERT_TRUE(mine);
  const Json told{{"query_id", base::new_id("query", clock_.now())},
                  {"grant_id", "grant_1"},
                  {"ledger_index", 3},
                  {"list", list->id},
                  {"entry", mine->id},
                  {"code", "recovered"},
                  {"at", base::format_rfc3339(clock_.now())}};
  EXPECT_EQ(tell(told, "/peer/v1/hotlist-outcomes").first, 404) << "they do not hold it";
  hotlist::Share share;
  share.list_id = list->id;
  share.grant_id = "grant_1";
  share.agency_id = hill_;
  ASSERT_TRUE(hotlist::Shares(*db_).put(share));
  const auto [status, noted] = tell(told, "/peer/v1/hotlist-outcomes");
  ASSERT_EQ(status, 200) << noted;
  const auto outcomes = hotlist::Shares(*db_).outcomes_of(list->id);
  ASSERT_EQ(outcomes->size(), 1u);
  EXPECT_EQ(outcomes->front().agency, "Hill County Sheriff");
  EXPECT_TRUE(hotlists_->entry(mine->id)->active) << "a person ends it";
}

}  // namespace
}  // namespace glasshouse::api
