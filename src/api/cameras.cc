#include "api/cameras.h"

#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/idempotency.h"
#include "api/json.h"
#include "api/live.h"
#include "base/id.h"
#include "crypto/crypto.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using policy::Action;

constexpr base::Millis kHour{60 * 60 * 1000};

std::optional<base::Time> last_contact_at(Services& services, const records::Camera& camera) {
  auto latest = services.reads->last_read_at(camera.id);
  const auto contact = services.records->last_contact(camera.id);
  if (contact && (!latest || contact->at > *latest)) latest = contact->at;
  return latest;
}

std::string ago(base::Millis age) {
  const auto minutes = age.count() / 60000;
  if (minutes < 2) return "a minute ago";
  if (minutes < 120) return std::to_string(minutes) + " minutes ago";
  if (minutes < 48 * 60) return std::to_string(minutes / 60) + " hours ago";
  return std::to_string(minutes / (24 * 60)) + " days ago";
}

// Collects the findings; the worst first is the reader's to sort.
class Findings {
 public:
  void add(const char* level, std::string sentence, std::string next = {}) {
    Json finding{{"level", level}, {"sentence", std::move(sentence)}};
    if (!next.empty()) finding["next"] = std::move(next);
    list_.push_back(std::move(finding));
  }
  Json take() { return std::move(list_); }

 private:
  Json list_ = Json::array();
};

void explain_contact(Findings& findings, const records::Contact& contact, base::Time now) {
  const std::string said = contact.message.empty() ? std::string() : " It says: " + contact.message;
  if (contact.source_state == "failed") {
    findings.add("problem", "The camera runs, but its picture source fails." + said,
                 "Check the address of the stream and the camera's power and cable; the reader tries again "
                 "by itself.");
  } else if (contact.source_state == "waiting") {
    findings.add("warn", "The camera runs and waits for its picture source." + said,
                 "If this lasts, check that the source is switched on.");
  }
  if (contact.spool_reads > 0) {
    findings.add("warn",
                 "It holds " + std::to_string(contact.spool_reads) + " reads that it has not sent yet.",
                 "They arrive by themselves while the connection stands; if the number grows, the connection "
                 "is too slow.");
  }
  if (contact.at > now + kAwayAfter) {
    findings.add("warn", "Its clock runs ahead of the server's.", "Set the clock of the camera's computer.");
  }
}

Json findings_of(Services& services, const records::Camera& camera) {
  Findings findings;
  const base::Time now = services.clock->now();
  const std::string_view state = camera_state(services, camera);
  const auto contact = services.records->last_contact(camera.id);
  const auto last_read = services.reads->last_read_at(camera.id);
  if (!camera.enabled) {
    findings.add("problem", "The camera is switched off here: what it sends is refused.",
                 "Switch it on again on this page.");
  }
  if (!camera.has_token) {
    findings.add("problem", "The camera has no device token, so it cannot send anything.",
                 "Make one and start the camera with the line that is shown.");
  }
  if (state == "never-seen" && camera.has_token) {
    findings.add(
        "problem", "The camera has never been in contact.",
        "Start it with the line that was shown with its token; check that it reaches this server's address.");
  } else if (state == "away") {
    findings.add("problem",
                 "The last word from the camera came " + ago(now - *last_contact_at(services, camera)) + ".",
                 "Check its power and its network. What it reads meanwhile is kept and sent later.");
  }
  if (contact && camera.enabled && state != "away") explain_contact(findings, *contact, now);
  if (state == "quiet") {
    findings.add("warn",
                 last_read ? "The camera is in contact, but its last read came " + ago(now - *last_read) + "."
                           : "The camera is in contact, but has not read anything yet.",
                 "At night this can be right. Else look at its picture: is it turned away, dirty or dark?");
  }
  if (state == "ok") findings.add("ok", "The camera works: it is in contact and its reads arrive.");
  return findings.take();
}

net::Response list_cameras(Context& ctx) {
  const auto cameras = ctx.services.records->cameras();
  if (!cameras) return problem(cameras.error());
  Json items = Json::array();
  for (const auto& camera : *cameras) items.push_back(render_camera(ctx.services, camera));
  return json_response(200, {{"items", std::move(items)}});
}

net::Response create_camera(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  records::Camera draft;
  draft.name = fields.text("name", 80);
  draft.place = fields.place("place");
  draft.bearing_deg = fields.number("bearing_deg", 0, 360);
  draft.view_angle_deg = fields.number("view_angle_deg", 1, 360);
  draft.description = fields.text("description", 300, false);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  if (auto refused = record_act(ctx, Action::kManageCameras, "camera.add", {{"subject", draft.name}}))
    return *refused;
  const auto camera = ctx.services.records->create_camera(draft);
  if (!camera) return problem(camera.error());
  return json_response(201, render_camera(ctx.services, *camera));
}

net::Response get_camera(Context& ctx) {
  const auto camera = ctx.services.records->camera(ctx.request.params.at("id"));
  if (!camera) return problem(camera.error());
  const base::Time now = ctx.services.clock->now();
  Json hours = Json::array();
  for (const auto& hour : ctx.services.reads->reads_by_hour(camera->id, now - 48 * kHour, now)) {
    hours.push_back({{"hour", base::format_rfc3339(hour.hour)}, {"reads", hour.reads}});
  }
  Json body{{"camera", render_camera(ctx.services, *camera)},
            {"reads_by_hour", std::move(hours)},
            {"findings", findings_of(ctx.services, *camera)}};
  if (const auto contact = ctx.services.records->last_contact(camera->id)) {
    body["spool_reads"] = contact->spool_reads;
    body["source_state"] = contact->source_state;
  }
  return json_response(200, body);
}

