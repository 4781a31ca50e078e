#include "api/devices.h"

#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/cameras.h"
#include "api/idempotency.h"
#include "api/json.h"
#include "api/step_up.h"
#include "base/log.h"
#include "crypto/certificate.h"
#include "crypto/device_certificate.h"
#include "crypto/totp.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using net::Method;
using policy::Action;
using records::Device;

constexpr std::string_view kRenewal = "/api/v1/ingest/certificate";
constexpr base::Millis kListenerLife{10ll * 366 * 24 * 60 * 60 * 1000};
constexpr std::size_t kCodeBytes = 16;

crypto::SigningKey derived_key(const std::string& secret, std::string_view what) {
  std::string seed = crypto::hkdf_sha256(secret, "", what, 32);
  auto key = crypto::SigningKey::from_seed(seed);
  crypto::wipe(seed);
  return std::move(*key);  // 32 bytes are always a seed
}

records::Devices devices_of(Services& services) {
  return {*services.db, *services.clock};
}

net::Response no_desk() {
  return problem(409, "no-camera-port", "Cameras cannot call with certificates here.",
                 "The server was started without a port for them.",
                 "Start it with --cameras ADDRESS:PORT, or issue a device token.");
}

// As people read it to each other: no case, no dashes.
std::string digest_of_code(std::string_view typed) {
  std::string code;
  for (const char c : typed) {
    if (c == '-' || c == ' ') continue;
    code += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return crypto::sha256_hex(code);
}

std::string in_groups(const std::string& code) {
  std::string text;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (i > 0 && i % 5 == 0 && code.size() - i > 1) text += '-';
    text += code[i];
  }
  return text;
}

// What a device did, as cameras' acts are released: which camera it is about is public, its id is not.
std::optional<net::Response> record_device(Context& ctx, const char* kind, const std::string& camera_id) {
  const auto camera = ctx.services.records->camera(camera_id);
  if (!camera) return problem(camera.error());
  const auto noted = ctx.services.gate->record_event(kind, camera_fields(*camera));
  if (!noted) return problem(noted.error());
  return std::nullopt;
}

net::Response make_code(Context& ctx) {
  const auto camera = ctx.services.records->camera(ctx.request.params.at("id"));
  if (!camera) return problem(camera.error());
  if (ctx.services.devices == nullptr) return no_desk();
  if (auto refused = refuse_unless_fresh(ctx)) return *refused;
  if (auto refused = record_act(ctx, Action::kManageCameras, "camera.claim-code", camera_fields(*camera)))
    return *refused;
  const std::string code = crypto::base32(crypto::random_bytes(kCodeBytes));
  const base::Time until = ctx.services.clock->now() + kCodeLife;
  if (auto set = devices_of(ctx.services).set_code(camera->id, digest_of_code(code), until); !set)
    return problem(set.error());
  const std::string text = in_groups(code);
  auto response = json_response(
      201, {{"code", text},
            {"until", base::format_rfc3339(until)},
            {"command", "glasshouse claim " + ctx.services.public_url + " " + text + " --identity DIR"}});
  response.headers.set(kShownOnce, "1");
  return response;
}

net::Response revoke_certificate(Context& ctx) {
  const auto camera = ctx.services.records->camera(ctx.request.params.at("id"));
  if (!camera) return problem(camera.error());
  if (auto refused = record_act(ctx, Action::kManageCameras, "camera.revoke", camera_fields(*camera)))
    return *refused;
  const auto revoked = devices_of(ctx.services).revoke(camera->id);
  if (!revoked) return problem(revoked.error());
  if (!*revoked)
    return problem(409, "conflict", "There is nothing to revoke.",
                   "No device holds a certificate of this camera, and no claim code waits.");
  return done();
}

// Lines and all: Fields::text takes one line.
std::string request_in(Fields& fields) {
  const Json* text = fields.member("request");
  if (text != nullptr && text->is_string() &&
      text->get_ref<const std::string&>().size() <= crypto::kMostCertificateBytes)
    return text->get<std::string>();
  fields.wrong("request", "This is a signing request in PEM.");
  return {};
}

