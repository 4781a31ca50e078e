// A message as a CAP 1.2 alert (docs/formats/cap.md).
#include <algorithm>
#include <iterator>

#include "delivery/formats.h"

namespace glasshouse::delivery {
namespace {

constexpr std::chrono::hours kCapValid{12};
constexpr std::size_t kMaxReferences = 8;
constexpr double kCircle_km = 0.1;  // about what a camera sees

struct CapWords {
  std::string_view state, headline, response, certainty;
};
constexpr CapWords kCapWords[] = {
    {"pending", "License plate reader: an alert waits for a person", "Assess", "Possible"},
    {"confirmed", "License plate reader: a person confirmed the reading", "Assess", "Likely"},
    {"rejected", "License plate reader: a person rejected the reading", "AllClear", "Unlikely"},
    {"closed", "License plate reader: the alert is closed", "AllClear", "Unknown"},
    {"", "License plate reader: a test message", "None", "Unknown"}};

const CapWords& words_for(const Notice& notice) {
  const auto* found = std::find_if(std::begin(kCapWords), std::end(kCapWords),
                                   [&](const CapWords& one) { return one.state == notice.state; });
  return found == std::end(kCapWords) ? kCapWords[0] : *found;
}

// CAP wants whole seconds, an offset, and never "Z".
std::string cap_time(base::Time at) {
  return base::format_rfc3339(at).substr(0, 19) + "-00:00";
}

std::string cap_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return out;
}

class CapText {
 public:
  void open(std::string_view name) { text_ += "<" + std::string(name) + ">"; }
  void close(std::string_view name) { text_ += "</" + std::string(name) + ">\n"; }
  void put(std::string_view name, std::string_view value) {
    open(name);
    text_ += cap_escaped(value);
    close(name);
  }
  void parameter(std::string_view name, std::string_view value) {
    open("parameter");
    put("valueName", "glasshouse:" + std::string(name));
    put("value", value);
    close("parameter");
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_ =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">\n";
};

std::string_view type_of(const Notice& notice, const Frame& frame) {
  if (frame.earlier.empty()) return "Alert";  // an update refers to something
  return notice.state == "rejected" || notice.state == "closed" ? "Cancel" : "Update";
}

std::string references_of(const Frame& frame) {
  std::string text;
  const std::size_t skip = frame.earlier.size() - std::min(frame.earlier.size(), kMaxReferences);
  for (std::size_t i = skip; i < frame.earlier.size(); ++i) {
    const Earlier& one = frame.earlier[i];
    text += (text.empty() ? "" : " ") + frame.sender + "," + one.id + "," + cap_time(one.made_at);
  }
  return text;
}

std::string described(const Channel& channel, const Notice& notice) {
  if (notice.alert_id.empty()) return "This is a test message of the channel \"" + channel.name + "\".";
  std::string text = "A camera may have read a plate that is wanted.";
  const auto add = [&](std::string_view part, std::string_view before, const std::string& value) {
    if (says(channel, part) && !value.empty()) text += " " + std::string(before) + ": " + value + ".";
  };
  add("hotlist", "List", notice.hotlist);
  add("reason", "Reason", notice.reason);
  add("camera", "Camera", notice.camera_name);
  if (notice.list_stale) text += " The list was older than its agency wants.";
  return text;
}

void put_area(CapText& cap, const Channel& channel, const Notice& notice) {
  const bool place = says(channel, "place");
  if (!place && (!says(channel, "camera") || notice.camera_name.empty())) return;
  cap.open("area");
  cap.put("areaDesc",
          says(channel, "camera") && !notice.camera_name.empty() ? notice.camera_name : "Around the camera");
  if (place)
    cap.put("circle",
            std::to_string(notice.lat) + "," + std::to_string(notice.lon) + " " + std::to_string(kCircle_km));
  cap.close("area");
}

void put_info(CapText& cap, const Channel& channel, const Notice& notice, const Frame& frame) {
  const CapWords& words = words_for(notice);
  cap.open("info");
  cap.put("language", "en-US");
  cap.put("category", "Security");
  cap.put("event", "License plate reader alert");
  cap.put("responseType", words.response);
  cap.put("urgency", "Unknown");
  cap.put("severity", "Unknown");
  cap.put("certainty", words.certainty);
  cap.put("expires", cap_time(frame.made_at + kCapValid));
  if (!notice.agency.empty()) cap.put("senderName", notice.agency);
  cap.put("headline", words.headline);
  cap.put("description", described(channel, notice));
  if (!notice.alert_id.empty()) {
    cap.put("instruction", kVerifyNotice);
    cap.parameter("state", notice.state);
    cap.parameter("kind", notice.kind);
    cap.parameter("read-at", cap_time(notice.at));
    cap.parameter("list-stale", notice.list_stale ? "true" : "false");
    put_area(cap, channel, notice);
  }
  cap.close("info");
}

}  // namespace

std::string cap_of(const Channel& channel, const Notice& notice, const Frame& frame) {
  CapText cap;
  cap.put("identifier", frame.id);
  cap.put("sender", frame.sender);
  cap.put("sent", cap_time(frame.made_at));
  cap.put("status", notice.alert_id.empty() ? "Test" : "Actual");
  cap.put("msgType", type_of(notice, frame));
  cap.put("scope", "Restricted");
  cap.put("restriction", "For the receiver of this channel.");
  if (!frame.earlier.empty()) cap.put("references", references_of(frame));
  if (!notice.alert_id.empty()) cap.put("incidents", notice.alert_id);
  put_info(cap, channel, notice, frame);
  cap.close("alert");
  return cap.take();
}

}  // namespace glasshouse::delivery
