#include "api/passkeys.h"

#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/json.h"
#include "api/live.h"
#include "api/session.h"
#include "api/step_up.h"
#include "base/log.h"
#include "crypto/crypto.h"
#include "crypto/passkey.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using accounts::Ceremony;
using policy::Action;

// A text that holds bytes, in the alphabet that passkeys are written in.
std::string bytes_in(Fields& fields, const char* name, std::size_t most_bytes) {
  const std::string text = fields.text(name, most_bytes * 4 / 3 + 4);
  auto bytes = crypto::from_base64url(text);
  if (!bytes && !text.empty()) fields.wrong(name, "This is not base64url.");
  return bytes ? std::move(*bytes) : std::string();
}

accounts::UsedAnswer used_answer(Fields& fields) {
  accounts::UsedAnswer answer;
  answer.credential_id = bytes_in(fields, "credential_id", crypto::kMostCredentialIdBytes);
  answer.authenticator_data = bytes_in(fields, "authenticator_data", crypto::kMostAuthenticatorBytes);
  answer.client_data = bytes_in(fields, "client_data", crypto::kMostClientDataBytes);
  answer.signature = bytes_in(fields, "signature", crypto::kMostPasskeySignatureBytes);
  return answer;
}

Json render_passkey(const accounts::Passkey& passkey) {
  Json body{{"id", passkey.id},
            {"name", passkey.name},
            {"created_at", base::format_rfc3339(passkey.created_at)},
            {"synced", passkey.synced},
            {"suspect", passkey.suspect},
            {"opens_pictures", !passkey.recipient.empty()}};
  if (passkey.last_used_at) body["last_used_at"] = base::format_rfc3339(*passkey.last_used_at);
  return body;
}

// What a page needs to ask an authenticator. `of`: whose passkeys it may be; null: any that the device knows.
base::Result<Json> question(Context& ctx, Ceremony ceremony, const std::string& subject,
                            const accounts::Account* of) {
  const auto site = accounts::site_of(ctx.services.public_url);
  if (!site) return tl::unexpected(site.error());
  Json body{{"challenge", ctx.services.accounts->passkeys().challenge(ceremony, subject)},
            {"site", site->id},
            {"origin", site->origin},
            {"timeout_ms", accounts::kChallengeLife.count()},
            {"passkeys", Json::array()}};
  if (of == nullptr) return body;
  const auto passkeys = ctx.services.accounts->passkeys().of(of->id);
  if (!passkeys) return tl::unexpected(passkeys.error());
  for (const auto& passkey : *passkeys) body["passkeys"].push_back(passkey.credential_id);
  if (ceremony == Ceremony::kAdd) {
    body["user"] = {{"id", crypto::base64url(of->id)}, {"name", of->login}, {"display_name", of->name}};
  }
  return body;
}

net::Response asked(const base::Result<Json>& question) {
  return question ? json_response(200, *question) : problem(question.error());
}

// The use of a copied passkey is told to the world at once: something is wrong with one of the house's
// people.
base::Result<accounts::Passkey> use(Context& ctx, const accounts::UsedAnswer& answer, Ceremony ceremony,
                                    const std::string& subject) {
  const auto site = accounts::site_of(ctx.services.public_url);
  if (!site) return tl::unexpected(site.error());
  auto used = ctx.services.accounts->passkeys().use(answer, *site, ceremony, subject);
  if (!used && used.error().is(accounts::Errc::kPasskeyCopied)) {
    const auto noted = ctx.services.gate->record_event("account.passkey-copied", {});
    if (!noted) base::log(base::Level::kError, "api", noted.error().message());
  }
  return used;
}

net::Response sign_in_question(Context& ctx) {
  return asked(question(ctx, Ceremony::kSignIn, "", nullptr));
}

net::Response sign_in_by_passkey(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  const accounts::UsedAnswer answer = used_answer(fields);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  const auto passkey = use(ctx, answer, Ceremony::kSignIn, "");
  if (!passkey) return problem(passkey.error());
  return opened_session(ctx, ctx.services.accounts->sign_in_by_passkey(*passkey), "session.passkey");
}

net::Response confirm_question(Context& ctx) {
  return asked(question(ctx, Ceremony::kConfirm, ctx.identity.session->id, &ctx.identity.session->account));
}

net::Response confirm_by_passkey(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  const accounts::UsedAnswer answer = used_answer(fields);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  const auto passkey = use(ctx, answer, Ceremony::kConfirm, ctx.identity.session->id);
  if (!passkey) return problem(passkey.error());
  const auto session = ctx.services.accounts->confirm(ctx.identity.session_token, *passkey);
  if (!session) return problem(session.error());
  note_session(ctx, *session, "session.confirm");
  return json_response(200, render_session(ctx.services, *session));
}

net::Response list_passkeys(Context& ctx) {
  const auto passkeys = ctx.services.accounts->passkeys().of(ctx.identity.session->account.id);
  if (!passkeys) return problem(passkeys.error());
  Json body{{"items", Json::array()}};
  for (const auto& passkey : *passkeys) body["items"].push_back(render_passkey(passkey));
  return json_response(200, body);
}

