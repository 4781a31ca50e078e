#include "delivery/channel_check.h"

#include <algorithm>

#include "base/words.h"
#include "delivery/push.h"
#include "net/mail.h"
#include "net/mqtt.h"

namespace glasshouse::delivery {
namespace {

constexpr std::size_t kMaxNameChars = 80, kMaxUrlChars = 500, kMaxCameras = 500, kMaxMailAddress = 200,
                      kMaxTopic = 80, kMaxUserChars = 120;
constexpr int kMinutesOfDay = 24 * 60;
constexpr int kMaxCooldown_s = 24 * 3600;
constexpr std::array<std::string_view, 4> kStates{"pending", "confirmed", "rejected", "closed"};

tl::unexpected<base::Error> bad(std::string what, std::string next) {
  return base::failure(Errc::kBadField, std::move(what), "", std::move(next));
}

bool is_visible(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

// What goes into SMTP as it stands, and into a header.
bool is_mail_address(std::string_view text) {
  const std::size_t at = text.find('@');
  return text.size() <= kMaxMailAddress && at != 0 && at != std::string_view::npos && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos && is_visible(text) &&
         text.find_first_of("<>()[]\\,;:\"") == std::string_view::npos;
}

// Levels of letters, digits, - and _: no wildcard, and none that begins with the broker's own $.
bool is_topic(std::string_view text) {
  const bool words = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '/';
  });
  return words && !text.empty() && text.size() <= kMaxTopic && text.front() != '/' && text.back() != '/' &&
         text.find("//") == std::string_view::npos;
}

// Plain connections only where nothing leaves the machine: what is signed can still be read on its way.
base::Result<void> check_address(const Channel& channel, const std::vector<std::string>& services) {
  const auto is = [&](const std::vector<net::Scheme>& schemes, std::string_view plain) {
    const auto endpoint = net::parse_endpoint(channel.url, schemes);
    return channel.url.size() <= kMaxUrlChars && endpoint &&
           (endpoint->scheme != plain || endpoint->is_loopback());
  };
  if (channel.kind == "mqtt") {
    if (!is(net::kMqttSchemes, "mqtt"))
      return bad("The address is not one that can be told safely",
                 "Write mqtts://…; mqtt:// only for this machine itself. No user name in it.");
    if (!is_topic(channel.topic))
      return bad("The topic is not one that others can be told",
                 "Write words with / between, like glasshouse.");
  } else if (channel.kind == "mail") {
    if (!is(net::kMailSchemes, ""))
      return bad("The address is no mail server's", "Write smtps://… or smtp://…, without a user name.");
    if (!is_mail_address(channel.mail_from))
      return bad("The sender is no mail address", "Write one like alerts@town.example.");
    if (channel.mail_to.empty() || channel.mail_to.size() > kMaxRecipients ||
        !std::all_of(channel.mail_to.begin(), channel.mail_to.end(), is_mail_address))
      return bad("Among the receivers is what is no mail address", "Name 1 to 20, like desk@town.example.");
  } else if (channel.kind == "push") {
    if (!is({{"https", 443}}, "") || !is_push_service(channel.url, services))
      return bad("This browser's push service is not one that this server calls",
                 "Use another browser, or have whoever runs the server name it with --push-service.");
  } else if (!is({{"https", 443}}, "")) {
    return bad("The address is not one that can be told safely", "Write https://…, without a user name.");
  }
  if (channel.user.size() > kMaxUserChars || !is_visible(channel.user))
    return bad("The user name is not one that a server takes",
               "Write at most 120 letters, digits and signs.");
  return {};
}

}  // namespace

