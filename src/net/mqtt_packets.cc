#include "net/mqtt_packets.h"

namespace glasshouse::net {
namespace {

constexpr std::uint8_t kQos1 = 0x02, kRetain = 0x01;
constexpr std::size_t kMaxText = 65'535;

void put_number(std::string& out, std::size_t number) {
  out += static_cast<char>(number >> 8 & 0xFF);
  out += static_cast<char>(number & 0xFF);
}

void put_text(std::string& out, std::string_view text) {
  text = text.substr(0, kMaxText);
  put_number(out, text.size());
  out += text;
}

std::string packed(MqttType type, std::uint8_t flags, const std::string& body) {
  std::string out(1, static_cast<char>(static_cast<std::uint8_t>(type) << 4 | flags));
  std::size_t left = body.size();
  do {
    const auto part = static_cast<std::uint8_t>(left & 0x7F);
    left >>= 7;
    out += static_cast<char>(left > 0 ? part | 0x80 : part);
  } while (left > 0);
  return out + body;
}

std::size_t number_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::size_t>(static_cast<std::uint8_t>(bytes[at])) << 8 |
         static_cast<std::uint8_t>(bytes[at + 1]);
}

tl::unexpected<base::Error> no_mqtt() {
  return base::failure(Errc::kProtocol, "The broker sent what is no MQTT 3.1.1.");
}

}  // namespace

std::string connect_packet(const MqttOptions& options) {
  std::uint8_t flags = options.keep_session ? 0x00 : 0x02;
  if (!options.will_topic.empty()) flags |= 0x04 | 0x08 | 0x20;  // a will, at least once, retained
  if (!options.user.empty()) flags |= 0x80 | 0x40;
  std::string body;
  put_text(body, "MQTT");
  body += '\x04';
  body += static_cast<char>(flags);
  put_number(body, kMqttKeepAlive_s);
  put_text(body, options.client_id);
  if (!options.will_topic.empty()) {
    put_text(body, options.will_topic);
    put_text(body, options.will_text);
  }
  if (!options.user.empty()) {
    put_text(body, options.user);
    put_text(body, options.password);
  }
  return packed(MqttType::kConnect, 0, body);
}

std::string publish_packet(std::string_view topic, std::string_view payload, std::uint16_t id, bool retain) {
  std::string body;
  put_text(body, topic);
  put_number(body, id);
  body += payload;
  return packed(MqttType::kPublish, kQos1 | (retain ? kRetain : 0), body);
}

std::string subscribe_packet(std::string_view topic, std::uint16_t id) {
  std::string body;
  put_number(body, id);
  put_text(body, topic);
  body += '\x01';  // at least once
  return packed(MqttType::kSubscribe, 0x02, body);
}

std::string short_packet(MqttType type, std::uint16_t id) {
  std::string body;
  if (id != 0) put_number(body, id);
  return packed(type, 0, body);
}

base::Result<std::optional<MqttPacket>> take_packet(std::string& bytes) {
  if (bytes.empty()) return std::nullopt;
  std::size_t length = 0, at = 1;
  for (int shift = 0;; shift += 7, ++at) {
    if (shift > 21) return no_mqtt();
    if (at >= bytes.size()) return std::nullopt;
    const auto part = static_cast<std::uint8_t>(bytes[at]);
    length |= static_cast<std::size_t>(part & 0x7F) << shift;
    if ((part & 0x80) == 0) break;
  }
  ++at;
  if (length > kMaxMqttPacketBytes)
    return base::failure(Errc::kTooLarge, "The broker sent a message of more than 1 MiB.");
  if (bytes.size() - at < length) return std::nullopt;
  const auto first = static_cast<std::uint8_t>(bytes[0]);
  MqttPacket packet{static_cast<MqttType>(first >> 4), static_cast<std::uint8_t>(first & 0x0F),
                    bytes.substr(at, length)};
  bytes.erase(0, at + length);
  return packet;
}

base::Result<MqttMessage> message_of(const MqttPacket& packet) {
  const int qos = packet.flags >> 1 & 0x03;
  if (qos > 1 || packet.body.size() < 2) return no_mqtt();  // nothing is subscribed to exactly once
  const std::size_t topic = number_at(packet.body, 0);
  const std::size_t head = 2 + topic + (qos > 0 ? 2 : 0);
  if (packet.body.size() < head) return no_mqtt();
  MqttMessage message;
  message.topic = packet.body.substr(2, topic);
  message.payload = packet.body.substr(head);
  if (qos > 0) message.id = static_cast<std::uint16_t>(number_at(packet.body, 2 + topic));
  return message;
}

base::Result<void> check_connack(const MqttPacket& packet) {
  if (packet.type != MqttType::kConnAck || packet.body.size() != 2) return no_mqtt();
  const int code = static_cast<std::uint8_t>(packet.body[1]);
  if (code == 0) return {};
  if (code == 4 || code == 5)
    return base::failure(Errc::kProtocol, "The broker refused the user name or the password.");
  return base::failure(Errc::kProtocol, "The broker let us not in.",
                       "Its reason is number " + std::to_string(code) + ".");
}

std::optional<std::uint16_t> id_of(const MqttPacket& packet) {
  if (packet.body.size() < 2) return std::nullopt;
  return static_cast<std::uint16_t>(number_at(packet.body, 0));
}

}  // namespace glasshouse::net
