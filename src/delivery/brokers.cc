// Connections to the brokers of MQTT channels.
#include <algorithm>
#include <iterator>
#include <utility>

#include "base/log.h"
#include "crypto/crypto.h"
#include "delivery/formats.h"
#include "delivery/sending.h"

namespace glasshouse::delivery {
namespace {

constexpr std::chrono::seconds kBetweenTries{60};
constexpr std::uint32_t kBrokerTimeout_ms = 10'000;

bool is_same_link(const Channel& one, const Channel& other) {
  return one.url == other.url && one.user == other.user && one.topic == other.topic;
}

}  // namespace

Brokers::~Brokers() {
  for (auto& [id, kept] : kept_) leave(kept);
}

void Brokers::leave(Kept& kept) {
  if (!kept.link) return;
  if (kept.link->publish(kept.channel.topic + "/available", "offline", true)) kept.link->leave();
  kept.link.reset();
}

base::Result<net::MqttLink*> Brokers::link_to(const Channel& channel, const std::string& password) {
  Kept& kept = kept_[channel.id];
  if (kept.link && !is_same_link(kept.channel, channel)) leave(kept);
  if (kept.link) return kept.link.get();
  kept.channel = channel;
  kept.tried_at = clock_.now();
  auto broker = net::parse_endpoint(channel.url, net::kMqttSchemes);
  if (!broker) return tl::unexpected(broker.error());
  net::MqttOptions options;
  options.broker = std::move(*broker);
  // Of one name the broker lets one in: the channel's, so that a second connection replaces the first.
  options.client_id = "glasshouse-" + crypto::sha256_hex(channel.id).substr(0, 12);
  options.user = channel.user;
  options.password = password;
  options.will_topic = channel.topic + "/available";
  options.will_text = "offline";
  options.timeout_ms = kBrokerTimeout_ms;
  auto link = net::MqttLink::open(std::move(options), reach_);
  if (!link) return tl::unexpected(link.error());
  for (const auto& [topic, text] :
       {std::pair{channel.topic + "/available", std::string("online")},
        std::pair{discovery_topic_of(channel.topic), discovery_of(channel.topic)}}) {
    if (auto told = (*link)->publish(topic, text, true); !told) return tl::unexpected(told.error());
  }
  kept.link = std::move(*link);
  return kept.link.get();
}

Outcome Brokers::send(const Channel& channel, const Outgoing& message) {
  const auto failed = [](const base::Error& error) {
    return Outcome{.refused = error.is(net::Errc::kRefusedAddress), .sentence = error.message()};
  };
  const auto link = link_to(channel, message.secret);
  if (!link) return failed(link.error());
  if (auto told = (*link)->publish(channel.topic + "/events", message.body, false); !told) {
    kept_[channel.id].link.reset();
    return failed(told.error());
  }
  return {.delivered = true, .sentence = "The broker has it."};
}

void Brokers::tend(const std::vector<std::pair<Channel, std::string>>& wanted) {
  for (auto it = kept_.begin(); it != kept_.end();) {
    const bool stays =
        std::any_of(wanted.begin(), wanted.end(), [&](const auto& one) { return one.first.id == it->first; });
    if (!stays) leave(it->second);
    it = stays ? std::next(it) : kept_.erase(it);
  }
  for (const auto& [channel, password] : wanted) {
    Kept& kept = kept_[channel.id];
    if (kept.link && is_same_link(kept.channel, channel)) {
      if (auto came = kept.link->wait(0); !came) kept.link.reset();
      continue;
    }
    if (clock_.now() - kept.tried_at < kBetweenTries && is_same_link(kept.channel, channel)) continue;
    if (auto link = link_to(channel, password); !link)
      base::log(base::Level::kWarn, "delivery",
                "the broker of channel " + channel.id + " was not reached: " + link.error().what());
  }
}

}  // namespace glasshouse::delivery