base::Result<void> check_channel(const Channel& channel, const std::vector<std::string>& push_services) {
  if (channel.name.find_first_not_of(' ') == std::string::npos || channel.name.size() > kMaxNameChars)
    return bad("The channel needs a name of at most 80 characters", "Name who receives it.");
  if (std::find(kKindNames.begin(), kKindNames.end(), channel.kind) == kKindNames.end())
    return bad("This kind of channel is not known", "Use one that is offered.");
  if ((channel.kind == "push") == channel.owner.empty())
    return bad("Only a browser is somebody's own", "Use one of the kinds that are offered.");
  if (auto good = check_address(channel, push_services); !good) return good;
  for (const std::string& part : channel.parts) {
    if (std::find(kPartNames.begin(), kPartNames.end(), part) == kPartNames.end())
      return bad("A part of the message is not known", "Use those that are offered.");
  }
  const Schedule& schedule = channel.schedule;
  const auto minute = [](int value) { return value >= 0 && value < kMinutesOfDay; };
  if (!minute(schedule.quiet_from_min) || !minute(schedule.quiet_until_min) || schedule.days > 0x7F)
    return bad("The quiet hours are no times of a day", "Write minutes from 0 to 1439.");
  if (schedule.cooldown_s < 0 || schedule.cooldown_s > kMaxCooldown_s)
    return bad("The pause between messages is longer than a day", "Shorten it.");
  if (schedule.camera_ids.size() > kMaxCameras)
    return bad("There are more than 500 cameras", "Leave all of them out for all.");
  if (schedule.states.empty()) return bad("The channel is told of nothing", "Choose when it is told.");
  for (const std::string& state : schedule.states) {
    if (std::find(kStates.begin(), kStates.end(), state) == kStates.end())
      return bad("A state of alerts is not known", "Use those that are offered.");
  }
  return {};
}

Channel channel_of(const db::Row& row) {
  Channel channel;
  channel.id = row.text("id");
  channel.name = row.text("name");
  channel.kind = row.text("kind");
  channel.url = row.text("url");
  channel.user = row.text("user_name");
  channel.topic = row.text("topic");
  channel.mail_from = row.text("mail_from");
  channel.mail_to = base::split_words(row.text("mail_to"));
  channel.enabled = row.integer("enabled") != 0;
  channel.owner = row.text("owner");
  if (row.integer("ended_at") != 0) channel.ended_at = base::from_ms(row.integer("ended_at"));
  channel.parts = base::split_words(row.text("parts"));
  channel.schedule.quiet_from_min = static_cast<int>(row.integer("quiet_from_min"));
  channel.schedule.quiet_until_min = static_cast<int>(row.integer("quiet_until_min"));
  channel.schedule.days = static_cast<std::uint8_t>(row.integer("days"));
  channel.schedule.cooldown_s = static_cast<int>(row.integer("cooldown_s"));
  channel.schedule.camera_ids = base::split_words(row.text("camera_ids"));
  channel.schedule.states = base::split_words(row.text("states"));
  channel.made_by = row.text("made_by");
  channel.made_at = base::from_ms(row.integer("made_at"));
  return channel;
}

void bind_channel(const Channel& channel, db::Params& params) {
  params["id"] = channel.id;
  params["name"] = channel.name;
  params["url"] = channel.url;
  params["user_name"] = channel.user;
  params["topic"] = channel.topic;
  params["mail_from"] = channel.mail_from;
  params["mail_to"] = base::join(channel.mail_to, " ");
  params["enabled"] = std::int64_t{channel.enabled};
  params["parts"] = base::join(channel.parts, " ");
  params["quiet_from_min"] = std::int64_t{channel.schedule.quiet_from_min};
  params["quiet_until_min"] = std::int64_t{channel.schedule.quiet_until_min};
  params["days"] = std::int64_t{channel.schedule.days};
  params["cooldown_s"] = std::int64_t{channel.schedule.cooldown_s};
  params["camera_ids"] = base::join(channel.schedule.camera_ids, " ");
  params["states"] = base::join(channel.schedule.states, " ");
}

Delivery delivery_of(const db::Row& row) {
  Delivery delivery;
  delivery.id = row.text("id");
  delivery.channel_id = row.text("channel_id");
  delivery.alert_id = row.text("alert_id");
  delivery.state = row.text("state");
  delivery.made_at = base::from_ms(row.integer("made_at"));
  if (delivery.state == "waiting") delivery.next_at = base::from_ms(row.integer("next_at"));
  if (row.integer("done_at") != 0) delivery.done_at = base::from_ms(row.integer("done_at"));
  delivery.attempts = static_cast<int>(row.integer("attempts"));
  delivery.status = static_cast<int>(row.integer("status"));
  delivery.sentence = row.text("sentence");
  return delivery;
}

base::Error delivery_store_error(const base::Error& cause) {
  return base::Error(Errc::kStore, "The channels could not be read or changed", cause.what(),
                     "Try again; if it stays, look at the server's log.");
}

}  // namespace glasshouse::delivery
