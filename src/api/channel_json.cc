#include "api/channel_json.h"

#include <nlohmann/json.hpp>

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kDeliveriesShown = 100;

}  // namespace

Json render_wishes(const delivery::Channel& channel) {
  const delivery::Schedule& schedule = channel.schedule;
  Json body{{"id", channel.id},
            {"name", channel.name},
            {"enabled", channel.enabled},
            {"parts", channel.parts},
            {"quiet_from_min", schedule.quiet_from_min},
            {"quiet_until_min", schedule.quiet_until_min},
            {"days", schedule.days},
            {"cooldown_s", schedule.cooldown_s},
            {"camera_ids", schedule.camera_ids},
            {"states", schedule.states},
            {"made_at", base::format_rfc3339(channel.made_at)}};
  return body;
}

void read_wishes(Fields& fields, delivery::Channel& channel) {
  channel.enabled = fields.optional_bool("enabled").value_or(channel.enabled);
  if (fields.member("parts") != nullptr)
    channel.parts = fields.texts("parts", delivery::kPartNames.size(), 20);
  if (fields.member("states") != nullptr) channel.schedule.states = fields.texts("states", 4, 20);
  if (fields.member("camera_ids") != nullptr)
    channel.schedule.camera_ids = fields.texts("camera_ids", 500, 40);
  const auto number = [&](const char* name, int& into, std::int64_t most) {
    into = static_cast<int>(fields.optional_integer(name, 0, most).value_or(into));
  };
  number("quiet_from_min", channel.schedule.quiet_from_min, 1439);
  number("quiet_until_min", channel.schedule.quiet_until_min, 1439);
  number("cooldown_s", channel.schedule.cooldown_s, 86'400);
  int days = channel.schedule.days;
  number("days", days, 127);
  channel.schedule.days = static_cast<std::uint8_t>(days);
}

Json render_delivery(const delivery::Delivery& delivery) {
  Json body{{"id", delivery.id},
            {"state", delivery.state},
            {"made_at", base::format_rfc3339(delivery.made_at)},
            {"attempts", delivery.attempts},
            {"sentence", delivery.sentence}};
  if (!delivery.alert_id.empty()) body["alert_id"] = delivery.alert_id;
  if (delivery.status != 0) body["status"] = delivery.status;
  if (delivery.next_at) body["next_at"] = base::format_rfc3339(*delivery.next_at);
  if (delivery.done_at) body["done_at"] = base::format_rfc3339(*delivery.done_at);
  return body;
}

net::Response deliveries_response(Context& ctx, const std::string& channel_id) {
  const auto found = ctx.services.outbox->deliveries(channel_id, kDeliveriesShown);
  if (!found) return problem(found.error());
  Json items = Json::array();
  for (const auto& delivery : *found) items.push_back(render_delivery(delivery));
  return json_response(200, {{"items", std::move(items)}});
}

std::string words_of(const delivery::Channel& channel) {
  std::string words = channel.kind + (channel.enabled ? ", on, says" : ", off, says");
  for (const std::string& part : channel.parts) words += " " + part;
  return channel.parts.empty() ? words + " nothing of the alert" : words;
}

tl::unexpected<base::Error> no_channel() {
  return base::failure(delivery::Errc::kNotFound, "There is no such channel", "It may have been removed",
                       "Go back to the channels.");
}

}  // namespace glasshouse::api
