// What happens to every request around its handler.
#include <algorithm>
#include <array>
#include <chrono>

#include "api/acts.h"
#include "api/devices.h"
#include "api/idempotency.h"
#include "api/json.h"
#include "api/live.h"
#include "api/pack_shelf.h"
#include "api/peer_lists.h"
#include "api/picture_chains.h"
#include "api/router.h"
#include "api/static_files.h"
#include "api/step_up.h"
#include "base/id.h"
#include "base/log.h"
#include "crypto/crypto.h"

namespace glasshouse::api {
namespace {

using net::Method;
using net::Request;
using net::Response;

constexpr std::string_view kContentPolicy =
    "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; script-src 'self'; worker-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

// What a page that is merely open asks by itself. It does not count as a person being there, or nobody would
// ever be idle. Everything else does.
constexpr std::array<std::string_view, 9> kAskedByThePage{
    "/api/v1/me",       "/api/v1/live",    "/api/v1/events",
    "/api/v1/overview", "/api/v1/alerts",  "/api/v1/cameras",
    "/api/v1/map",      "/api/v1/outside", "/api/v1/sources/{id}/receipts"};

bool only_reads(Method method) {
  return method == Method::kGet || method == Method::kHead;
}

bool is_passive(const Route& route) {
  return route.method == Method::kGet &&
         std::find(kAskedByThePage.begin(), kAskedByThePage.end(), route.pattern) != kAskedByThePage.end();
}

// What a session that a link opened is for: one's own passkeys or fallback, and leaving.
bool leads_to_a_passkey(const Route& route) {
  return route.pattern == "/api/v1/me" || route.pattern == "/api/v1/sign-out" ||
         route.pattern.starts_with("/api/v1/me/passkeys") ||
         route.pattern.starts_with("/api/v1/me/identity") ||
         route.pattern.starts_with("/api/v1/me/confirm") || route.pattern == "/api/v1/me/fallback" ||
         route.pattern == "/api/v1/me/lock" || route.pattern == "/api/v1/me/unlock";
}

void add_security_headers(const Request& request, Response& response) {
  const auto set = [&](const char* name, std::string_view value) {
    if (!response.headers.get(name)) response.headers.set(name, std::string(value));
  };
  set("Content-Security-Policy", kContentPolicy);
  set("X-Content-Type-Options", "nosniff");
  set("Referrer-Policy", "no-referrer");
  set("Cross-Origin-Opener-Policy", "same-origin");
  set("Cross-Origin-Resource-Policy", "same-origin");
  set("Permissions-Policy",
      "camera=(), microphone=(), geolocation=(), payment=(), usb=(), publickey-credentials-get=(self), "
      "publickey-credentials-create=(self)");
  set("X-Frame-Options", "DENY");
  set("Cache-Control", "no-store");
  if (request.secure) set("Strict-Transport-Security", "max-age=31536000");
}

// A browser says where a request comes from: Origin, or at least Sec-Fetch-Site. One that says neither is no
// browser (curl, a script) and carries no cookie that somebody else's page could have sent: SameSite=Strict
// besides.
bool comes_from_here(const Request& request) {
  if (const auto origin = request.headers.get("origin")) {
    const std::size_t scheme_end = origin->find("://");
    const auto host = request.headers.get("host");
    if (scheme_end == std::string_view::npos || !host) return false;
    const std::string_view scheme = origin->substr(0, scheme_end);
    if (scheme != "https" && (scheme != "http" || request.secure)) return false;
    return origin->substr(scheme_end + 3) == *host;
  }
  const auto site = request.headers.get("sec-fetch-site");
  return !site || *site == "same-origin" || *site == "none";
}

std::string fingerprint(const Request& request) {
  std::string text = std::string(net::name_of(request.method)) + "\n" + request.path + "\n";
  for (const auto& [name, value] : request.query) text += name + "=" + value + "\n";
  return crypto::sha256_hex(text + "\n" + request.body);
}

Response not_found() {
  return problem(404, "not-found", "There is nothing at this address.");
}

Response signed_out() {
  return problem(401, "signed-out", "You are not signed in.", "The session has ended or there was none.",
                 "Sign in.");
}

class Handling {
 public:
  Handling(Services& services, std::string web_dir)
      : services_(services),
        router_(all_routes()),
        files_(std::move(web_dir)),
        once_(*services.db, *services.clock) {}

