#include "app/frigate_feed.h"

#include "base/log.h"
#include "crypto/crypto.h"

namespace glasshouse::app {
namespace {

constexpr std::uint32_t kFrigateWait_ms = 500, kFrigateTimeout_ms = 5000;
constexpr int kFrigateRefused = 401, kFrigateServerError = 500;

}  // namespace

FrigateFeed::FrigateFeed(FrigateBroker broker, std::string ca_file, net::Handler answers)
    : broker_(std::move(broker)),
      ca_file_(std::move(ca_file)),
      answers_(std::move(answers)),
      thread_([this] { run(); }) {}

FrigateFeed::~FrigateFeed() {
  stopping_ = true;
  thread_.join();
}

void FrigateFeed::run() {
  std::string told;
  while (!stopping_) {
    std::string failure;
    try {
      if (const auto done = listen(); !done) failure = done.error().message();
    } catch (const std::exception& error) {
      failure = error.what();
    }
    if (!failure.empty() && failure != told)
      base::log(base::Level::kError, "frigate", "the broker " + broker_.name + ": " + failure);
    told = failure;
    const auto until = std::chrono::steady_clock::now() + kFrigatePause;
    while (!stopping_ && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds(kFrigateWait_ms));
  }
}

base::Result<void> FrigateFeed::listen() {
  const auto key = secret_in(broker_.key_file);
  if (!key) return tl::unexpected(key.error());
  net::MqttOptions options;
  options.broker = net::parse_endpoint(broker_.broker, net::kMqttSchemes).value();
  options.client_id = "glasshouse-in-" + crypto::sha256_hex(broker_.name + *key).substr(0, 9);
  options.keep_session = true;  // what comes while we are away waits, where Frigate sends with QoS 1
  options.timeout_ms = kFrigateTimeout_ms;
  options.user = broker_.user;
  if (!broker_.password_file.empty()) {
    auto password = secret_in(broker_.password_file);
    if (!password) return tl::unexpected(password.error());
    options.password = std::move(*password);
  }
  net::Reach reach;
  reach.ca_file = ca_file_;
  reach.everywhere = true;  // named by whoever runs the machine, and a Frigate stands in his own network
  auto link = net::MqttLink::open(std::move(options), reach);
  if (!link) return tl::unexpected(link.error());
  for (const std::string& topic : broker_.topics) {
    if (auto done = (*link)->subscribe(topic); !done) return done;
  }
  while (!stopping_) {
    const auto came = (*link)->wait(kFrigateWait_ms);
    if (!came) return tl::unexpected(came.error());
    for (const net::MqttMessage& message : *came) {
      // Acknowledged when it is stored: what was not comes again with the next connection.
      if (auto kept = hand_over(message, *key); !kept) return kept;
      if (auto done = (*link)->acknowledge(message); !done) return done;
    }
  }
  (*link)->leave();
  return {};
}

base::Result<void> FrigateFeed::hand_over(const net::MqttMessage& message, const std::string& key) {
  net::Request request;
  request.method = net::Method::kPost;
  request.path = "/api/v1/from/frigate";
  request.headers.set("x-api-key", key);
  request.headers.set("Content-Type", "application/json");
  request.body = message.payload;
  request.remote_address = "127.0.0.1";
  request.secure = true;
  const int status = answers_(request).status;
  if (status == kFrigateRefused)
    return base::failure(OutsideErrc::kUnreadable, "No enabled source of the kind frigate has the key",
                         broker_.key_file,
                         "Make the source on the page Sources, and put its key into the file.");
  if (status >= kFrigateServerError)
    return base::failure(OutsideErrc::kUnreadable, "A message could not be stored",
                         "The server answered itself " + std::to_string(status));
  return {};
}

}  // namespace glasshouse::app
