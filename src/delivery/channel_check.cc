#include "delivery/channel_check.h"

#include <algorithm>

#include "base/words.h"
#include "net/reach.h"

namespace glasshouse::delivery {
namespace {

constexpr std::size_t kMaxNameChars = 80, kMaxUrlChars = 500, kMaxCameras = 500;
constexpr int kMinutesOfDay = 24 * 60;
constexpr int kMaxCooldown_s = 24 * 3600;
constexpr std::array<std::string_view, 4> kStates{"pending", "confirmed", "rejected", "closed"};

tl::unexpected<base::Error> bad(std::string what, std::string next) {
  return base::failure(Errc::kBadField, std::move(what), "", std::move(next));
}

// http is refused: what is signed can still be read on its way.
bool is_https_url(std::string_view url) {
  return url.size() <= kMaxUrlChars && net::parse_endpoint(url, {{"https", 443}}).has_value();
}

}  // namespace

base::Result<void> check_channel(const Channel& channel) {
  if (channel.name.find_first_not_of(' ') == std::string::npos || channel.name.size() > kMaxNameChars)
    return bad("The channel needs a name of at most 80 characters", "Name who receives it.");
  if (std::find(kKindNames.begin(), kKindNames.end(), channel.kind) == kKindNames.end())
    return bad("This kind of channel is not known", "Use one that is offered.");
  if (!is_https_url(channel.url))
    return bad("The address is not one that can be told safely", "Write https://…, without a user name.");
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
  channel.enabled = row.integer("enabled") != 0;
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
  params["enabled"] = std::int64_t{channel.enabled};
  params["parts"] = base::join(channel.parts, " ");
  params["quiet_from_min"] = std::int64_t{channel.schedule.quiet_from_min};
  params["quiet_until_min"] = std::int64_t{channel.schedule.quiet_until_min};
  params["days"] = std::int64_t{channel.schedule.days};
  params["cooldown_s"] = std::int64_t{channel.schedule.cooldown_s};
  params["camera_ids"] = base::join(channel.schedule.camera_ids, " ");
  params["states"] = base::join(channel.schedule.states, " ");
}

base::Error delivery_store_error(const base::Error& cause) {
  return base::Error(Errc::kStore, "The channels could not be read or changed", cause.what(),
                     "Try again; if it stays, look at the server's log.");
}

}  // namespace glasshouse::delivery