// The key of the request in the body, in hexadecimal; or what is wrong with it.
tl::expected<std::string, net::Response> requested_key(const std::string& pem) {
  const auto key = crypto::read_certificate_request(pem);
  if (!key) {
    return tl::unexpected(problem(422, "bad-request-text", "The signing request was not taken.",
                                  key.error().what() + ".", "Let glasshouse claim make it."));
  }
  return crypto::hex(*key);
}

Json issued_to(Services& services, const std::string& camera_id, const std::string& key) {
  const base::Time now = services.clock->now();
  const DeviceDesk& desk = *services.devices;
  return {{"camera_id", camera_id},
          {"certificate",
           crypto::device_certificate_pem(desk.authority(), desk.name(), camera_id, *crypto::from_hex(key),
                                          now - kBackdated, now + kCertificateLife)},
          {"port", desk.port()},
          {"pin", desk.pin()}};
}

net::Response claim(Context& ctx) {
  if (ctx.services.devices == nullptr) return no_desk();
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  const std::string code = digest_of_code(fields.text("code", 60));
  const std::string pem = request_in(fields);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  const auto key = requested_key(pem);
  if (!key) return key.error();
  records::Devices devices = devices_of(ctx.services);
  const auto camera_id = devices.camera_of_code(code);
  if (!camera_id) return problem(camera_id.error());
  if (const auto known = devices.by_key(*key); !known || *known)
    return known ? problem(409, "key-known", "This key was a device's before.",
                           "A key that was revoked or replaced is good for nothing any more.",
                           "Claim with --new-key; the code is still good.")
                 : problem(known.error());
  if (auto failed = record_device(ctx, "camera.claimed", *camera_id)) return *failed;
  const base::Time until = ctx.services.clock->now() + kCertificateLife;
  if (auto claimed = devices.claim(code, *key, until); !claimed) return problem(claimed.error());
  if (auto forgotten = PictureChains(*ctx.services.db, *ctx.services.clock).forget(*camera_id); !forgotten)
    return problem(forgotten.error());
  return json_response(201, issued_to(ctx.services, *camera_id, *key));
}

net::Response renew(Context& ctx) {
  if (ctx.services.devices == nullptr || ctx.request.peer_key.empty()) {
    return problem(409, "no-certificate", "Only a certificate is renewed.", "This call came with a token.",
                   "Claim the camera with a code from its page.");
  }
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  const std::string pem = request_in(fields);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  const auto key = requested_key(pem);
  if (!key) return key.error();
  if (*key != crypto::hex(ctx.request.peer_key)) {
    return problem(422, "other-key", "The request is for another key than the certificate's.",
                   "A renewal keeps the key; a new key is a new device.", "Claim the camera anew for that.");
  }
  const base::Time until = ctx.services.clock->now() + kCertificateLife;
  if (auto renewed = devices_of(ctx.services).renewed(*key, until); !renewed) return problem(renewed.error());
  return json_response(200, issued_to(ctx.services, ctx.identity.camera->id, *key));
}

net::Response refuse_device(Context& ctx, const Route& route, const Device& device, const char* slug,
                            std::string title, std::string why) {
  if (route.pattern == kRenewal && devices_of(ctx.services).is_first_refusal(device.public_key)) {
    if (auto failed = record_device(ctx, "camera.renewal-refused", device.camera_id)) return *failed;
  }
  return problem(403, slug, std::move(title), std::move(why),
                 "Make a claim code on the camera's page and claim it anew. Its reads wait in its spool.");
}

