// For tests: an outbox over SQLite in a folder of its own, and a client that only remembers.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "delivery/delivery.h"
#include "delivery/formats.h"

namespace glasshouse::delivery {

// Remembers what it was asked to send and answers as told.
class ScriptedClient final : public net::Client {
 public:
  base::Result<net::ClientResponse> send(const net::ClientRequest& request) override {
    sent.push_back(request);
    if (refuse_address) return base::failure(net::Errc::kRefusedAddress, "The address was not called.");
    if (silent_url == request.url)
      return base::failure(net::Errc::kTimeout, "The server did not answer in time.");
    net::ClientResponse response;
    response.status = status;
    return response;
  }
  std::vector<net::ClientRequest> sent;
  int status = 204;
  bool refuse_address = false;
  std::string silent_url;
};

class OutboxTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "glasshouse_delivery_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    dir_ = pattern;
    db_ = db::Database::open("sqlite://" + dir_ + "/records.db").value();
    ASSERT_TRUE(db_->migrate(Outbox::migrations()));
    outbox_ = Outbox::open(options()).value();
  }
  void TearDown() override {
    outbox_.reset();
    db_.reset();
    std::filesystem::remove_all(dir_);
  }

  Options options() {
    return {.db = db_.get(),
            .clock = &clock_,
            .client = &client_,
            .sealing_secret = std::string(32, 'k'),
            .sender = "town.example/log",
            .may_be_told = [this](const std::string& account) { return allowed_.contains(account); },
            .contact = "https://town.example",
            .push_services = {"push.town.example:8443"}};
  }
  static Channel draft(std::string name = "Dispatch") {
    Channel channel;
    channel.name = std::move(name);
    channel.url = "https://hooks.example/" + channel.name;
    channel.made_by = "acc_1";
    return channel;
  }
  Notice notice(std::string alert = "alert_1", std::string state = "pending") const {
    Notice notice;
    notice.alert_id = std::move(alert);
    notice.state = std::move(state);
    notice.kind = "exact";
    notice.camera_id = "cam_1";
    notice.at = clock_.now();
    notice.hotlist = "Stolen vehicles";
    notice.reason = "Stolen vehicle";
    notice.camera_name = "Main Street";
    notice.lat = 37.3;
    return notice;
  }
  // Messages of one millisecond have no order, so each of a test has its own.
  std::size_t tell(const Notice& told) {
    clock_.advance(base::Millis(1));
    return outbox_->enqueue(told).value_or(999);
  }
  Delivery newest(const std::string& channel_id) { return outbox_->deliveries(channel_id, 1).value().at(0); }

  base::ManualClock clock_{*base::parse_rfc3339("2026-11-24T12:00:00Z")};  // a Tuesday
  std::set<std::string> allowed_{"acc_1", "acc_2", "acc_3"};
  std::string dir_;
  ScriptedClient client_;
  std::unique_ptr<db::Database> db_;
  std::unique_ptr<Outbox> outbox_;
};

}  // namespace glasshouse::delivery
