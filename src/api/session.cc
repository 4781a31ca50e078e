#include "api/session.h"

#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/cases.h"
#include "api/idempotency.h"
#include "api/json.h"
#include "api/live.h"
#include "api/sign_on.h"
#include "api/step_up.h"
#include "base/log.h"
#include "crypto/totp.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using policy::Action;

constexpr std::size_t kMaxPasswordChars = 200, kMaxCodeChars = 12;

std::string cookie(const Context& ctx, const std::string& token, base::Millis life) {
  const bool secure = ctx.request.secure || ctx.services.public_url.starts_with("https://");
  return "glasshouse_session=" + token +
         "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(life.count() / 1000) +
         (secure ? "; Secure" : "");
}

}  // namespace

void note_session(Context& ctx, const accounts::Session& session, const char* kind) {
  const auto noted = ctx.services.gate->record_event(
      kind, {{"officer", session.account.id, ledger::Release::kRestricted},
             {"role", std::string(policy::name_of(session.account.role)), ledger::Release::kAfterDay}});
  if (!noted) base::log(base::Level::kError, "api", noted.error().message());
}

net::Response opened_session(Context& ctx, const base::Result<accounts::NewSession>& made, const char* kind) {
  if (!made) return problem(made.error());
  note_session(ctx, made->session, kind);
  auto response = json_response(200, render_session(ctx.services, made->session));
  response.headers.set("Set-Cookie", cookie(ctx, made->token, accounts::kSessionLife));
  return response;
}

namespace {

net::Response about(Context& ctx) {
  const records::Settings settings = ctx.services.records->settings();
  Json body{{"version", ctx.services.version},
            {"demo", settings.demo},
            {"needs_first_administrator", !ctx.services.accounts->has_administrator()},
            {"pictures_sealed", true},
            {"town",
             {{"name", settings.town_name},
              {"agency", settings.agency_name},
              {"agency_id", settings.agency_id},
              {"timezone", settings.timezone},
              {"center", {{"lat", settings.center.lat_deg}, {"lon", settings.center.lon_deg}}}}}};
  if (ctx.services.sign_on != nullptr) body["provider"] = ctx.services.sign_on->config().name;
  return json_response(200, body);
}

// Passwords are taken as typed: Fields::text would trim them.
std::optional<std::string> password_in(const Json& body, Fields& fields, const char* name, bool required) {
  const Json* value = fields.member(name);
  if (value == nullptr) {
    if (required) fields.wrong(name, "This is needed.");
    return std::nullopt;
  }
  if (!value->is_string() || value->get_ref<const std::string&>().size() > kMaxPasswordChars * 4) {
    fields.wrong(name, "At most " + std::to_string(kMaxPasswordChars) + " characters.");
    return std::nullopt;
  }
  return body.at(name).get<std::string>();
}

net::Response sign_in(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  const std::string login = fields.text("login", 80);
  const auto password = password_in(*body, fields, "password", true);
  const std::string code = fields.text("code", kMaxCodeChars);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  return opened_session(ctx,
                        ctx.services.accounts->sign_in(login, *password, code, ctx.request.remote_address),
                        "session.fallback");
}

net::Response sign_in_by_link(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  const std::string token = fields.text("token", 120);
  const std::string name = fields.text("name", 80, false);
  const std::string login = fields.text("login", 80, false);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  return opened_session(ctx, ctx.services.accounts->sign_in_by_link(token, name, login), "session.link");
}

net::Response sign_out(Context& ctx) {
  ctx.services.live->leave(ctx.identity.session->id);
  ctx.services.live->close_session(ctx.identity.session->id);
  ctx.services.accounts->sign_out(ctx.identity.session_token);
  auto response = done();
  response.headers.set("Set-Cookie", cookie(ctx, "", base::Millis{0}));
  return response;
}

net::Response me(Context& ctx) {
  return json_response(200, render_session(ctx.services, *ctx.identity.session));
}

net::Response lock(Context& ctx) {
  ctx.services.live->close_session(ctx.identity.session->id);
  if (auto locked = ctx.services.accounts->lock(ctx.identity.session_token); !locked)
    return problem(locked.error());
  return done();
}

net::Response unlock(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  const auto password = password_in(*body, fields, "password", true);
  const std::string code = fields.text("code", kMaxCodeChars);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  const auto session = ctx.services.accounts->unlock(ctx.identity.session_token, *password, code);
  if (!session) return problem(session.error());
  return json_response(200, render_session(ctx.services, *session));
}

net::Response begin_fallback(Context& ctx) {
  if (auto refused = may_change_way_in(ctx)) return *refused;
  const accounts::Account& account = ctx.identity.session->account;
  const auto secret = ctx.services.accounts->begin_fallback(account.id);
  if (!secret) return problem(secret.error());
  const std::string text = crypto::base32(*secret);
  net::Response response = json_response(201, {{"secret", text},
                                               {"uri", "otpauth://totp/Glasshouse:" + account.login +
                                                           "?secret=" + text + "&issuer=Glasshouse"}});
  response.headers.set(kShownOnce, "1");
  return response;
}

net::Response set_fallback(Context& ctx) {
  if (auto refused = may_change_way_in(ctx)) return *refused;
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  const auto password = password_in(*body, fields, "password", true);
  const std::string code = fields.text("code", kMaxCodeChars);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  if (auto set = ctx.services.accounts->set_fallback(ctx.identity.session_token, *password, code); !set)
    return problem(set.error());
  note_session(ctx, *ctx.identity.session, "account.fallback-set");
  return done();
}

std::optional<Json> render_working(Services& services, const accounts::Session& session) {
  const auto work = services.live->working(session.id);
  if (!work) return std::nullopt;
  const auto item = services.records->get_case(work->case_id);
  if (!item) return std::nullopt;
  return Json{{"case", render_case_summary(*item, session.account.id)},
              {"live_until", base::format_rfc3339(work->permit->expires_at())},
              {"ledger_index", work->permit->ledger_index()}};
}

net::Response work_on_case(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  const std::string case_id = fields.text("case_id", 40);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  auto facts = case_facts(ctx, case_id);
  if (facts.problem) return *facts.problem;
  policy::Question question = question_of(ctx, Action::kLiveReads);
  question.on_case = std::move(facts.facts);
  question.from = ctx.services.clock->now();
  gate::Scope scope;
  scope.from = question.from;
  scope.question = "Reads as they arrive, while working on the case";
  auto permit = ctx.services.gate->ask(question, std::move(scope));
  if (!permit) return problem(permit.error());
  ctx.services.live->work_on(ctx.identity.session->id,
                             {case_id, std::make_shared<const gate::Permit>(std::move(*permit))});
  const auto working = render_working(ctx.services, *ctx.identity.session);
  if (!working) return problem(404, "not-found", "There is no such case.");
  ctx.services.live->publish_to(ctx.identity.session->id, "session",
                                render_session(ctx.services, *ctx.identity.session).dump());
  return json_response(200, *working);
}

net::Response leave_case(Context& ctx) {
  const auto work = ctx.services.live->working(ctx.identity.session->id);
  ctx.services.live->leave(ctx.identity.session->id);
  if (work) {
    const auto noted = ctx.services.gate->record_event(
        "live.leave", {{"officer", ctx.identity.session->account.id}, {"case_id", work->case_id}});
    if (!noted) base::log(base::Level::kError, "api", noted.error().message());
  }
  ctx.services.live->publish_to(ctx.identity.session->id, "session",
                                render_session(ctx.services, *ctx.identity.session).dump());
  return done();
}

using net::Method;

constexpr Route kSessionRoutes[] = {
    {Method::kGet, "/api/v1/about", Caller::kAnyone, Action::kNone, 0, about},
    {Method::kPost, "/api/v1/sign-in", Caller::kAnyone, Action::kNone, kSmallBody, sign_in},
    {Method::kPost, "/api/v1/sign-in/link", Caller::kAnyone, Action::kNone, kSmallBody, sign_in_by_link},
    {Method::kPost, "/api/v1/sign-out", Caller::kLockedSession, Action::kNone, kSmallBody, sign_out},
    {Method::kGet, "/api/v1/me", Caller::kLockedSession, Action::kNone, 0, me},
    {Method::kPost, "/api/v1/me/lock", Caller::kLockedSession, Action::kNone, kSmallBody, lock},
    {Method::kPost, "/api/v1/me/unlock", Caller::kLockedSession, Action::kNone, kSmallBody, unlock},
    {Method::kPost, "/api/v1/me/fallback", Caller::kSession, Action::kNone, kSmallBody, begin_fallback},
    {Method::kPut, "/api/v1/me/fallback", Caller::kSession, Action::kNone, kSmallBody, set_fallback},
    {Method::kPut, "/api/v1/me/case", Caller::kSession, Action::kLiveReads, kSmallBody, work_on_case},
    {Method::kDelete, "/api/v1/me/case", Caller::kSession, Action::kNone, 0, leave_case},
};

}  // namespace