  Response operator()(const Request& request) {
    const auto start = std::chrono::steady_clock::now();
    std::string_view pattern = "(file)";
    Response response;
    try {
      response = answer(request, pattern);
    } catch (const std::exception& error) {
      const std::string id = base::new_id("req", services_.clock->now());
      base::log(base::Level::kError, "api", id + " failed: " + error.what());
      response =
          problem(500, "internal", "The server failed.", "The log has more under " + id + ".", "Try again.");
    }
    response.headers.remove(kShownOnce);
    add_security_headers(request, response);
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
    base::log(base::Level::kInfo, "http",
              std::string(net::name_of(request.method)) + " " + std::string(pattern) + " " +
                  std::to_string(response.status) + " " + std::to_string(took.count()) + " ms");
    return response;
  }

 private:
  Response answer(const Request& request, std::string_view& pattern) {
    auto match = router_.find(request.method, request.path);
    if (match.route != nullptr) {
      pattern = match.route->pattern;
      // Where peers and cameras call by their certificates there is nothing but what is for them.
      if (!request.peer_key.empty() && match.route->caller != Caller::kPeer &&
          match.route->caller != Caller::kDevice)
        return not_found();
      return call(*match.route, request, std::move(match.params));
    }
    if (!match.allowed.empty()) {
      pattern = "(method)";
      Response response = problem(405, "method", "This address does not take that method.");
      std::string allowed;
      for (const Method method : match.allowed)
        allowed += (allowed.empty() ? "" : ", ") + std::string(name_of(method));
      response.headers.set("Allow", allowed);
      return response;
    }
    if (!request.peer_key.empty() || request.path.starts_with("/api/") || request.path.starts_with("/log/")) {
      pattern = "(none)";
      return not_found();
    }
    if (!only_reads(request.method)) return problem(405, "method", "Pages are only read.");
    return files_.get(request);
  }

  Response call(const Route& route, const Request& request, std::map<std::string, std::string> params) {
    Request routed = request;
    routed.params = std::move(params);
    Context ctx{services_, routed, {}};
    ctx.identity.agency_id = services_.agency_id;
    if (auto refused = identify(route, ctx)) return *refused;
    if (route.caller != Caller::kDevice && route.caller != Caller::kPeer && route.caller != Caller::kSource &&
        !only_reads(request.method) && !comes_from_here(request)) {
      return problem(403, "foreign-origin", "This request comes from another site.",
                     "Writes are taken only from this server's own pages.",
                     "Open the console itself and try again.");
    }
    if (auto refused = check_role(route, ctx)) return *refused;
    if (auto refused = needs_fresh_passkey(ctx, route)) return *refused;
    return once(route, ctx);
  }

  std::optional<Response> identify(const Route& route, Context& ctx) {
    switch (route.caller) {
      case Caller::kAnyone:
      case Caller::kSource:
        return std::nullopt;
      case Caller::kDevice:
        return identify_device(route, ctx);
      case Caller::kPeer:
        return identify_peer(ctx);
      case Caller::kSession:
      case Caller::kLockedSession:
        break;
    }
    const auto token = ctx.request.cookie("glasshouse_session");
    if (!token || token->empty() || token->size() > 120) return signed_out();
    auto session = is_passive(route) ? services_.accounts->peek(*token) : services_.accounts->session(*token);
    if (!session) {
      return session.error().is(accounts::Errc::kExpired) ? signed_out() : problem(session.error());
    }
    if (session->locked && route.caller != Caller::kLockedSession) {
      services_.live->close_session(session->id);
      return problem(401, "locked", "The screen is locked.",
                     "Nothing was done here for 15 minutes, or you locked it.",
                     "Unlock it with your passkey.");
    }
    ctx.identity.session = std::move(*session);
    ctx.identity.session_token = std::string(*token);
    if (!leads_to_a_passkey(route) && !may_act(services_, *ctx.identity.session)) {
      return problem(403, "passkey-needed", "Add a passkey first.",
                     "A one-time link only opens the way to it; nobody works under a link.",
                     "Add one on the page that the link opened.");
    }
    return std::nullopt;
  }

