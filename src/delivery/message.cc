// What a message says, how it is signed, and when a channel wants none.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "crypto/crypto.h"
#include "crypto/web_push.h"
#include "delivery/formats.h"

namespace glasshouse::delivery {
namespace {

using Json = nlohmann::json;

constexpr base::Millis kFirstPause{30'000};
constexpr base::Millis kLongestPause{6 * 3600 * 1000};

void put(Json& body, const char* name, const std::string& value) {
  if (!value.empty()) body[name] = value;
}

}  // namespace

bool says(const Channel& channel, std::string_view part) {
  return std::find(channel.parts.begin(), channel.parts.end(), part) != channel.parts.end();
}

std::string body_for(const Channel& channel, const Notice& notice, const Frame& frame) {
  if (channel.kind == "cap") return cap_of(channel, notice, frame);
  if (channel.kind == "mqtt") return event_of(channel, notice, frame);
  if (channel.kind == "mail") return mail_of(channel, notice, frame);
  std::string body = body_of(channel, notice, frame.id);
  if (channel.kind != "push" || body.size() <= crypto::kMaxPushText) return body;
  Channel silent = channel;  // too long for a push service: then only that there is an alert
  silent.parts.clear();
  return body_of(silent, notice, frame.id);
}

std::string body_of(const Channel& channel, const Notice& notice, std::string_view delivery_id) {
  Json body{{"type", notice.alert_id.empty() ? "test" : "alert"},
            {"delivery", delivery_id},
            {"at", base::format_rfc3339(notice.at)}};
  if (notice.alert_id.empty()) {
    body["message"] = "This is a test message of the channel \"" + channel.name + "\".";
    return body.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  body["alert"] = notice.alert_id;
  body["state"] = notice.state;
  body["kind"] = notice.kind;
  body["list_stale"] = notice.list_stale;
  body["notice"] = kVerifyNotice;
  if (says(channel, "hotlist")) put(body, "hotlist", notice.hotlist);
  if (says(channel, "reason")) put(body, "reason", notice.reason);
  if (says(channel, "camera")) put(body, "camera", notice.camera_name);
  if (says(channel, "place")) body["place"] = {{"lat", notice.lat}, {"lon", notice.lon}};
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string signature_of(std::string_view secret, base::Time at, std::string_view body) {
  const std::string seconds = std::to_string(base::to_ms(at) / 1000);
  return "t=" + seconds +
         ",v1=" + crypto::hex(crypto::hmac_sha256(secret, seconds + "." + std::string(body)));
}

base::Millis pause_after(int attempts) {
  base::Millis pause = kFirstPause;
  for (int i = 1; i < attempts && pause < kLongestPause; ++i) pause *= 2;
  return std::min(pause, kLongestPause);
}

bool is_quiet(const Schedule& schedule, const LocalTime& local) {
  if ((schedule.days >> local.weekday & 1) == 0) return true;
  const int from = schedule.quiet_from_min, until = schedule.quiet_until_min;
  if (from == until) return false;
  if (from < until) return local.minute >= from && local.minute < until;
  return local.minute >= from || local.minute < until;
}

}  // namespace glasshouse::delivery
