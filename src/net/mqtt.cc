#include "net/mqtt.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <utility>

#include "net/curl_rules.h"
#include "net/mqtt_packets.h"

namespace glasshouse::net {
namespace {

using MqttClock = std::chrono::steady_clock;
constexpr std::size_t kMqttPiece = 16 * 1024;
constexpr std::size_t kMaxMqttInbox = 1000;  // messages that came while something else was waited for

tl::unexpected<base::Error> link_gone() {
  return base::failure(Errc::kConnect, "The broker ended the connection.");
}

class CurlMqttLink final : public MqttLink {
 public:
  CurlMqttLink(MqttOptions options, const Reach& reach)
      : options_(std::move(options)), reach_(reach), easy_(new_curl()) {}
  ~CurlMqttLink() override { curl_easy_cleanup(easy_); }
  CurlMqttLink(const CurlMqttLink&) = delete;
  CurlMqttLink& operator=(const CurlMqttLink&) = delete;

  base::Result<void> start() {
    const bool tls = options_.broker.scheme == "mqtts";
    const bool six = options_.broker.host.find(':') != std::string::npos;
    const std::string host = six ? "[" + options_.broker.host + "]" : options_.broker.host;
    const std::string url =
        (tls ? "https://" : "http://") + host + ":" + std::to_string(options_.broker.port);
    AddressRule rule{&reach_};
    const auto set = [this](CURLoption option, auto value) { curl_easy_setopt(easy_, option, value); };
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_CONNECT_ONLY,
        1L);  // libcurl resolves, connects and checks the certificate; nothing of HTTP is sent
    set(CURLOPT_SSL_ENABLE_ALPN, 0L);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.timeout_ms));
    keep_to(easy_, rule);
    const CURLcode code = curl_easy_perform(easy_);
    if (code != CURLE_OK) return tl::unexpected(explain_curl(code, rule.refused));
    if (auto sent = send(connect_packet(options_)); !sent) return sent;
    const auto answer = next(deadline());
    if (!answer) return tl::unexpected(answer.error());
    if (!*answer) return silent();
    return check_connack(**answer);
  }

  base::Result<void> publish(const std::string& topic, const std::string& payload, bool retain) override {
    const std::uint16_t id = next_id();
    if (auto sent = send(publish_packet(topic, payload, id, retain)); !sent) return sent;
    return await(MqttType::kPubAck, id);
  }

  base::Result<void> subscribe(const std::string& topic) override {
    const std::uint16_t id = next_id();
    if (auto sent = send(subscribe_packet(topic, id)); !sent) return sent;
    return await(MqttType::kSubAck, id);
  }

  base::Result<std::vector<MqttMessage>> wait(std::uint32_t most_ms) override {
    if (auto pinged = ping_when_due(); !pinged) return tl::unexpected(pinged.error());
    const auto until = MqttClock::now() + std::chrono::milliseconds(most_ms);
    while (inbox_.empty()) {
      const auto packet = next(until);
      if (!packet) return tl::unexpected(packet.error());
      if (!*packet) break;
    }
    return std::exchange(inbox_, {});
  }

  base::Result<void> acknowledge(const MqttMessage& message) override {
    if (message.id == 0) return {};
    return send(short_packet(MqttType::kPubAck, message.id));
  }

  void leave() override { (void)send(short_packet(MqttType::kDisconnect)); }

 private:
  MqttClock::time_point deadline() const {
    return MqttClock::now() + std::chrono::milliseconds(options_.timeout_ms);
  }
  static tl::unexpected<base::Error> silent() {
    return base::failure(Errc::kTimeout, "The broker did not answer in time.");
  }
  std::uint16_t next_id() {
    if (++id_ == 0) ++id_;
    return id_;
  }

  // False when the time is over.
  bool ready(short events, MqttClock::time_point until) const {
    curl_socket_t socket = CURL_SOCKET_BAD;
    curl_easy_getinfo(easy_, CURLINFO_ACTIVESOCKET, &socket);
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - MqttClock::now());
    if (socket == CURL_SOCKET_BAD) return false;
    pollfd one{socket, events, 0};
    return ::poll(&one, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0))) > 0;
  }

  base::Result<void> send(std::string_view bytes) {
    const auto until = deadline();
    while (!bytes.empty()) {
      std::size_t count = 0;
      const CURLcode code = curl_easy_send(easy_, bytes.data(), bytes.size(), &count);
      if (code == CURLE_OK) {
        bytes.remove_prefix(count);
      } else if (code != CURLE_AGAIN) {
        return link_gone();
      } else if (!ready(POLLOUT, until)) {
        return silent();
      }
    }
    sent_at_ = MqttClock::now();
    return {};
  }

  // The next packet that is no message and no answer to a ping; messages go to the inbox, and end the wait as
  // well. Nothing when the time is over or a message came.
  base::Result<std::optional<MqttPacket>> next(MqttClock::time_point until) {
    for (;;) {
      auto packet = take_packet(bytes_);
      if (!packet) return packet;
      if (*packet) return sorted(std::move(**packet));
      std::array<char, kMqttPiece> piece;
      std::size_t count = 0;
      const CURLcode code = curl_easy_recv(easy_, piece.data(), piece.size(), &count);
      if (code == CURLE_OK && count > 0) {
        bytes_.append(piece.data(), count);
      } else if (code != CURLE_AGAIN) {
        return link_gone();
      } else if (!ready(POLLIN, until)) {
        return std::nullopt;
      }
    }
  }

  base::Result<std::optional<MqttPacket>> sorted(MqttPacket packet) {
    pinged_ = false;  // whatever came, the broker is there
    if (packet.type != MqttType::kPublish) return packet;
    auto message = message_of(packet);
    if (!message) return tl::unexpected(message.error());
    if (inbox_.size() >= kMaxMqttInbox)
      return base::failure(Errc::kTooLarge, "The broker sends faster than it is read.");
    inbox_.push_back(std::move(*message));
    return std::nullopt;
  }

  base::Result<void> await(MqttType type, std::uint16_t id) {
    const auto until = deadline();
    do {
      const auto packet = next(until);
      if (!packet) return tl::unexpected(packet.error());
      if (!*packet || (*packet)->type != type || id_of(**packet) != id) continue;
      // Of a subscription the broker may answer that it grants none.
      if (type == MqttType::kSubAck && ((*packet)->body.size() < 3 || (*packet)->body[2] < 0))
        return base::failure(Errc::kProtocol, "The broker does not let us read that topic.");
      return {};
    } while (MqttClock::now() < until);
    return silent();
  }

  base::Result<void> ping_when_due() {
    const auto quiet = MqttClock::now() - sent_at_;
    if (quiet < std::chrono::seconds(kMqttKeepAlive_s / 2)) return {};
    if (pinged_) return silent();
    auto sent = send(short_packet(MqttType::kPingReq));
    pinged_ = true;
    return sent;
  }

  MqttOptions options_;
  const Reach reach_;
  CURL* easy_;
  std::string bytes_;
  std::vector<MqttMessage> inbox_;
  std::uint16_t id_ = 0;
  MqttClock::time_point sent_at_ = MqttClock::now();
  bool pinged_ = false;
};

}  // namespace

base::Result<std::unique_ptr<MqttLink>> MqttLink::open(MqttOptions options, const Reach& reach) {
  auto link = std::make_unique<CurlMqttLink>(std::move(options), reach);
  if (auto started = link->start(); !started) return tl::unexpected(started.error());
  return link;
}

}  // namespace glasshouse::net