constexpr Route kDeviceRoutes[] = {
    {Method::kPost, "/api/v1/cameras/{id}/claim-code", Caller::kSession, Action::kManageCameras, kSmallBody,
     make_code},
    {Method::kDelete, "/api/v1/cameras/{id}/certificate", Caller::kSession, Action::kManageCameras, 0,
     revoke_certificate},
    {Method::kPost, "/api/v1/claim", Caller::kAnyone, Action::kNone, kSmallBody, claim},
    {Method::kPost, kRenewal, Caller::kDevice, Action::kUploadReads, kSmallBody, renew},
};

}  // namespace

DeviceDesk::DeviceDesk(const std::string& secret, std::string name, base::Time now)
    : authority_(derived_key(secret, "glasshouse device authority 1")),
      listener_(derived_key(secret, "glasshouse camera listener 1")),
      name_(std::move(name)),
      authority_pem_(
          crypto::authority_certificate_pem(authority_, name_, now - kBackdated, now + kListenerLife)),
      listener_pem_(
          crypto::self_signed_certificate_pem(listener_, name_, now - kBackdated, now + kListenerLife)),
      listener_key_pem_(crypto::private_key_pem(listener_)),
      pin_(crypto::certificate_pin(listener_.public_key())) {}

DeviceDesk::~DeviceDesk() {
  crypto::wipe(listener_key_pem_);
}

std::optional<net::Response> identify_by_certificate(Context& ctx, const Route& route) {
  Services& services = ctx.services;
  const auto unknown = [] {
    return problem(401, "unknown-device", "This is for cameras that were claimed here.", {},
                   "Make a claim code on the camera's page and claim it.");
  };
  if (services.devices == nullptr) return unknown();
  const auto facts = crypto::check_device_certificate(ctx.request.peer_certificate,
                                                      services.devices->authority().public_key());
  if (!facts || facts->public_key != ctx.request.peer_key) return unknown();
  const auto found = devices_of(services).by_key(crypto::hex(facts->public_key));
  if (!found) return problem(found.error());
  if (!*found) return unknown();
  const Device& device = **found;
  if (device.ended_at) {
    return device.revoked
               ? refuse_device(
                     ctx, route, device, "certificate-revoked", "This camera's certificate was revoked.",
                     "An administrator did that " + ago(*device.ended_at, services.clock->now()) + ".")
               : refuse_device(ctx, route, device, "certificate-replaced",
                               "Another device took this camera's place.",
                               "It was claimed " + ago(*device.ended_at, services.clock->now()) + ".");
  }
  const base::Time now = services.clock->now();
  if (now >= facts->until + kRenewalGrace)
    return refuse_device(ctx, route, device, "certificate-over",
                         "This camera's certificate ran out too long ago.",
                         "For seven days after its end it can still be renewed, not later.");
  if (now >= facts->until && route.pattern != kRenewal) {
    return problem(403, "certificate-expired", "This camera's certificate ran out.",
                   "It is good for 24 hours and was not renewed in time.",
                   "The camera program renews it by itself now.");
  }
  auto camera = services.records->camera(device.camera_id);
  if (!camera) return problem(camera.error());
  ctx.identity.camera = std::move(*camera);
  return std::nullopt;
}

Json render_certificate(Services& services, const std::string& camera_id,
                        const std::optional<Device>& device) {
  Json body{{"available", services.devices != nullptr}, {"state", "none"}};
  if (const auto until = devices_of(services).code_until(camera_id); until && *until)
    body["code_until"] = base::format_rfc3339(**until);
  if (!device) return body;
  body["state"] = device->ended_at ? "revoked" : services.clock->now() < device->until ? "valid" : "expired";
  body["claimed_at"] = base::format_rfc3339(device->claimed_at);
  body["renewed_at"] = base::format_rfc3339(device->issued_at);
  body["until"] = base::format_rfc3339(device->until);
  if (device->ended_at) body["revoked_at"] = base::format_rfc3339(*device->ended_at);
  body["key"] = device->public_key.substr(0, 16);
  return body;
}

std::span<const Route> devices_routes() {
  return kDeviceRoutes;
}

}  // namespace glasshouse::api
