#include "api/accounts.h"

#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/idempotency.h"
#include "api/json.h"
#include "api/live.h"
#include "api/push.h"
#include "api/session.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using policy::Action;

Json render_account(const accounts::Account& account) {
  Json body{{"id", account.id},
            {"name", account.name},
            {"login", account.login},
            {"role", std::string(policy::name_of(account.role))},
            {"active", account.active},
            {"locked", account.locked_out},
            {"fallback", account.fallback},
            {"created_at", base::format_rfc3339(account.created_at)}};
  if (account.trained_until) body["trained_until"] = base::format_day(*account.trained_until);
  if (account.last_sign_in_at) body["last_sign_in_at"] = base::format_rfc3339(*account.last_sign_in_at);
  return body;
}

std::vector<ledger::Field> about_account(const std::string& id, std::string_view result) {
  return {{"subject", id, ledger::Release::kRestricted},
          {"result", std::string(result), ledger::Release::kAfterDay}};
}

base::Result<Json> issue(Context& ctx, const std::string& account_id) {
  auto token = ctx.services.accounts->issue_link(account_id);
  if (!token) return tl::unexpected(token.error());
  return Json{{"link", sign_in_link(ctx.services, *token)},
              {"expires_at", base::format_rfc3339(ctx.services.clock->now() + accounts::kLinkLife)}};
}

net::Response shown_once(int status, const Json& body) {
  net::Response response = json_response(status, body);
  response.headers.set(kShownOnce, "1");
  return response;
}

std::optional<policy::Role> role_in(Fields& fields) {
  const auto text = fields.optional_text("role", 20);
  if (!text) return std::nullopt;
  const auto role = policy::role_named(*text);
  if (!role) fields.wrong("role", "Roles are officer, supervisor, dispatcher, administrator and auditor.");
  return role;
}

// Absent: it stays as it is. An empty text takes the certificate away: then none is kept of this person.
std::optional<std::optional<base::Day>> training_in(Fields& fields) {
  const nlohmann::json* value = fields.member("trained_until");
  if (value == nullptr) return std::nullopt;
  const std::string text = value->is_string() ? value->get<std::string>() : "no";
  const auto day = base::parse_day(text);
  if (!day && !text.empty()) fields.wrong("trained_until", "A day such as 2027-06-30, or nothing.");
  return day;
}

net::Response list_accounts(Context& ctx) {
  const auto page = page_query(ctx.request);
  if (!page) return problem(page.error());
  const auto accounts = ctx.services.accounts->list(page->cursor, page->limit);
  if (!accounts) return problem(accounts.error());
  Json body{{"items", Json::array()}};
  for (const auto& account : *accounts) body["items"].push_back(render_account(account));
  if (accounts->size() == page->limit) body["next_cursor"] = accounts->back().id;
  return json_response(200, body);
}

net::Response create_account(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  const std::string name = fields.text("name", 80);
  const std::string login = fields.text("login", 80);
  const auto role = role_in(fields);
  if (fields.member("role") == nullptr) fields.wrong("role", "This is needed.");
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  if (auto refused = record_act(ctx, Action::kManageAccounts, "account.create",
                                {{"subject", login}, {"result", std::string(policy::name_of(*role))}})) {
    return *refused;
  }
  const auto account = ctx.services.accounts->create(name, login, *role);
  if (!account) return problem(account.error());
  const auto link = issue(ctx, account->id);
  if (!link) return problem(link.error());
  return shown_once(201, {{"account", render_account(*account)}, {"sign_in", *link}});
}

net::Response change_account(Context& ctx) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  const auto name = fields.optional_text("name", 80);
  const auto role = role_in(fields);
  const auto active = fields.optional_bool("active");
  const bool unlock = fields.optional_bool("unlock").value_or(false);
  const auto fallback = fields.optional_bool("fallback");
  const auto training = training_in(fields);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  const std::string& id = ctx.request.params.at("id");
  const auto account = ctx.services.accounts->get(id);
  if (!account) return problem(account.error());
  std::string what;
  if (role) what += "role:" + std::string(policy::name_of(*role)) + " ";
  if (active) what += *active ? "opened " : "closed ";
  if (unlock) what += "released ";
  if (name) what += "renamed ";
  if (training) what += *training ? "trained-until:" + base::format_day(**training) + " " : "training-off ";
  if (fallback) what += *fallback ? "fallback-on " : "fallback-off ";
  if (!what.empty()) what.pop_back();
  if (auto refused = record_act(ctx, Action::kManageAccounts, "account.change", about_account(id, what)))
    return *refused;
  auto changed = ctx.services.accounts->change(id, name, role, active, unlock);
  if (changed && training) changed = ctx.services.accounts->set_training(id, *training);
  if (changed && fallback) changed = ctx.services.accounts->allow_fallback(id, *fallback);
  if (!changed) return problem(changed.error());
  if (active && !*active) ctx.services.live->sweep(*ctx.services.accounts);
  drop_browsers_if_needed(ctx.services, *changed);
  return json_response(200, render_account(*changed));
}

net::Response issue_sign_in_link(Context& ctx) {
  const std::string& id = ctx.request.params.at("id");
  const auto account = ctx.services.accounts->get(id);
  if (!account) return problem(account.error());
  if (auto refused = record_act(ctx, Action::kManageAccounts, "account.link", about_account(id, "issued")))
    return *refused;
  const auto link = issue(ctx, id);
  if (!link) return problem(link.error());
  return shown_once(201, *link);
}

using net::Method;

constexpr Route kAccountRoutes[] = {
    {Method::kGet, "/api/v1/accounts", Caller::kSession, Action::kManageAccounts, 0, list_accounts},
    {Method::kPost, "/api/v1/accounts", Caller::kSession, Action::kManageAccounts, kSmallBody,
     create_account},
    {Method::kPatch, "/api/v1/accounts/{id}", Caller::kSession, Action::kManageAccounts, kSmallBody,
     change_account},
    {Method::kPost, "/api/v1/accounts/{id}/sign-in-link", Caller::kSession, Action::kManageAccounts,
     kSmallBody, issue_sign_in_link},
};

}  // namespace

std::span<const Route> accounts_routes() {
  return kAccountRoutes;
}

}  // namespace glasshouse::api
