#include "delivery/push.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "crypto/crypto.h"
#include "crypto/web_push.h"

namespace glasshouse::delivery {
namespace {

using PushJson = nlohmann::json;

constexpr std::uint32_t kPushTimeout_ms = 10'000;
constexpr std::size_t kMaxPushAnswerBytes = 64 * 1024;  // nothing of it is used
constexpr std::size_t kPaddedBytes = 1024;              // most messages have one length
constexpr std::size_t kTopicChars = 32;
constexpr int kClaimHours = 12;  // RFC 8292 allows 24
constexpr int kNotFoundStatus = 404, kGoneStatus = 410, kTooLongStatus = 413;
constexpr int kHttps = 443;

// The services of Chromium and its kin, Firefox, Safari, and Edge. A name that begins with a dot stands for
// all below it.
constexpr std::array<std::string_view, 5> kKnownServices{
    "fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com", ".push.apple.com",
    ".notify.windows.com"};

base::Result<net::Endpoint> endpoint_of(std::string_view url) {
  return net::parse_endpoint(url, {{"https", kHttps}});
}

std::string origin_of(const net::Endpoint& endpoint) {
  return "https://" + endpoint.host + (endpoint.port == kHttps ? "" : ":" + std::to_string(endpoint.port));
}

std::string claim_of(const crypto::P256Key& key, const std::string& audience, const std::string& contact,
                     base::Time now) {
  const std::int64_t until_s = base::to_ms(now + std::chrono::hours(kClaimHours)) / 1000;
  const std::string text =
      crypto::base64url(PushJson{{"typ", "JWT"}, {"alg", "ES256"}}.dump()) + "." +
      crypto::base64url(PushJson{{"aud", audience}, {"exp", until_s}, {"sub", contact}}.dump());
  return text + "." + crypto::base64url(key.sign(text));
}

Outcome never(std::string sentence) {
  return {.refused = true, .sentence = std::move(sentence)};
}

}  // namespace

bool is_push_service(std::string_view url, const std::vector<std::string>& more) {
  const auto endpoint = endpoint_of(url);
  if (!endpoint) return false;
  if (std::find(more.begin(), more.end(), endpoint->host + ":" + std::to_string(endpoint->port)) !=
      more.end())
    return true;
  return endpoint->port == kHttps &&
         std::any_of(kKnownServices.begin(), kKnownServices.end(), [&](std::string_view known) {
           return known.front() == '.' ? endpoint->host.ends_with(known) : endpoint->host == known;
         });
}

base::Result<std::vector<std::string>> push_services_in(std::string_view text) {
  std::vector<std::string> services;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    const std::string one(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto endpoint = endpoint_of("https://" + one);
    if (!endpoint || !endpoint->path.empty())
      return base::failure(
          Errc::kBadField, "This is no push service: " + one, "",
          "Write its name, and its port where that is not 443: push.example:8443; several with "
          "commas between.");
    services.push_back(endpoint->host + ":" + std::to_string(endpoint->port));
  }
  return services;
}

base::Result<std::string> receiver_text(std::string_view p256dh, std::string_view auth) {
  const auto key = crypto::from_base64url(p256dh), secret = crypto::from_base64url(auth);
  // Sealing something finds out whether the key is a point of the curve.
  if (!key || !secret || !crypto::seal_push("", {*key, *secret}, crypto::PushOnce::make()))
    return base::failure(Errc::kBadField, "The browser's keys are none", "",
                         "Turn notifications on again in this browser.");
  return std::string(p256dh) + " " + std::string(auth);
}

Outcome send_by_push(net::Client& client, const PushSender& sender, const Channel& channel,
                     const Outgoing& message, base::Time now) {
  const auto key = crypto::P256Key::from_secret(sender.secret);
  const auto endpoint = endpoint_of(channel.url);
  const std::size_t space = message.secret.find(' ');
  if (!key || !endpoint || space == std::string::npos)
    return never("The browser's keys cannot be used: subscribe anew.");
  const auto theirs = crypto::from_base64url(message.secret.substr(0, space)),
             auth = crypto::from_base64url(message.secret.substr(space + 1));
  if (!theirs || !auth) return never("The browser's keys cannot be used: subscribe anew.");
  auto body = crypto::seal_push(message.body, {*theirs, *auth}, crypto::PushOnce::make(), kPaddedBytes);
  if (!body) return never(body.error().message());
  const base::Millis left = std::max(base::Millis{0}, kPushLife - (now - message.made_at));
  net::ClientRequest request;
  request.method = net::Method::kPost;
  request.url = channel.url;
  request.body = std::move(*body);
  request.timeout_ms = kPushTimeout_ms;
  request.max_answer_bytes = kMaxPushAnswerBytes;
  request.headers.set("Content-Type", "application/octet-stream");
  request.headers.set("Content-Encoding", "aes128gcm");
  request.headers.set("User-Agent", "Glasshouse");
  request.headers.set("TTL", std::to_string(left.count() / 1000));
  request.headers.set("Urgency", message.alert_state == "pending" ? "high" : "normal");
  // The same alert's later message takes the earlier one's place; which alert it is, nobody can tell from it.
  const std::string about = channel.id + " " + (message.alert_id.empty() ? message.id : message.alert_id);
  const crypto::Hash hash = crypto::sha256(about);
  request.headers.set(
      "Topic",
      crypto::base64url({reinterpret_cast<const char*>(hash.data()), hash.size()}).substr(0, kTopicChars));
  request.headers.set("Authorization",
                      "vapid t=" + claim_of(*key, origin_of(*endpoint), sender.contact, now) +
                          ", k=" + crypto::base64url(key->public_key()));
  const auto answer = client.send(request);
  Outcome outcome;
  outcome.status = answer ? answer->status : 0;
  outcome.delivered = outcome.status >= 200 && outcome.status < 300;
  outcome.gone = outcome.status == kNotFoundStatus || outcome.status == kGoneStatus;
  outcome.refused = outcome.gone || outcome.status == kTooLongStatus ||
                    (!answer && answer.error().is(net::Errc::kRefusedAddress));
  outcome.sentence = outcome.delivered ? "The push service took it."
                     : outcome.gone    ? "The browser ended its subscription."
                     : answer          ? "The push service answered " + std::to_string(outcome.status) + "."
                                       : answer.error().message();
  return outcome;
}

}  // namespace glasshouse::delivery
