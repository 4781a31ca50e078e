#include "api/sign_on.h"

#include <nlohmann/json.hpp>

#include "accounts/identities.h"
#include "api/json.h"
#include "api/session.h"
#include "api/step_up.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using net::Method;
using policy::Action;

constexpr std::string_view kBindingCookie = "glasshouse_sign_on";
constexpr std::size_t kMostReturnedChars = 4096;
constexpr std::string_view kToSignIn = "sign-in";  // a flow's purpose; otherwise the account that is linked

accounts::Identities identities_of(Services& services) {
  return {*services.db, *services.clock};
}

net::Response no_provider() {
  return problem(404, "no-provider", "No identity provider is configured here.", {},
                 "Sign in with your passkey.");
}

net::Response provider_problem(const base::Error& error) {
  if (error.is(oidc::Errc::kFlowGone))
    return problem(410, "sign-on-gone", error.what(), error.why(), error.next());
  if (error.is(oidc::Errc::kBadToken))
    return problem(403, "sign-on-refused", error.what(), error.why(), error.next());
  if (error.is(oidc::Errc::kProvider) || error.is(oidc::Errc::kBadKeys))
    return problem(502, "sign-on-unreachable", error.what(), error.why(), error.next());
  return problem(error);
}

std::string binding_cookie(const Context& ctx, const std::string& value, base::Millis life) {
  const bool secure = ctx.request.secure || ctx.services.public_url.starts_with("https://");
  return std::string(kBindingCookie) + "=" + value +
         "; Path=/api/v1; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(life.count() / 1000) +
         (secure ? "; Secure" : "");
}

net::Response begun(Context& ctx, std::string purpose) {
  const auto made = ctx.services.sign_on->begin(std::move(purpose));
  if (!made) return provider_problem(made.error());
  auto response = json_response(200, {{"url", made->url}});
  response.headers.set("Set-Cookie", binding_cookie(ctx, made->binding, oidc::kFlowLife));
  return response;
}

// Whom the provider named, for a flow that was begun for this; or why not.
tl::expected<oidc::Person, net::Response> returned_person(Context& ctx, std::string_view purpose) {
  const auto body = parse_body(ctx.request);
  if (!body) return tl::unexpected(problem(body.error()));
  Fields fields(*body);
  oidc::Returned returned;
  returned.state = fields.text("state", 100);
  returned.code = fields.text("code", kMostReturnedChars);
  returned.issuer = fields.text("iss", 500, false);
  fields.no_others();
  if (auto failed = fields.failed()) return tl::unexpected(std::move(*failed));
  returned.binding = ctx.request.cookie(kBindingCookie).value_or("");
  auto person = ctx.services.sign_on->finish(returned);
  if (!person) return tl::unexpected(provider_problem(person.error()));
  if (person->purpose != purpose) {
    return tl::unexpected(problem(410, "sign-on-gone", "This sign-in was begun for something else.", {},
                                  "Begin again on the page where you want it."));
  }
  // A password alone opens nothing, wherever it was typed.
  if (!person->multi_factor) {
    return tl::unexpected(
        problem(403, "one-factor", "A password alone is not enough.",
                ctx.services.sign_on->config().name + " did not say that you showed it more than one.",
                "Sign in with your passkey, or turn on the second factor there and try again."));
  }
  return std::move(*person);
}

net::Response begin_sign_on(Context& ctx) {
  if (ctx.services.sign_on == nullptr) return no_provider();
  return begun(ctx, std::string(kToSignIn));
}

net::Response sign_on(Context& ctx) {
  if (ctx.services.sign_on == nullptr) return no_provider();
  const auto person = returned_person(ctx, kToSignIn);
  if (!person) return person.error();
  const auto linked = identities_of(ctx.services).find(person->issuer, person->subject);
  if (!linked) return problem(linked.error());
  if (!*linked) {
    return problem(403, "not-linked",
                   "This person of " + ctx.services.sign_on->config().name + " has no account here.",
                   "Accounts are made by an administrator, and linked by their owner.",
                   "Sign in with your passkey or a one-time link and link your account under Ways in.");
  }
  return opened_session(ctx, ctx.services.accounts->sign_in_by_provider((*linked)->account_id),
                        "session.provider");
}

net::Response show_identity(Context& ctx) {
  Json body{{"available", ctx.services.sign_on != nullptr}};
  if (ctx.services.sign_on != nullptr) body["name"] = ctx.services.sign_on->config().name;
  const auto linked = identities_of(ctx.services).of(ctx.identity.session->account.id);
  if (!linked) return problem(linked.error());
  if (*linked) body["linked_at"] = base::format_rfc3339((*linked)->linked_at);
  return json_response(200, body);
}

net::Response begin_link(Context& ctx) {
  if (ctx.services.sign_on == nullptr) return no_provider();
  if (auto refused = may_change_way_in(ctx)) return *refused;
  return begun(ctx, ctx.identity.session->account.id);
}

net::Response link_identity(Context& ctx) {
  if (ctx.services.sign_on == nullptr) return no_provider();
  if (auto refused = may_change_way_in(ctx)) return *refused;
  const std::string account = ctx.identity.session->account.id;
  const auto person = returned_person(ctx, account);
  if (!person) return person.error();
  if (auto linked = identities_of(ctx.services).link(account, person->issuer, person->subject); !linked)
    return problem(linked.error());
  note_session(ctx, *ctx.identity.session, "account.identity-linked");
  if (ctx.identity.session->means != accounts::Means::kLink)
    return json_response(200, render_session(ctx.services, *ctx.identity.session));
  // The one-time link has led to a way in: from here on the person works under that.
  ctx.services.accounts->sign_out(ctx.identity.session_token);
  return opened_session(ctx, ctx.services.accounts->sign_in_by_provider(account), "session.provider");
}

net::Response unlink_identity(Context& ctx) {
  if (auto refused = refuse_unless_fresh(ctx)) return *refused;
  const auto gone = identities_of(ctx.services).unlink(ctx.identity.session->account.id);
  if (!gone) return problem(gone.error());
  if (!*gone) return problem(404, "not-found", "Your account is linked to nobody.");
  note_session(ctx, *ctx.identity.session, "account.identity-unlinked");
  return done();
}

constexpr Route kSignOnRoutes[] = {
    {Method::kPost, "/api/v1/sign-in/provider/begin", Caller::kAnyone, Action::kNone, kSmallBody,
     begin_sign_on},
    {Method::kPost, "/api/v1/sign-in/provider", Caller::kAnyone, Action::kNone, kSmallBody, sign_on},
    {Method::kGet, "/api/v1/me/identity", Caller::kSession, Action::kNone, 0, show_identity},
    {Method::kPost, "/api/v1/me/identity/begin", Caller::kSession, Action::kNone, kSmallBody, begin_link},
    {Method::kPost, "/api/v1/me/identity", Caller::kSession, Action::kNone, kSmallBody, link_identity},
    {Method::kDelete, "/api/v1/me/identity", Caller::kSession, Action::kNone, 0, unlink_identity},
};

}  // namespace

std::span<const Route> sign_on_routes() {
  return kSignOnRoutes;
}

}  // namespace glasshouse::api