  std::optional<Response> identify_device(const Route& route, Context& ctx) {
    if (!ctx.request.peer_key.empty()) {
      if (auto refused = identify_by_certificate(ctx, route)) return refused;
      return refuse_disabled(*ctx.identity.camera);
    }
    constexpr std::string_view kBearer = "Bearer ";
    const auto field = ctx.request.headers.get("authorization");
    std::optional<records::Camera> camera;
    if (field && field->starts_with(kBearer) && field->size() <= 200) {
      camera = services_.records->camera_by_token(crypto::sha256_hex(field->substr(kBearer.size())));
    }
    if (!camera) {
      Response response = problem(401, "bad-device-token", "This camera's token is not known.", {},
                                  "Make a new one on the camera's page and start the camera with it.");
      response.headers.set("WWW-Authenticate", "Bearer");
      return response;
    }
    if (auto refused = refuse_disabled(*camera)) return refused;
    ctx.identity.camera = std::move(camera);
    return std::nullopt;
  }

  static std::optional<Response> refuse_disabled(const records::Camera& camera) {
    if (camera.enabled) return std::nullopt;
    return problem(403, "camera-disabled", "This camera is switched off.", "An administrator disabled it.",
                   "It is switched on again on the camera's page.");
  }

  std::optional<Response> identify_peer(Context& ctx) {
    if (services_.sharing != nullptr && !ctx.request.peer_key.empty())
      ctx.identity.peer = services_.sharing->agency_by_key(ctx.request.peer_key);
    if (ctx.identity.peer) return std::nullopt;
    return problem(401, "unknown-peer", "This is for the servers of agencies that are listed here.", {},
                   "Ask the agency to list yours under Sharing, with your key.");
  }

  // What the role may never do is refused here for all routes at once, in the gate's words and with its
  // record.
  std::optional<Response> check_role(const Route& route, Context& ctx) {
    if (!ctx.identity.session || route.action == policy::Action::kNone) return std::nullopt;
    if (policy::role_carries(ctx.identity.session->account.role, route.action)) return std::nullopt;
    auto recorded = services_.gate->record_act(question_of(ctx, route.action),
                                               std::string(policy::name_of(route.action)), {});
    if (!recorded) return problem(recorded.error());
    base::log(base::Level::kError, "api", "role_carries and decide disagree");
    return problem(403, "denied", "This was refused.");
  }

  Response once(const Route& route, Context& ctx) {
    const auto key = ctx.request.headers.get("idempotency-key");
    // A search acts on nothing, and its answer must not outlive the reads in it.
    const bool applies = key && ctx.identity.session && !only_reads(ctx.request.method) &&
                         route.action != policy::Action::kSearchReads;
    if (!applies) return route.handler(ctx);
    if (!Idempotency::is_key(*key)) {
      return problem(422, "bad-key", "The Idempotency-Key is not right.",
                     "It must have 8 to 80 printable characters.");
    }
    const std::string account = ctx.identity.session->account.id;
    const std::string text(*key);
    if (auto known = once_.begin(account, text, fingerprint(ctx.request))) return *known;
    Response response;
    try {
      response = route.handler(ctx);
    } catch (...) {
      response.status = 500;
      once_.finish(account, text, response);
      throw;
    }
    once_.finish(account, text, response);
    return response;
  }

  Services& services_;
  const Router router_;
  StaticFiles files_;
  Idempotency once_;
};

}  // namespace

std::vector<db::Migration> migrations() {
  std::vector<db::Migration> all = Idempotency::migrations();
  for (db::Migration& migration : pack_migrations()) all.push_back(std::move(migration));
  for (db::Migration& migration : PictureChains::migrations()) all.push_back(std::move(migration));
  return all;
}

net::Handler make_handler(Services& services, std::string web_dir) {
  judge_peer_lists(services);
  auto handling = std::make_shared<Handling>(services, std::move(web_dir));
  return [handling](const Request& request) { return (*handling)(request); };
}

std::function<std::size_t(Method, std::string_view)> body_limits() {
  auto router = std::make_shared<const Router>(all_routes());
  return [router](Method method, std::string_view path) -> std::size_t {
    const auto match = router->find(method, path);
    return match.route == nullptr ? 0 : match.route->body_limit_bytes;
  };
}

}  // namespace glasshouse::api
