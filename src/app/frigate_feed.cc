#include "app/frigate_feed.h"

#include "base/log.h"
#include "base/words.h"
#include "crypto/crypto.h"
#include "records/outside_book.h"
#include "records/sources.h"

namespace glasshouse::app {
namespace {

constexpr std::uint32_t kFrigateWait_ms = 500, kFrigateTimeout_ms = 5000;
constexpr int kFrigateRefused = 401, kFrigateServerError = 500;

}  // namespace

FrigateFeed::FrigateFeed(FrigateBroker broker, std::string ca_file, api::Services& services,
                         net::Handler answers)
    : broker_(std::move(broker)),
      ca_file_(std::move(ca_file)),
      id_("frigate:" + broker_.name),
      services_(services),
      answers_(std::move(answers)) {
  if (services_.outside != nullptr) {
    services_.outside->set_up({.id = id_,
                               .kind = "frigate",
                               .name = broker_.name,
                               .place = records::shown_address(broker_.broker),
                               .topics = base::join(broker_.topics, ", "),
                               .source_id = {}});
  }
  thread_ = std::thread([this] { run(); });
}

FrigateFeed::~FrigateFeed() {
  stopping_ = true;
  thread_.join();
}

void FrigateFeed::run() {
  std::string told;
  while (!stopping_) {
    std::string failure;
    try {
      if (const auto done = listen(); !done) {
        failure = done.error().message();
        if (services_.outside != nullptr) services_.outside->failed(id_, done.error());
      }
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
  note_connected(*key);
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

void FrigateFeed::note_connected(const std::string& key) {
  if (services_.outside == nullptr) return;
  const auto source =
      records::Sources(*services_.db, *services_.clock).by_key("frigate", crypto::sha256_hex(key));
  services_.outside->connected(id_, source ? source->id : std::string());
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
  if (services_.outside != nullptr) services_.outside->brought(id_);
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
