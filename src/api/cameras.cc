#include "api/cameras.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/devices.h"
#include "api/idempotency.h"
#include "api/json.h"
#include "api/live.h"
#include "api/places.h"
#include "base/id.h"
#include "crypto/crypto.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using policy::Action;

constexpr base::Millis kHour{3600 * 1000};
constexpr int kUsualDays = 7;

base::Time hour_of(base::Time t) {
  return std::chrono::floor<std::chrono::hours>(t);
}

// From counts by clock hour: the current one, and of the one before the part that lies within sixty minutes.
std::uint64_t last_hour(const std::vector<reads::HourCount>& hours, base::Time now) {
  const base::Time current = hour_of(now);
  double total = 0;
  for (const reads::HourCount& count : hours) {
    if (count.hour == current) total += static_cast<double>(count.reads);
    if (count.hour == current - kHour) {
      total += static_cast<double>(count.reads) * static_cast<double>((kHour - (now - current)).count()) /
               static_cast<double>(kHour.count());
    }
  }
  return static_cast<std::uint64_t>(total + 0.5);
}

CameraFacts facts_of(Services& services, const records::Camera& camera) {
  CameraFacts facts;
  facts.now = services.clock->now();
  facts.enabled = camera.enabled;
  facts.has_token = camera.has_token;
  facts.contact = services.records->last_contact(camera.id);
  facts.last_read_at = services.reads->last_read_at(camera.id);
  facts.reads_last_hour = last_hour(
      services.reads->reads_by_hour(camera.id, hour_of(facts.now) - kHour, hour_of(facts.now) + kHour),
      facts.now);
  return facts;
}

double usual_reads(Services& services, const records::Camera& camera, base::Time now) {
  double total = 0;
  int days = 0;
  for (int day = 1; day <= kUsualDays; ++day) {
    const base::Time hour = hour_of(now) - std::chrono::hours(24 * day);
    if (hour < camera.added_at &&
        (!services.reads->oldest_day() || base::start_of(*services.reads->oldest_day()) > hour))
      break;
    for (const auto& count : services.reads->reads_by_hour(camera.id, hour, hour + kHour))
      total += static_cast<double>(count.reads);
    ++days;
  }
  return days == 0 ? 0 : total / days;
}

Json render_with(const records::Camera& camera, const CameraFacts& facts) {
  Json body{{"id", camera.id},
            {"name", camera.name},
            {"place", {{"lat", camera.place.lat_deg}, {"lon", camera.place.lon_deg}}},
            {"bearing_deg", camera.bearing_deg},
            {"view_angle_deg", camera.view_angle_deg},
            {"enabled", camera.enabled},
            {"state", std::string(camera_state(facts))},
            {"reads_last_hour", facts.reads_last_hour},
            {"has_token", camera.has_token}};
  if (facts.last_read_at) body["last_read_at"] = base::format_rfc3339(*facts.last_read_at);
  if (facts.contact) body["last_contact_at"] = base::format_rfc3339(facts.contact->at);
  if (!camera.description.empty()) body["description"] = camera.description;
  return body;
}

net::Response list_cameras(Context& ctx) {
  const auto cameras = ctx.services.records->cameras();
  if (!cameras) return problem(cameras.error());
  Json items = Json::array();
  for (const records::Camera& camera : *cameras) items.push_back(render_camera(ctx.services, camera));
  return json_response(200, {{"items", std::move(items)}});
}

// Twenty-four clock hours, also the empty ones, so that a gap is seen as a gap.
Json render_hours(Services& services, const std::string& camera_id, base::Time now) {
  const base::Time first = hour_of(now) - 23 * kHour;
  const auto counts = services.reads->reads_by_hour(camera_id, first, hour_of(now) + kHour);
  Json hours = Json::array();
  for (int i = 0; i < 24; ++i) {
    const base::Time hour = first + i * kHour;
    const auto found =
        std::find_if(counts.begin(), counts.end(), [&](const auto& count) { return count.hour == hour; });
    hours.push_back(
        {{"hour", base::format_rfc3339(hour)}, {"reads", found == counts.end() ? 0 : found->reads}});
  }
  return hours;
}

net::Response get_camera(Context& ctx) {
  const auto camera = ctx.services.records->camera(ctx.request.params.at("id"));
  if (!camera) return problem(camera.error());
  CameraFacts facts = facts_of(ctx.services, *camera);
  facts.usual_reads_this_hour = usual_reads(ctx.services, *camera, facts.now);
  auto pictures = PictureChains(*ctx.services.db, *ctx.services.clock).health(camera->id);
  if (!pictures) return problem(pictures.error());
  facts.pictures = *pictures;
  facts.vault_trouble = ctx.services.vault->trouble();
  const auto device = records::Devices(*ctx.services.db, *ctx.services.clock).of_camera(camera->id);
  if (!device) return problem(device.error());
  Json certificate = render_certificate(ctx.services, camera->id, *device);
  facts.certificate = certificate["state"].get<std::string>();
  facts.has_token = facts.has_token || *device;
  Json findings = Json::array();
  for (const Finding& finding : camera_findings(facts)) {
    Json item{{"level", finding.level}, {"sentence", finding.sentence}};
    if (!finding.next.empty()) item["next"] = finding.next;
    findings.push_back(std::move(item));
  }
  Json body{{"camera", render_with(*camera, facts)},
            {"reads_by_hour", render_hours(ctx.services, camera->id, facts.now)},
            {"certificate", std::move(certificate)},
            {"findings", std::move(findings)}};
  if (facts.contact) {
    body["spool_reads"] = facts.contact->spool_reads;
    body["source_state"] = facts.contact->source_state;
  }
  return json_response(200, body);
}

