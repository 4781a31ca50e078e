// Work in an emergency: possible, loud, for a few hours, and judged by somebody else or put to review.
#include "api/exigent.h"

#include <algorithm>

#include "api/served_town_testing.h"
#include "records/exigent.h"

namespace glasshouse::api {
namespace {

using policy::Role;

class ExigentTest : public ServedTown {
 protected:
  void SetUp() override {
    ServedTown::SetUp();
    anna_ = somebody(Role::kOfficer, "anna");
    dora_ = somebody(Role::kSupervisor, "dora");
    records::Camera camera;
    camera.name = "Main Street";
    camera.place = {37.27, -79.94};
    ASSERT_TRUE(records_->create_camera(camera));
  }
  Answer open(const std::string& session, const char* offence = "missing-person") {
    return send(Method::kPost, "/api/v1/exigent",
                {{"purpose", "missing-person"},
                 {"offence", offence},
                 {"reason", "A child left the lake in a red van"}},
                session);
  }
  Answer judge(const std::string& id, const std::string& session, const char* judgement) {
    return send(Method::kPost, "/api/v1/exigent/" + id + "/judgement",
                {{"judgement", judgement}, {"note", "Seen"}}, session);
  }
  int search(const std::string& case_id, const std::string& session) {
    return send(Method::kPost, "/api/v1/search",
                {{"case_id", case_id}, {"question", {{"plate", {{"text", "ABC1234"}, {"mode", "exact"}}}}}},
                session)
        .status;
  }
  Json figures() { return send(Method::kGet, "/api/v1/public/exigent").body; }
  std::string newest_field(const std::string& kind, const std::string& name, ledger::Reader reader) {
    const auto entry = ledger_->newest_of_kind(reader, kind);
    if (!entry || !*entry) return "no entry";
    for (const auto& field : (*entry)->disclosures) {
      if (field.name == name) return field.value;
    }
    return "no field";
  }
  std::string anna_, dora_;
};

TEST_F(ExigentTest, LetsSomebodyWorkForFourHours) {
  const auto opened = open(anna_);
  ASSERT_EQ(opened.status, 201) << opened.response.body;
  const std::string id = opened.body["case_id"];
  EXPECT_TRUE(opened.body["number"].get<std::string>().starts_with("EX-20261122-"));
  EXPECT_EQ(newest_field("exigent.open", "exigent", ledger::Reader::kPublic), "yes") << "public at once";
  EXPECT_EQ(search(id, anna_), 200);
  EXPECT_EQ(newest_field("search-reads", "exigent", ledger::Reader::kPublic), "yes");
  EXPECT_EQ(search(id, dora_), 403) << "nobody else works under it";
  clock_.advance(records::kExigentRuns);
  const auto facts = records_->facts(id, "");
  ASSERT_TRUE(facts);
  EXPECT_FALSE(facts->open) << "over by itself";
  EXPECT_TRUE(facts->exigent);
}

TEST_F(ExigentTest, IsOnlyForWhatIsGraveAndForTheOwnAgency) {
  const auto light = open(anna_, "larceny");
  EXPECT_EQ(light.status, 403);
  EXPECT_EQ(light.body["rules"][0]["id"], "house/exigent-grave");
  const std::string id = open(anna_).body["case_id"];
  const auto others = send(Method::kPost, "/api/v1/search",
                           {{"case_id", id},
                            {"on_behalf_of", {{"agency", "Hill County Sheriff"}, {"kind", "in-state"}}},
                            {"question", {{"plate", {{"text", "ABC1234"}, {"mode", "exact"}}}}}},
                           anna_);
  EXPECT_EQ(others.status, 403);
  EXPECT_EQ(open(somebody(Role::kDispatcher, "emil")).status, 403);
}

TEST_F(ExigentTest, IsJudgedByAnotherPersonOnce) {
  const std::string id = open(dora_).body["case_id"];
  EXPECT_EQ(judge(id, dora_, "right").body["rules"][0]["id"], "house/exigent-two-people");
  EXPECT_EQ(judge(id, anna_, "right").status, 403);
  const std::string edna = somebody(Role::kSupervisor, "edna");
  EXPECT_EQ(search(id, dora_), 200);
  const auto judged = judge(id, edna, "wrong");
  EXPECT_EQ(judged.status, 200) << judged.response.body;
  EXPECT_EQ(judged.body["state"], "wrong");
  EXPECT_EQ(search(id, dora_), 403) << "judged wrong, it is over at once";
  EXPECT_EQ(judge(id, edna, "right").status, 409);
  EXPECT_EQ(figures()["wrong"], 1);
}

TEST_F(ExigentTest, GoesToReviewWhenNobodyJudgesItInADay) {
  const std::string id = open(anna_).body["case_id"];
  clock_.advance(records::kExigentJudgedIn - std::chrono::minutes(1));
  send_exigent_to_review(services_);
  EXPECT_EQ(figures()["in_review"], 0);
  clock_.advance(std::chrono::minutes(1));
  send_exigent_to_review(services_);
  EXPECT_EQ(newest_field("exigent.review", "exigent", ledger::Reader::kPublic), "yes");
  const std::uint64_t logged = ledger_->size();
  send_exigent_to_review(services_);
  EXPECT_EQ(ledger_->size(), logged) << "once";
  const Json late = figures();
  EXPECT_EQ(late["in_review"], 1);
  EXPECT_EQ(late["late"], 1);
  EXPECT_EQ(judge(id, somebody(Role::kSupervisor, "edna"), "right").status, 200);
  EXPECT_EQ(figures()["right"], 1);
  EXPECT_EQ(figures()["late"], 1) << "that it was late stays";
}

TEST_F(ExigentTest, TakesItsNumbersForItself) {
  Json fake = new_case("");
  fake["officer_ids"] = Json::array();
  fake["number"] = "EX-20261122-AAAAAA";
  EXPECT_EQ(send(Method::kPost, "/api/v1/cases", fake, anna_).status, 422);
}

}  // namespace
}  // namespace glasshouse::api
