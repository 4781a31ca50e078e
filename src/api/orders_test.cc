// The order desk from end to end: entered by one, checked by another, searched inside its scope only.
#include "records/orders.h"

#include <algorithm>

#include "api/served_town_testing.h"
#include "base/id.h"
#include "crypto/crypto.h"

namespace glasshouse::api {
namespace {

using policy::Role;

class OrdersTest : public ServedTown {
 protected:
  void SetUp() override {
    ServedTown::SetUp();
    anna_ = somebody(Role::kOfficer, "anna");
    dora_ = somebody(Role::kSupervisor, "dora");
    edna_ = somebody(Role::kSupervisor, "edna");
    for (const char* name : {"Main Street", "Mill Bridge"}) {
      records::Camera camera;
      camera.name = name;
      camera.place = {37.27, -79.94};
      cameras_.push_back(records_->create_camera(camera)->id);
    }
    add_read("GHX4471", cameras_[0], std::chrono::hours(2));
    add_read("GHX4471", cameras_[1], std::chrono::hours(2));
    add_read("GHX4471", cameras_[0], std::chrono::hours(40));
    add_read("OTHER77", cameras_[0], std::chrono::hours(2));
  }

  void add_read(const std::string& plate, const std::string& camera, std::chrono::hours ago) {
    reads::Incoming in;
    in.read.captured_at = clock_.now() - ago;
    in.read.id = base::new_id("read", in.read.captured_at);
    in.read.camera_id = camera;
    reads::PlateReading reading;
    reading.plate = *plate::Plate::parse(plate);
    in.read.plate = reading;
    std::vector<reads::Incoming> batch;
    batch.push_back(std::move(in));
    ASSERT_EQ(reads_->ingest(std::move(batch))->stored, 1u);
  }
  std::string ago(int hours) { return base::format_rfc3339(clock_.now() - std::chrono::hours(hours)); }

  Json order() {
    return {{"kind", "warrant"},
            {"number", "26-MJ-0117"},
            {"court", "District Court of the Western District"},
            {"judge", "R. Alvarez"},
            {"agency", "FBI Richmond"},
            {"agency_kind", "federal"},
            {"purpose", "violent-crime"},
            {"offence", "kidnapping"},
            {"plates", {"ghx 4471"}},
            {"camera_ids", {cameras_[0]}},
            {"from", ago(24)},
            {"to", ago(0)},
            {"expires_at", ago(-72)},
            {"document_sha256", kDocument}};
  }
  Answer enter(const Json& body, const std::string& session) {
    return send(Method::kPost, "/api/v1/orders", body, session);
  }
  Answer check(const std::string& id, const std::string& session, const std::string& document) {
    return send(Method::kPost, "/api/v1/orders/" + id + "/check",
                {{"decision", "checked"}, {"document_sha256", document}}, session);
  }
  Answer search(const std::string& id, Json question, const std::string& session) {
    return send(Method::kPost, "/api/v1/search", {{"order_id", id}, {"question", std::move(question)}},
                session);
  }
  std::string checked() {
    const auto entered = enter(order(), anna_);
    EXPECT_EQ(entered.status, 201) << entered.response.body;
    const std::string id = entered.body["id"];
    const auto good = check(id, dora_, kDocument);
    EXPECT_EQ(good.status, 200) << good.response.body;
    return id;
  }
  static std::vector<std::string> rules(const Answer& answer) {
    std::vector<std::string> ids;
    for (const Json& rule : answer.body["rules"]) ids.push_back(rule["id"]);
    return ids;
  }
  std::string newest_field(const std::string& kind, const std::string& name) {
    const auto entry = ledger_->newest_of_kind(ledger::Reader::kAuditor, kind);
    if (!entry || !*entry) return "no entry";
    for (const auto& field : (*entry)->disclosures) {
      if (field.name == name) return field.value;
    }
    return "no field";
  }

