// A client of an MQTT 3.1.1 broker, over TLS or, on this machine, plainly.
//
//   auto link = MqttLink::open({.broker = *parse_endpoint("mqtts://broker:8883", kMqttSchemes), …}, reach);
//   link->publish("glasshouse/events", json, false);   // returns when the broker has it
//   link->subscribe("frigate/events");
//   for (const MqttMessage& message : *link->wait(1000)) { keep(message); link->acknowledge(message); }
//
// libmosquitto resolves and connects by itself, which would take the rule of addresses and the check of the
// certificate's name apart; so libcurl connects, as it does for everything else here, and the few packets
// that are needed are written and read by mqtt_packets.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/reach.h"

namespace glasshouse::net {

inline const std::vector<Scheme> kMqttSchemes{{"mqtts", 8883}, {"mqtt", 1883}};
inline constexpr std::size_t kMaxMqttPacketBytes = 1 << 20;  // a longer one ends the link
inline constexpr std::uint16_t kMqttKeepAlive_s = 120;

struct MqttOptions {
  Endpoint broker;
  std::string client_id, user, password;
  std::string will_topic, will_text;  // published, retained, when the link ends without a word; may be empty
  bool keep_session = false;          // the broker keeps what comes for subscriptions while we are away
  std::uint32_t timeout_ms = 10'000;
};

struct MqttMessage {
  std::string topic, payload;
  std::uint16_t id = 0;  // 0: wants no acknowledgement
};

// For one thread. After an error the link is of no use: open another.
class MqttLink {
 public:
  // kRefusedAddress, kConnect, kTls, kTimeout; kProtocol when the broker refuses the client.
  static base::Result<std::unique_ptr<MqttLink>> open(MqttOptions options, const Reach& reach);
  virtual ~MqttLink() = default;

  virtual base::Result<void> publish(const std::string& topic, const std::string& payload, bool retain) = 0;
  virtual base::Result<void> subscribe(const std::string& topic) = 0;
  // What came, after at most so long; pings the broker when it is time.
  virtual base::Result<std::vector<MqttMessage>> wait(std::uint32_t most_ms) = 0;
  virtual base::Result<void> acknowledge(const MqttMessage& message) = 0;
  virtual void leave() = 0;  // says goodbye: no will is published
};

}  // namespace glasshouse::net