net::Response add_question(Context& ctx) {
  if (auto refused = may_change_way_in(ctx)) return *refused;
  const accounts::Account& account = ctx.identity.session->account;
  return asked(question(ctx, Ceremony::kAdd, account.id, &account));
}

net::Response add_passkey(Context& ctx) {
  if (auto refused = may_change_way_in(ctx)) return *refused;
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  const std::string name = fields.text("name", accounts::kMostPasskeyNameChars);
  accounts::MadeAnswer answer;
  answer.authenticator_data = bytes_in(fields, "authenticator_data", crypto::kMostAuthenticatorBytes);
  answer.client_data = bytes_in(fields, "client_data", crypto::kMostClientDataBytes);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  const auto site = accounts::site_of(ctx.services.public_url);
  if (!site) return problem(site.error());
  const std::string& account_id = ctx.identity.session->account.id;
  const auto made = ctx.services.accounts->passkeys().add(account_id, name, *site, answer);
  if (!made) return problem(made.error());
  note_session(ctx, *ctx.identity.session, "account.passkey-added");
  // Whoever just made it has it in hand.
  const auto session = ctx.services.accounts->confirm(ctx.identity.session_token, *made);
  if (!session) return problem(session.error());
  return json_response(201, render_passkey(*made));
}

net::Response rename_passkey(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  const std::string name = fields.text("name", accounts::kMostPasskeyNameChars);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  const auto renamed = ctx.services.accounts->passkeys().rename(ctx.identity.session->account.id,
                                                                ctx.request.params.at("id"), name);
  return renamed ? json_response(200, render_passkey(*renamed)) : problem(renamed.error());
}

net::Response remove_passkey(Context& ctx) {
  if (auto refused = refuse_unless_fresh(ctx)) return *refused;
  const auto removed =
      ctx.services.accounts->passkeys().remove(ctx.identity.session->account.id, ctx.request.params.at("id"));
  if (!removed) return problem(removed.error());
  note_session(ctx, *ctx.identity.session, "account.passkey-removed");
  return done();
}

// The wrapped key is of use only to whose authenticator wrapped it.
net::Response picture_key(Context& ctx) {
  const auto passkey = ctx.services.accounts->passkeys().get(ctx.identity.session->account.id,
                                                             ctx.identity.session->passkey_id);
  if (!passkey) return problem(404, "not-found", "This session was opened without a passkey.");
  Json body{{"passkey_id", passkey->id}};
  if (!passkey->recipient.empty()) {
    body["recipient"] = passkey->recipient;
    body["wrapped_key"] = passkey->wrapped_key;
  }
  return json_response(200, body);
}

net::Response set_picture_key(Context& ctx) {
  if (auto refused = refuse_unless_fresh(ctx)) return *refused;
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  const std::string recipient = fields.text("recipient", 80);
  const std::string wrapped = fields.text("wrapped_key", accounts::kMostWrappedKeyBytes);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  const auto set = ctx.services.accounts->passkeys().set_picture_key(
      ctx.identity.session->account.id, ctx.identity.session->passkey_id, recipient, wrapped);
  if (!set) return problem(set.error());
  note_session(ctx, *ctx.identity.session, "account.picture-key");
  return done();
}

using net::Method;

constexpr Route kPasskeyRoutes[] = {
    {Method::kPost, "/api/v1/sign-in/passkey/question", Caller::kAnyone, Action::kNone, kSmallBody,
     sign_in_question},
    {Method::kPost, "/api/v1/sign-in/passkey", Caller::kAnyone, Action::kNone, kSmallBody,
     sign_in_by_passkey},
    {Method::kPost, "/api/v1/me/confirm/question", Caller::kLockedSession, Action::kNone, kSmallBody,
     confirm_question},
    {Method::kPost, "/api/v1/me/confirm", Caller::kLockedSession, Action::kNone, kSmallBody,
     confirm_by_passkey},
    {Method::kGet, "/api/v1/me/passkeys", Caller::kSession, Action::kNone, 0, list_passkeys},
    {Method::kPost, "/api/v1/me/passkeys/question", Caller::kSession, Action::kNone, kSmallBody,
     add_question},
    {Method::kPost, "/api/v1/me/passkeys", Caller::kSession, Action::kNone, kSmallBody, add_passkey},
    {Method::kPatch, "/api/v1/me/passkeys/{id}", Caller::kSession, Action::kNone, kSmallBody, rename_passkey},
    {Method::kDelete, "/api/v1/me/passkeys/{id}", Caller::kSession, Action::kNone, 0, remove_passkey},
    {Method::kGet, "/api/v1/me/picture-key", Caller::kSession, Action::kNone, 0, picture_key},
    {Method::kPut, "/api/v1/me/picture-key", Caller::kSession, Action::kNone, kSmallBody, set_picture_key},
};

}  // namespace

std::span<const Route> passkeys_routes() {
  return kPasskeyRoutes;
}

}  // namespace glasshouse::api