  const std::string kDocument = crypto::sha256_hex("the warrant as a file");
  std::string anna_, dora_, edna_;
  std::vector<std::string> cameras_;
};

using Rules = std::vector<std::string>;

TEST_F(OrdersTest, UncheckedItOpensNothing) {
  const auto entered = enter(order(), anna_);
  ASSERT_EQ(entered.status, 201) << entered.response.body;
  const std::string id = entered.body["id"];
  EXPECT_EQ(entered.body["plates"], Json({"GHX4471"}));
  const Rules said = rules(search(id, Json::object(), anna_));
  EXPECT_NE(std::find(said.begin(), said.end(), "house/order-checked"), said.end());
  EXPECT_NE(std::find(said.begin(), said.end(), "house/beneficiary-federal"), said.end());
}

TEST_F(OrdersTest, GivesWhatItNamesAndNothingElse) {
  const std::string id = checked();
  const auto found = search(id, Json::object(), anna_);
  ASSERT_EQ(found.status, 200) << found.response.body;
  ASSERT_EQ(found.body["items"].size(), 1u) << "one camera, one plate, 24 hours";
  EXPECT_EQ(found.body["items"][0]["plate"]["text"], "GHX4471");
  EXPECT_EQ(newest_field("search-reads", "beneficiary"), "FBI Richmond");
  EXPECT_EQ(newest_field("search-reads", "order"), id);
  EXPECT_EQ(newest_field("search-reads", "by_order"), "order");
  // The checker is on the order as well; another supervisor is not.
  EXPECT_EQ(search(id, Json::object(), dora_).status, 200);
  EXPECT_EQ(rules(search(id, Json::object(), edna_)), Rules{"house/case-assigned"});
}

TEST_F(OrdersTest, RefusesAndRecordsWhatLiesOutside) {
  const std::string id = checked();
  const auto exact = [](const char* text) { return Json{{"plate", {{"text", text}, {"mode", "exact"}}}}; };
  Json wide = exact("GHX4471"), early = wide, prefix = wide;
  wide["camera_ids"] = cameras_;
  early["from"] = ago(25);
  prefix["plate"]["mode"] = "prefix";
  for (const auto& [question, rule] :
       {std::pair(exact("OTHER77"), "house/order-plates"), std::pair(prefix, "house/order-plates"),
        std::pair(wide, "house/order-cameras"), std::pair(early, "house/order-window")}) {
    const std::uint64_t logged = ledger_->size();
    const auto refused = search(id, question, anna_);
    EXPECT_EQ(refused.status, 403) << refused.response.body;
    EXPECT_EQ(rules(refused), Rules{rule});
    EXPECT_EQ(refused.body["remedy"]["action"], "order-desk");
    EXPECT_EQ(ledger_->size(), logged + 1);
    EXPECT_EQ(newest_field("search-reads", "rules"), rule);
    Json body{{"as", "csv"}, {"order_id", id}, {"question", question}};
    EXPECT_EQ(send(Method::kPost, "/api/v1/search/export", body, anna_).status, 403);
  }
}

TEST_F(OrdersTest, YieldsAnExportPackage) {
  const std::string id = checked();
  const Json body{{"as", "package"}, {"order_id", id}, {"question", Json::object()}};
  const auto made = send(Method::kPost, "/api/v1/search/export", body, anna_);
  ASSERT_EQ(made.status, 200) << made.response.body;
  EXPECT_TRUE(made.response.body.starts_with("PK"));
  EXPECT_NE(made.response.body.find("26-MJ-0117"), std::string::npos) << "the order stands in the package";
  EXPECT_EQ(newest_field("export-reads", "order"), id);
}

TEST_F(OrdersTest, IsCheckedByAnotherPersonAgainstTheSameDocument) {
  const auto own = enter(order(), dora_);
  ASSERT_EQ(own.status, 201);
  const std::string id = own.body["id"];
  EXPECT_EQ(rules(check(id, dora_, kDocument)), Rules{"house/order-two-people"});
  EXPECT_EQ(rules(check(id, anna_, kDocument)), Rules{"house/no-permit"});
  EXPECT_EQ(check(id, edna_, crypto::sha256_hex("another file")).status, 422);
  EXPECT_EQ(check(id, edna_, kDocument).status, 200);
  EXPECT_EQ(check(id, edna_, kDocument).status, 409) << "once";
  EXPECT_EQ(newest_field("order.check", "document"), kDocument);
  EXPECT_EQ(enter(order(), anna_).status, 409) << "the same document once more";
}

TEST_F(OrdersTest, CheckingItNeedsAPasskeyTouchedShortlyBefore) {
  clock_.advance(std::chrono::minutes(10));
  const std::string id = enter(order(), anna_).body["id"];
  const Answer refused = check(id, edna_, kDocument);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.body["type"], "/problems/confirm");
  touch_passkey(edna_);
  EXPECT_EQ(check(id, edna_, kDocument).status, 200);
}

TEST_F(OrdersTest, WithoutACheckOrAfterItsEndNothingIsFound) {
  Json in_state = order();
  in_state["agency"] = "Hill County Sheriff";
  in_state["agency_kind"] = "in-state";
  const std::string id = enter(in_state, anna_).body["id"];
  EXPECT_EQ(rules(search(id, Json::object(), anna_)), Rules{"house/order-checked"});
  ASSERT_EQ(check(id, dora_, kDocument).status, 200);
  EXPECT_EQ(search(id, Json::object(), anna_).status, 200);
  clock_.advance(std::chrono::hours(73));
  const std::string awake = somebody(Role::kSupervisor, "fred");
  EXPECT_NE(rules(search(id, Json::object(), awake)).size(), 0u);
  const auto late = send(Method::kGet, "/api/v1/orders/" + id, nullptr, awake);
  EXPECT_EQ(late.body["run_out"], true);
}

TEST_F(OrdersTest, WithdrawnItOpensNothing) {
  const std::string id = checked();
  EXPECT_EQ(
      send(Method::kPost, "/api/v1/orders/" + id + "/withdrawal", {{"note", "The court took it back"}}, dora_)
          .status,
      200);
  const Rules said = rules(search(id, Json::object(), anna_));
  EXPECT_NE(std::find(said.begin(), said.end(), "house/case-open"), said.end());
}

TEST_F(OrdersTest, WhatNoOrderCanOpenIsRefusedWhenItIsEntered) {
  Json barred = order();
  barred["purpose"] = "immigration-enforcement";
  EXPECT_EQ(rules(enter(barred, anna_)), Rules{"house/no-immigration"});
  Json disguised = order();
  disguised["agency"] = "ICE field office";
  disguised["agency_kind"] = "in-state";
  EXPECT_EQ(rules(enter(disguised, anna_)), Rules{"house/beneficiary-disguised"});
  Json company = order();
  company["agency"] = "A Bank";
  company["agency_kind"] = "private";
  const Rules said = rules(enter(company, anna_));
  EXPECT_NE(std::find(said.begin(), said.end(), "house/beneficiary-private"), said.end());
  Json boundless = order();
  boundless["plates"] = Json::array();
  boundless["camera_ids"] = Json::array();
  EXPECT_EQ(enter(boundless, anna_).status, 422);
  Json unsigned_one = order();
  unsigned_one["judge"] = "";
  EXPECT_EQ(enter(unsigned_one, anna_).status, 422);
}

TEST_F(OrdersTest, ADeclarationServesWhereOneIsEnough) {
  Json federal = order();
  federal["kind"] = "declaration";
  const Rules said = rules(enter(federal, anna_));
  EXPECT_NE(std::find(said.begin(), said.end(), "house/beneficiary-federal"), said.end());
}

TEST_F(OrdersTest, AsksUnderACaseOrAnOrder) {
  const std::string id = checked();
  const Json both{{"order_id", id}, {"case_id", "case_1"}, {"question", Json::object()}};
  EXPECT_EQ(send(Method::kPost, "/api/v1/search", both, anna_).status, 422);
  const std::string carl = somebody(Role::kAdministrator, "carl");
  const auto hidden = search(id, Json::object(), carl);
  const auto absent = search("order_00000000000000000000000000", Json::object(), carl);
  EXPECT_EQ(hidden.status, 404);
  EXPECT_EQ(hidden.body, absent.body) << "who may not know of an order cannot tell it from none";
}

}  // namespace
}  // namespace glasshouse::api