// Putting a camera up is judged by what stands about it.
std::optional<net::Response> record_siting(Context& ctx, std::string kind, const records::Camera& camera,
                                           bool put_up, std::vector<ledger::Field> fields) {
  policy::Question question = question_of(ctx, Action::kManageCameras);
  question.camera_ids = {camera.id};
  if (put_up && ctx.services.places != nullptr) question.near = ctx.services.places->near(camera.place);
  const auto recorded = ctx.services.gate->record_act(question, std::move(kind), std::move(fields));
  if (!recorded) return problem(recorded.error());
  return std::nullopt;
}

net::Response create_camera(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  records::Camera draft;
  draft.name = fields.text("name", 80);
  draft.place = fields.place("place");
  draft.bearing_deg = fields.number("bearing_deg", 0, 359.999);
  draft.view_angle_deg = fields.number("view_angle_deg", 1, 360);
  draft.description = fields.text("description", 300, false);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  draft.id = base::new_id("cam", ctx.services.clock->now());
  if (auto refused = record_siting(ctx, "camera.add", draft, true, camera_fields(draft))) return *refused;
  const auto made = ctx.services.records->create_camera(draft);
  if (!made) return problem(made.error());
  return json_response(201, render_camera(ctx.services, *made));
}

net::Response change_camera(Context& ctx) {
  auto camera = ctx.services.records->camera(ctx.request.params.at("id"));
  if (!camera) return problem(camera.error());
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  const records::Camera before = *camera;
  if (auto name = fields.optional_text("name", 80)) camera->name = *name;
  if (auto place = fields.optional_place("place")) camera->place = *place;
  if (auto bearing = fields.optional_number("bearing_deg", 0, 359.999)) camera->bearing_deg = *bearing;
  if (auto angle = fields.optional_number("view_angle_deg", 1, 360)) camera->view_angle_deg = *angle;
  if (auto enabled = fields.optional_bool("enabled")) camera->enabled = *enabled;
  if (auto description = fields.optional_text("description", 300)) camera->description = *description;
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  auto recorded = camera_fields(*camera);
  recorded.push_back({"enabled", camera->enabled ? "yes" : "no", ledger::Release::kAtOnce});
  const bool put_up = camera->enabled && (!before.enabled || camera->place != before.place);
  if (auto refused = record_siting(ctx, "camera.change", *camera, put_up, std::move(recorded)))
    return *refused;
  const auto changed = ctx.services.records->change_camera(*camera);
  if (!changed) return problem(changed.error());
  const Json rendered = render_camera(ctx.services, *changed);
  ctx.services.live->publish("camera", rendered.dump());
  return json_response(200, rendered);
}

net::Response issue_token(Context& ctx) {
  const auto camera = ctx.services.records->camera(ctx.request.params.at("id"));
  if (!camera) return problem(camera.error());
  const auto device = records::Devices(*ctx.services.db, *ctx.services.clock).of_camera(camera->id);
  if (!device) return problem(device.error());
  if (*device) {
    return problem(409, "has-certificate", "This camera is known by a certificate.",
                   "A camera that was claimed once gets no token any more.",
                   "Make a claim code and claim its device anew.");
  }
  if (auto refused = record_act(ctx, Action::kManageCameras, "camera.token", camera_fields(*camera)))
    return *refused;
  const std::string token = crypto::base64url(crypto::random_bytes(32));
  if (auto set = ctx.services.records->set_device_token(camera->id, crypto::sha256_hex(token)); !set)
    return problem(set.error());
  if (auto forgotten = PictureChains(*ctx.services.db, *ctx.services.clock).forget(camera->id); !forgotten)
    return problem(forgotten.error());
  auto response =
      json_response(201, {{"token", token},
                          {"command", "glasshouse camera --source rtsp://CAMERA/STREAM --server " +
                                          ctx.services.public_url + " --token-file camera.token"}});
  response.headers.set(kShownOnce, "1");
  return response;
}

net::Response map_background(Context& ctx) {
  return net::Response::text(200, ctx.services.map_geojson, "application/geo+json");
}

using net::Method;

constexpr Route kCameraRoutes[] = {
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

std::vector<ledger::Field> camera_fields(const records::Camera& camera) {
  return {{"camera_name", camera.name, ledger::Release::kAtOnce},
          {"camera", camera.id, ledger::Release::kRestricted}};
}

Json render_camera(Services& services, const records::Camera& camera) {
  return render_with(camera, facts_of(services, camera));
}

std::span<const Route> cameras_routes() {
  return kCameraRoutes;
}

}  // namespace glasshouse::api
