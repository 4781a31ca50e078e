// The packets of MQTT 3.1.1 (OASIS, 2014) that a client needs, as bytes. Internal to net.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/mqtt.h"

namespace glasshouse::net {

enum class MqttType : std::uint8_t {
  kConnect = 1,
  kConnAck,
  kPublish,
  kPubAck,
  kSubscribe = 8,
  kSubAck,
  kPingReq = 12,
  kPingResp,
  kDisconnect
};

struct MqttPacket {
  MqttType type{};
  std::uint8_t flags = 0;
  std::string body;
};

std::string connect_packet(const MqttOptions& options);
std::string publish_packet(std::string_view topic, std::string_view payload, std::uint16_t id, bool retain);
std::string subscribe_packet(std::string_view topic, std::uint16_t id);
std::string short_packet(MqttType type, std::uint16_t id = 0);  // an acknowledgement, a ping, goodbye

// Takes one packet off the front of what came; nothing while it is not whole. kProtocol, kTooLarge.
base::Result<std::optional<MqttPacket>> take_packet(std::string& bytes);
base::Result<MqttMessage> message_of(const MqttPacket& packet);  // of a PUBLISH
base::Result<void> check_connack(const MqttPacket& packet);      // whether we are let in
std::optional<std::uint16_t> id_of(const MqttPacket& packet);    // of an acknowledgement

}  // namespace glasshouse::net
