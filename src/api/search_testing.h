// A town with one camera, one case and one officer, and the routes that search it: for the tests of the api.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "api/json.h"
#include "api/live.h"
#include "api/route.h"
#include "base/id.h"

namespace glasshouse::api {

class SearchTown : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "apisearchXXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    dir_ = pattern;
    log_ = *ledger::Ledger::open({.dir = dir_ + "/log",
                                  .origin = "town.example/pd",
                                  .key_path = dir_ + "/log.key",
                                  .checkpoint_period = base::Millis(3'600'000),
                                  .clock = &clock_});
    gate_ = std::make_unique<gate::Gate>(gate::GateOptions{log_.get(), &clock_, 30});
    ASSERT_TRUE(
        gate_->record_event("test.start", {}));  // a new log begins with its schema: not to be counted below
    db_ = *db::Database::open("sqlite://" + dir_ + "/records.db");
    ASSERT_TRUE(db_->migrate(records::migrations()));
    records_ = *records::Records::open(*db_, clock_);
    store_ = *reads::Store::open({dir_ + "/reads", &clock_});
    live_ = std::make_unique<LiveHub>(clock_);
    services_.clock = &clock_;
    services_.db = db_.get();
    services_.ledger = log_.get();
    services_.gate = gate_.get();
    services_.records = records_.get();
    services_.reads = store_.get();
    services_.live = live_.get();
    case_id_ = make_case("26-001", {"acc_1"});
    records::Camera camera;
    camera.name = "Main St";
    camera.place = {37.27, -79.94};
    camera_id_ = records_->create_camera(camera)->id;
  }
  void TearDown() override {
    store_.reset();
    records_.reset();
    db_.reset();
    gate_.reset();
    log_.reset();
    std::filesystem::remove_all(dir_);
  }

  std::string make_case(const std::string& number, std::vector<std::string> officers,
                        const std::string& offence = "motor-vehicle-theft") {
    records::Case draft;
    draft.number = number;
    draft.purpose = "stolen-vehicle";
    draft.offence = offence;
    draft.title = "A test";
    draft.opened_by = "acc_1";
    draft.officer_ids = std::move(officers);
    const auto made = records_->create_case(draft);
    EXPECT_TRUE(made) << (made ? "" : made.error().message());
    return made ? made->id : "";
  }
  std::string add_read(const std::string& plate, base::Time at) {
    reads::Incoming in;
    in.read.id = base::new_id("read", at);
    in.read.camera_id = camera_id_;
    in.read.captured_at = at;
    in.read.looks.color = "white";
    reads::PlateReading reading;
    reading.plate = *plate::Plate::parse(plate);
    reading.region = "us-va";
    in.read.plate = reading;
    in.picture_jpeg = "\xFF\xD8picture of " + plate;
    in.preview_jpeg = "\xFF\xD8preview";
    const std::string id = in.read.id;
    std::vector<reads::Incoming> batch;
    batch.push_back(std::move(in));
    EXPECT_EQ(store_->ingest(std::move(batch))->stored, 1u);
    return id;
  }
  // The handler of a route, without what the router does before it.
  net::Response call(net::Method method, std::string_view pattern, net::Request request, Identity caller) {
    for (const Route& route : all_routes()) {
      if (route.pattern != pattern || route.method != method) continue;
      request.method = method;
      if (!request.headers.get("Content-Type")) request.headers.set("Content-Type", "application/json");
      Context ctx{services_, request, std::move(caller)};
      return route.handler(ctx);
    }
    ADD_FAILURE() << "no route " << pattern;
    return {};
  }
  static Identity officer() {
    Identity caller;
    caller.session.emplace();
    caller.session->id = "session_1";
    caller.session->account.id = "acc_1";
    caller.session->account.role = policy::Role::kOfficer;
    caller.session->account.active = true;
    caller.agency_id = "agency_own";
    return caller;
  }
  net::Response send(net::Method method, std::string_view pattern, std::string body,
                     const std::string& id = {}, const std::string& case_id = {},
                     const std::string& item = {}) {
    net::Request request;
    request.body = std::move(body);
    if (!id.empty()) request.params["id"] = id;
    if (!item.empty()) request.params["item"] = item;
    if (!case_id.empty()) request.query["case_id"] = case_id;
    return call(method, pattern, std::move(request), officer());
  }

  static constexpr const char* kRead = "/api/v1/reads/{id}";
  static constexpr const char* kPicture = "/api/v1/reads/{id}/picture";
  std::string dir_, case_id_, camera_id_;
  base::ManualClock clock_{*base::parse_rfc3339("2026-11-22T12:00:00Z")};
  std::unique_ptr<ledger::Ledger> log_;
  std::unique_ptr<gate::Gate> gate_;
  std::unique_ptr<db::Database> db_;
  std::unique_ptr<records::Records> records_;
  std::unique_ptr<reads::Store> store_;
  std::unique_ptr<LiveHub> live_;
  Services services_;
};

}  // namespace glasshouse::api
