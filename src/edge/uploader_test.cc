#include "edge/uploader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/id.h"
#include "crypto/age.h"
#include "net/multipart.h"
#include "seal/day_keys.h"

namespace glasshouse::edge {
namespace {

using Json = nlohmann::json;

TEST(Backoff, DoublesStaysBoundedAndIsSpread) {
  EXPECT_EQ(backoff(1, 1, kLongestBackoff), kFirstBackoff);
  EXPECT_EQ(backoff(2, 1, kLongestBackoff), 2 * kFirstBackoff);
  EXPECT_EQ(backoff(1, 0, kLongestBackoff), kFirstBackoff / 2);
  for (int failures = 1; failures < 100; ++failures) {
    EXPECT_LE(backoff(failures, 1, kLongestBackoff), kLongestBackoff);
    EXPECT_GE(backoff(failures, 0, kLongestBackoff), kFirstBackoff / 2);
  }
}

// A server in every mood, and what it has acknowledged.
class MoodyServer {
 public:
  explicit MoodyServer(bool knows_forms) : knows_forms_(knows_forms) {
    server_ = std::move(net::Server::start({.max_body_bytes = 16u << 20}, [this](const net::Request& r) {
                          return answer(r);
                        }).value());
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  std::map<std::string, int> taken() {
    std::lock_guard lock(mutex_);
    return taken_;
  }
  std::set<std::string> sealed() {
    std::lock_guard lock(mutex_);
    return sealed_;
  }
  int forms() {
    std::lock_guard lock(mutex_);
    return forms_;
  }
  int heartbeats() {
    std::lock_guard lock(mutex_);
    return heartbeats_;
  }

 private:
  net::Response answer(const net::Request& request) {
    std::lock_guard lock(mutex_);
    EXPECT_EQ(request.headers.get("Authorization"), "Bearer token");
    if (request.path.ends_with("day-keys")) {
      const std::map<base::Day, std::string> keys{{base::Day{20000}, day_.recipient()}};
      return net::Response::json(200, Json{{"camera_id", base::new_id("cam", base::from_ms(0))},
                                           {"day_keys", seal::write_day_keys(keys, agency_)}}
                                          .dump());
    }
    if (request.path.ends_with("heartbeat")) {
      ++heartbeats_;
      EXPECT_TRUE(Json::parse(request.body).contains("spool_reads"));
      return net::Response::text(204, "");
    }
    const auto form = net::read_multipart(*request.headers.get("Content-Type"), request.body, 1001);
    if (form && !knows_forms_) return net::Response::json(415, "{}");
    if (form) ++forms_;
    const Json body = Json::parse(form ? (*form)[0].bytes : std::string_view(request.body));
    bool has_poison = false;
    for (const Json& read : body["reads"]) {
      has_poison = has_poison || read.contains("poison");
      EXPECT_FALSE(read.contains("picture_jpeg")) << "an open picture is on the wire";
      if (read.contains("picture_sealed") || read.contains("picture_part"))
        sealed_.insert(read["id"].get<std::string>());
      if (!read.contains("picture_part")) continue;
      EXPECT_TRUE(form);
      const auto part = std::ranges::find(*form, read["picture_part"].get<std::string>(), &net::Part::name);
      EXPECT_TRUE(part != form->end() && part->bytes.starts_with("age-encryption.org/v1\n"));
    }
    switch (++requests_ % 5) {
      case 0:
        return net::Response::text(503, "busy");
      case 1:
        return net::Response::text(200, "<html>Welcome to the hotel</html>");
      default:
        break;
    }
    if (has_poison) return net::Response::json(422, "{}");
    Json refused = Json::array();
    for (const Json& read : body["reads"]) {
      if (read.contains("refuse")) {
        refused.push_back({{"id", read["id"]}, {"reason", "no"}});
      } else {
        ++taken_[read["id"]];
      }
    }
    if (requests_ % 5 == 2) return net::Response::text(500, "stored, but the answer is lost");
    return net::Response::json(200, Json{{"stored", 1}, {"already_known", 0}, {"refused", refused}}.dump());
  }

  std::mutex mutex_;
  const bool knows_forms_;
  int requests_ = 0, heartbeats_ = 0, forms_ = 0;
  std::map<std::string, int> taken_;
  std::set<std::string> sealed_;
  const crypto::SigningKey agency_ = crypto::SigningKey::generate();
  const crypto::AgeIdentity day_ = crypto::AgeIdentity::generate();
  std::unique_ptr<net::Server> server_;
};

void everything_arrives(bool knows_forms) {
  const std::string dir = ::testing::TempDir() + "glasshouse_uploader_" + std::to_string(::getpid());
  std::filesystem::remove_all(dir);
  auto spool = std::move(Spool::open({.dir = dir}).value());
  std::vector<std::string> good;
  const auto put = [&](const char* more) {
    const std::string id = base::new_id("read", base::SystemClock().now());
    EXPECT_TRUE(spool->put(id, "{\"id\":\"" + id + "\"" + more + "}"));
    return id;
  };
  for (int i = 0; i < 150; ++i) good.push_back(put(""));
  const std::string with_picture =
      put(",\"captured_at\":\"2026-11-24T18:00:00Z\",\"picture_jpeg\":\"/9j/4A==\"");
  good.push_back(with_picture);
  const std::string refused = put(",\"refuse\":1");
  const std::string poison = put(",\"poison\":1");
  for (int i = 0; i < 20; ++i) good.push_back(put(""));

  MoodyServer server(knows_forms);
  const auto sealer = std::move(Sealer::open(dir + "/seal").value());
  SourceState state;
  {
    Uploader uploader(
        {.server = server.url(), .token = "token", .version = "1", .longest_backoff = base::Millis(5)},
        *spool, *sealer, state, net::Client::create());
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (spool->size() > 0 && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(base::Millis(10));
    EXPECT_EQ(uploader.acknowledged(), good.size());
    EXPECT_GT(uploader.failures(), 0u);
  }
  EXPECT_EQ(spool->size(), 0u);
  const auto taken = server.taken();
  EXPECT_EQ(taken.size(), good.size());
  for (const std::string& id : good) EXPECT_TRUE(taken.contains(id));
  EXPECT_TRUE(std::filesystem::exists(dir + "/refused/" + refused + ".json"));
  EXPECT_TRUE(std::filesystem::exists(dir + "/refused/" + poison + ".json"));
  EXPECT_EQ(server.sealed(), std::set<std::string>{with_picture});
  EXPECT_GE(server.heartbeats(), 1);
  EXPECT_EQ(server.forms() > 0, knows_forms);
  std::filesystem::remove_all(dir);
}

TEST(Uploader, EverythingArrivesWhateverTheServerDoes) {
  everything_arrives(true);
}

TEST(Uploader, EverythingArrivesAtAServerThatKnowsJsonOnly) {
  everything_arrives(false);
}

}  // namespace
}  // namespace glasshouse::edge