net::Response change_camera(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  auto camera = ctx.services.records->camera(ctx.request.params.at("id"));
  if (!camera) return problem(camera.error());
  Fields fields(*body);
  const auto name = fields.optional_text("name", 80);
  const auto description = fields.optional_text("description", 300);
  const auto place = fields.optional_place("place");
  const auto bearing = fields.optional_number("bearing_deg", 0, 360);
  const auto angle = fields.optional_number("view_angle_deg", 1, 360);
  const auto enabled = fields.optional_bool("enabled");
  if (name && name->empty()) fields.wrong("name", "This is needed.");
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  if (name) camera->name = *name;
  if (description) camera->description = *description;
  if (place) camera->place = *place;
  if (bearing) camera->bearing_deg = *bearing;
  if (angle) camera->view_angle_deg = *angle;
  if (enabled) camera->enabled = *enabled;
  const std::string what = enabled ? (*enabled ? "enabled" : "disabled") : (place ? "moved" : "changed");
  if (auto refused = record_act(ctx, Action::kManageCameras, "camera.change",
                                {{"camera", camera->id}, {"result", what, ledger::Release::kAfterDay}})) {
    return *refused;
  }
  const auto changed = ctx.services.records->change_camera(*camera);
  if (!changed) return problem(changed.error());
  const Json rendered = render_camera(ctx.services, *changed);
  ctx.services.live->publish("camera", rendered.dump());
  return json_response(200, rendered);
}

net::Response issue_token(Context& ctx) {
  const auto camera = ctx.services.records->camera(ctx.request.params.at("id"));
  if (!camera) return problem(camera.error());
  if (auto refused = record_act(ctx, Action::kManageCameras, "camera.token", {{"camera", camera->id}}))
    return *refused;
  const std::string token = crypto::base64url(crypto::random_bytes(32));
  const crypto::Hash hash = crypto::sha256(token);
  const auto set = ctx.services.records->set_device_token(
      camera->id, crypto::hex({reinterpret_cast<const char*>(hash.data()), hash.size()}));
  if (!set) return problem(set.error());
  // The token goes through the environment: an argument would stand in the process list.
  auto response =
      json_response(201, {{"token", token},
                          {"command", "GLASSHOUSE_DEVICE_TOKEN=" + token + " glasshouse camera --server " +
                                          ctx.services.public_url + " rtsp://CAMERA/STREAM"}});
  response.headers.set(kShownOnce, "1");
  return response;
}

net::Response map_background(Context& ctx) {
  return net::Response::text(200, ctx.services.map_geojson, "application/geo+json");
}

using net::Method;

constexpr Route kRoutes[] = {
    {Method::kGet, "/api/v1/cameras", Caller::kSession, Action::kViewCameras, 0, list_cameras},
    {Method::kPost, "/api/v1/cameras", Caller::kSession, Action::kManageCameras, kSmallBody, create_camera},
    {Method::kGet, "/api/v1/cameras/{id}", Caller::kSession, Action::kViewCameras, 0, get_camera},
    {Method::kPatch, "/api/v1/cameras/{id}", Caller::kSession, Action::kManageCameras, kSmallBody,
     change_camera},
    {Method::kPost, "/api/v1/cameras/{id}/token", Caller::kSession, Action::kManageCameras, kSmallBody,
     issue_token},
    {Method::kGet, "/api/v1/map", Caller::kSession, Action::kViewCameras, 0, map_background},
};

}  // namespace

std::string_view camera_state(Services& services, const records::Camera& camera) {
  if (!camera.enabled) return "disabled";
  const auto latest = last_contact_at(services, camera);
  if (!latest) return "never-seen";
  const base::Time now = services.clock->now();
  if (now - *latest >= kAwayAfter) return "away";
  const auto contact = services.records->last_contact(camera.id);
  if (contact && contact->source_state == "failed") return "quiet";
  const auto last_read = services.reads->last_read_at(camera.id);
  return last_read && now - *last_read < kQuietAfter ? "ok" : "quiet";
}

Json render_camera(Services& services, const records::Camera& camera) {
  const base::Time now = services.clock->now();
  std::uint64_t last_hour = 0;
  for (const auto& hour : services.reads->reads_by_hour(camera.id, now - kHour, now)) last_hour += hour.reads;
  Json body{{"id", camera.id},
            {"name", camera.name},
            {"place", {{"lat", camera.place.lat_deg}, {"lon", camera.place.lon_deg}}},
            {"bearing_deg", camera.bearing_deg},
            {"view_angle_deg", camera.view_angle_deg},
            {"enabled", camera.enabled},
            {"state", std::string(camera_state(services, camera))},
            {"reads_last_hour", last_hour},
            {"has_token", camera.has_token}};
  if (!camera.description.empty()) body["description"] = camera.description;
  if (const auto at = services.reads->last_read_at(camera.id))
    body["last_read_at"] = base::format_rfc3339(*at);
  if (const auto at = last_contact_at(services, camera)) body["last_contact_at"] = base::format_rfc3339(*at);
  return body;
}

std::span<const Route> cameras_routes() {
  return kRoutes;
}

}  // namespace glasshouse::api