Json render_session(Services& services, const accounts::Session& session) {
  Json may = Json::array();
  for (int i = static_cast<int>(Action::kNone) + 1; i <= static_cast<int>(Action::kViewMasked); ++i) {
    const auto action = static_cast<Action>(i);
    if (policy::role_carries(session.account.role, action))
      may.push_back(std::string(policy::name_of(action)));
  }
  const auto passkeys = services.accounts->passkeys().of(session.account.id);
  Json body{{"officer", render_officer(session.account)},
            {"signed_in_at", base::format_rfc3339(session.signed_in_at)},
            {"expires_at", base::format_rfc3339(session.expires_at)},
            {"idle_lock_s", accounts::kIdleLock.count() / 1000},
            {"locked", session.locked},
            {"means", std::string(accounts::name_of(session.means))},
            {"enrolled", may_act(services, session)},
            {"has_passkey", passkeys && !passkeys->empty()},
            {"fallback", session.account.fallback},
            {"fallback_set", session.account.fallback_set},
            {"may", std::move(may)}};
  if (session.account.trained_until) body["trained_until"] = base::format_day(*session.account.trained_until);
  if (!session.locked) {
    if (auto working = render_working(services, session)) body["working_case"] = std::move(*working);
  }
  return body;
}

std::string sign_in_link(const Services& services, const std::string& token) {
  return services.public_url + "/sign-in?link=" + token;
}

std::span<const Route> session_routes() {
  return kSessionRoutes;
}

}  // namespace glasshouse::api
