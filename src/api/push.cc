#include "api/push.h"

#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/channel_json.h"
#include "api/step_up.h"
#include "base/log.h"
#include "delivery/push.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using ledger::Release;
using net::Method;
using policy::Action;

Json render_browser(const delivery::Channel& channel) {
  Json body = render_wishes(channel);
  body["endpoint"] = channel.url;  // by which a browser knows itself
  if (channel.ended_at) body["ended_at"] = base::format_rfc3339(*channel.ended_at);
  return body;
}

// Another person's is as one that is absent.
base::Result<delivery::Channel> own_browser(const Context& ctx) {
  auto channel = ctx.services.outbox->channel(ctx.request.params.at("id"));
  return channel && channel->owner != ctx.identity.officer().id ? no_channel() : channel;
}

std::optional<net::Response> record_browser(Context& ctx, std::string kind,
                                            const delivery::Channel& channel) {
  return record_act(
      ctx, Action::kViewAlerts, std::move(kind),
      {{"subject", channel.owner, Release::kRestricted}, {"result", words_of(channel), Release::kAfterDay}});
}

net::Response list_browsers(Context& ctx) {
  const auto key = ctx.services.outbox->push_key();
  if (!key) return problem(key.error());
  const auto browsers = ctx.services.outbox->browsers_of(ctx.identity.officer().id);
  if (!browsers) return problem(browsers.error());
  Json items = Json::array();
  for (const auto& channel : *browsers) items.push_back(render_browser(channel));
  return json_response(200, {{"key", *key}, {"items", std::move(items)}});
}

// Whoever finds a session open would else be told of alerts for as long as nobody looks at this list.
net::Response add_browser(Context& ctx) {
  if (auto refused = refuse_unless_fresh(ctx)) return *refused;
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  delivery::Channel draft;
  draft.kind = "push";
  draft.owner = draft.made_by = ctx.identity.officer().id;
  draft.name = fields.text("name", 80);
  draft.url = fields.text("endpoint", 500);
  const std::string p256dh = fields.text("p256dh", 100), auth = fields.text("auth", 40);
  read_wishes(fields, draft);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  const auto keys = delivery::receiver_text(p256dh, auth);
  if (!keys) return problem(keys.error());
  if (auto good = ctx.services.outbox->check(draft); !good) return problem(good.error());
  if (auto answer = record_browser(ctx, "browser.add", draft)) return *answer;
  const auto made = ctx.services.outbox->create(std::move(draft), *keys);
  return made ? json_response(201, render_browser(made->channel)) : problem(made.error());
}

net::Response change_browser(Context& ctx) {
  auto channel = own_browser(ctx);
  if (!channel) return problem(channel.error());
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  channel->name = fields.text("name", 80);
  read_wishes(fields, *channel);
  fields.no_others();
  if (auto failed = fields.failed()) return *failed;
  if (auto good = ctx.services.outbox->check(*channel); !good) return problem(good.error());
  if (auto answer = record_browser(ctx, "browser.change", *channel)) return *answer;
  const auto changed = ctx.services.outbox->change(*channel);
  return changed ? json_response(200, render_browser(*changed)) : problem(changed.error());
}

// Nobody is kept from being told less.
net::Response remove_browser(Context& ctx) {
  const auto channel = own_browser(ctx);
  if (!channel) return problem(channel.error());
  const auto noted =
      ctx.services.gate->record_event("browser.remove", {{"subject", channel->owner, Release::kRestricted}});
  if (!noted) base::log(base::Level::kError, "api", noted.error().message());
  const auto removed = ctx.services.outbox->remove(channel->id);
  return removed ? done() : problem(removed.error());
}

net::Response test_browser(Context& ctx) {
  const auto channel = own_browser(ctx);
  if (!channel) return problem(channel.error());
  const auto queued = ctx.services.outbox->enqueue_test(channel->id);
  return queued ? json_response(201, render_delivery(*queued)) : problem(queued.error());
}

net::Response list_told(Context& ctx) {
  const auto channel = own_browser(ctx);
  return channel ? deliveries_response(ctx, channel->id) : problem(channel.error());
}

net::Response tell_again(Context& ctx) {
  const auto channel = own_browser(ctx);
  if (!channel) return problem(channel.error());
  const auto queued = ctx.services.outbox->again(channel->id, ctx.request.params.at("item"));
  return queued ? json_response(200, render_delivery(*queued)) : problem(queued.error());
}

constexpr Route kPushRoutes[] = {
    {Method::kGet, "/api/v1/me/push", Caller::kSession, Action::kViewAlerts, 0, list_browsers},
    {Method::kPost, "/api/v1/me/push", Caller::kSession, Action::kViewAlerts, kChannelBody, add_browser},
    {Method::kPut, "/api/v1/me/push/{id}", Caller::kSession, Action::kViewAlerts, kChannelBody,
     change_browser},
    {Method::kDelete, "/api/v1/me/push/{id}", Caller::kSession, Action::kNone, 0, remove_browser},
    {Method::kPost, "/api/v1/me/push/{id}/test", Caller::kSession, Action::kViewAlerts, kSmallBody,
     test_browser},
    {Method::kGet, "/api/v1/me/push/{id}/deliveries", Caller::kSession, Action::kViewAlerts, 0, list_told},
    {Method::kPost, "/api/v1/me/push/{id}/deliveries/{item}/again", Caller::kSession, Action::kViewAlerts,
     kSmallBody, tell_again},
};

}  // namespace

std::span<const Route> push_routes() {
  return kPushRoutes;
}

bool may_be_told_of_alerts(Services& services, const std::string& account_id) {
  const auto account = services.accounts->get(account_id);
  if (!account || !account->active) return false;
  policy::Question question;
  question.action = Action::kViewAlerts;
  question.who = officer_of(*account, services.agency_id);
  question.beneficiary_kind = "own";
  return policy::decide(question, services.gate->standing().facts).allowed;
}

void drop_browsers_if_needed(Services& services, const accounts::Account& account) {
  if (account.active && policy::role_carries(account.role, Action::kViewAlerts)) return;
  if (auto dropped = services.outbox->remove_browsers_of(account.id); !dropped)
    base::log(base::Level::kError, "api", dropped.error().what());
}

}  // namespace glasshouse::api
