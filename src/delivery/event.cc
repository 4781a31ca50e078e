// A message as an event on a broker, in Frigate's shape, and the word to Home Assistant
// (docs/formats/mqtt.md).
#include <algorithm>
#include <nlohmann/json.hpp>

#include "delivery/formats.h"

namespace glasshouse::delivery {
namespace {

using EventJson = nlohmann::json;

std::string node_of(std::string_view topic) {
  std::string node(topic);
  std::replace(node.begin(), node.end(), '/', '_');
  return node;
}

}  // namespace

std::string event_of(const Channel& channel, const Notice& notice, const Frame& frame) {
  EventJson after = EventJson::parse(body_of(channel, notice, frame.id));
  if (notice.alert_id.empty()) {
    after["id"] = frame.id;
    after["state"] = "test";
  } else {
    after["id"] = notice.alert_id;
  }
  after["start_time"] = static_cast<double>(base::to_ms(notice.at)) / 1000.0;
  const bool over = notice.state == "rejected" || notice.state == "closed";
  const char* type = notice.alert_id.empty()     ? "test"
                     : over                      ? "end"
                     : notice.state == "pending" ? "new"
                                                 : "update";
  return EventJson{{"type", type}, {"after", std::move(after)}}.dump();
}

std::string discovery_topic_of(std::string_view topic) {
  return "homeassistant/sensor/" + node_of(topic) + "/alert/config";
}

std::string discovery_of(std::string_view topic) {
  const std::string base(topic), node = node_of(topic);
  return EventJson{{"name", "Last alert"},
                   {"unique_id", node + "_alert"},
                   {"state_topic", base + "/events"},
                   {"value_template", "{{ value_json.after.state }}"},
                   {"json_attributes_topic", base + "/events"},
                   {"json_attributes_template", "{{ value_json.after | tojson }}"},
                   {"availability_topic", base + "/available"},
                   {"icon", "mdi:car-search"},
                   {"device", {{"identifiers", {node}}, {"name", "Glasshouse"}}}}
      .dump();
}

}  // namespace glasshouse::delivery
