// Holds through the routes: placed under a case, seen by whom they concern, alive when their day is gone.
#include <nlohmann/json.hpp>

#include "api/served_town_testing.h"
#include "base/id.h"
#include "seal/day_keys.h"
#include "seal/picture.h"

namespace glasshouse::api {
namespace {

using policy::Role;

class HoldsTest : public ServedTown {
 protected:
  void SetUp() override {
    ServedTown::SetUp();
    ASSERT_TRUE(vault_->prepare({base::day_of(clock_.now()).since_epoch - 5}));
    anna_ = somebody(Role::kOfficer, "anna", &anna_id_);
    ben_ = somebody(Role::kOfficer, "ben");
    supervisor_ = somebody(Role::kSupervisor, "dora");
    const auto made = send(Method::kPost, "/api/v1/cases", new_case(anna_id_), supervisor_);
    ASSERT_EQ(made.status, 201) << made.response.body;
    case_ = made.body["id"];
    records::Camera camera;
    camera.name = "Main Street";
    camera.place = {37.27, -79.94};
    camera_id_ = records_->create_camera(camera)->id;
    read_ = stored();
  }

  std::string stored() {
    reads::Incoming in;
    in.read.id = base::new_id("read", clock_.now());
    in.read.camera_id = camera_id_;
    in.read.captured_at = clock_.now() - std::chrono::minutes(5);
    in.read.looks.color = "white";
    reads::PlateReading reading;
    reading.plate = *plate::Plate::parse("GHX4471");
    in.read.plate = reading;
    const auto keys = seal::read_day_keys(vault_->public_keys({0}));
    const auto sealed =
        seal::seal_picture("\xFF\xD8\xFF a street", keys->by_day.at(base::day_of(clock_.now())));
    in.picture_sealed = sealed->file;
    in.manifest = "glasshouse-picture 1\n";
    const std::string id = in.read.id;
    std::vector<reads::Incoming> batch;
    batch.push_back(std::move(in));
    EXPECT_EQ(reads_->ingest(std::move(batch))->stored, 1u);
    return id;
  }
  std::string path(const std::string& rest = "") { return "/api/v1/cases/" + case_ + "/holds" + rest; }
  Answer place(const std::string& session, Json body = nullptr) {
    if (body.is_null()) body = {{"read_id", read_}, {"reason", "It shows the dent"}};
    return send(Method::kPost, path(), body, session);
  }
  std::string sign_in_again() {
    return with_passkey(
        send(Method::kPost, "/api/v1/sign-in/link", {{"token", *accounts_->issue_link(anna_id_)}}));
  }

  std::string anna_, anna_id_, ben_, supervisor_, case_, camera_id_, read_;
};

TEST_F(HoldsTest, KeepsAReadForItsCaseWhenItsDayIsGone) {
  const auto placed = place(anna_);
  ASSERT_EQ(placed.status, 201) << placed.response.body;
  EXPECT_EQ(placed.body["camera_name"], "Main Street");
  EXPECT_EQ(place(anna_).status, 409) << "once";
  const auto entry = ledger_->entry(ledger::Reader::kAuditor, placed.body["ledger_index"]);
  EXPECT_EQ(entry->kind, "hold.place");
  const auto listed = send(Method::kGet, path(), nullptr, supervisor_);
  ASSERT_EQ(listed.body["items"].size(), 1u) << listed.response.body;
  EXPECT_EQ(listed.body["items"][0]["reason"], "It shows the dent");
  EXPECT_EQ(send(Method::kGet, path(), nullptr, ben_).status, 403);

  clock_.advance(std::chrono::hours(24 * 31));
  const base::Day kept{base::day_of(clock_.now()).since_epoch - 29};
  ASSERT_TRUE(reads_->drop_days_before(kept, nullptr));
  ASSERT_TRUE(vault_->shred_before(kept));
  anna_ = sign_in_again();
  const auto read = send(Method::kGet, "/api/v1/reads/" + read_ + "?case_id=" + case_, nullptr, anna_);
  ASSERT_EQ(read.status, 200) << read.response.body;
  EXPECT_EQ(read.body["plate"]["text"], "GHX4471");

  const std::string id = placed.body["id"];
  const auto lifted = send(Method::kPost, path("/" + id + "/lift"), {{"reason", "The case is over"}}, anna_);
  ASSERT_EQ(lifted.status, 200) << lifted.response.body;
  EXPECT_EQ(lifted.body["ended_by"], "Some Body");
  EXPECT_TRUE(vault_->living_holds().empty());
  EXPECT_EQ(send(Method::kGet, "/api/v1/reads/" + read_ + "?case_id=" + case_, nullptr, anna_).status, 404);
  EXPECT_EQ(send(Method::kPost, path("/" + id + "/lift"), {{"reason", "again"}}, anna_).status, 409);
}

TEST_F(HoldsTest, OnlyWhoMaySeeAReadUnderTheCaseMayHoldIt) {
  EXPECT_EQ(place(ben_).status, 403);
  EXPECT_EQ(place(anna_, {{"read_id", "read_00000000000000000000000000"}, {"reason", "none"}}).status, 404);
  EXPECT_TRUE(vault_->living_holds().empty()) << "a key of nothing does not stay";
  const auto placed = place(anna_);
  ASSERT_EQ(placed.status, 201);
  EXPECT_EQ(
      send(Method::kPost, path("/" + placed.body["id"].get<std::string>() + "/lift"), {{"reason", "x"}}, ben_)
          .status,
      403);
}

TEST_F(HoldsTest, EndsWithinWhatTheRulesAllow) {
  const auto until = [&](int days) {
    return place(anna_, {{"read_id", read_},
                         {"reason", "evidence"},
                         {"until", base::format_rfc3339(clock_.now() + std::chrono::hours(24 * days))}});
  };
  EXPECT_EQ(until(-1).status, 422);
  EXPECT_EQ(until(400).status, 422) << "the strict default gives a year";
  EXPECT_EQ(until(90).status, 201);
}

}  // namespace
}  // namespace glasshouse::api
