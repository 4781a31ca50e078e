#include "api/channels.h"

#include <nlohmann/json.hpp>

#include "api/acts.h"
#include "api/channel_json.h"
#include "api/idempotency.h"
#include "api/json.h"
#include "delivery/delivery.h"

namespace glasshouse::api {
namespace {

using Json = nlohmann::json;
using ledger::Release;
using net::Method;
using policy::Action;

Json render_channel(const delivery::Channel& channel) {
  Json body = render_wishes(channel);
  body["kind"] = channel.kind;
  body["url"] = channel.url;
  if (!channel.user.empty()) body["user"] = channel.user;
  if (channel.kind == "mqtt") body["topic"] = channel.topic;
  if (channel.kind == "mail") {
    body["mail_from"] = channel.mail_from;
    body["mail_to"] = channel.mail_to;
  }
  return body;
}

// The fields of a NewChannel over `channel`; what is not given stays.
std::optional<net::Response> read_channel(Context& ctx, delivery::Channel& channel, std::string& password) {
  const auto body = parse_body(ctx.request);
  if (!body) return problem(body.error());
  Fields fields(*body);
  channel.name = fields.text("name", 80);
  if (const std::string kind = fields.text("kind", 20, false); !kind.empty()) {
    if (!channel.id.empty() && kind != channel.kind)
      fields.wrong("kind", "A channel stays of the kind that it was made as.");
    channel.kind = kind;
  }
  channel.url = fields.text("url", 500);
  if (fields.member("user") != nullptr) channel.user = fields.text("user", 120, false);
  if (fields.member("topic") != nullptr) channel.topic = fields.text("topic", 80);
  if (fields.member("mail_from") != nullptr) channel.mail_from = fields.text("mail_from", 200);
  if (fields.member("mail_to") != nullptr)
    channel.mail_to = fields.texts("mail_to", delivery::kMaxRecipients, 200);
  password = fields.text("password", 200, false);
  read_wishes(fields, channel);
  fields.no_others();
  if (auto failed = fields.failed()) return failed;
  if (auto good = ctx.services.outbox->check(channel); !good) return problem(good.error());
  return std::nullopt;
}

std::optional<net::Response> record_channel(Context& ctx, std::string kind,
                                            const delivery::Channel& channel) {
  return record_act(ctx, Action::kManageSettings, std::move(kind),
                    {{"setting", "delivery", Release::kAtOnce},
                     {"subject", channel.id.empty() ? channel.name : channel.id, Release::kRestricted},
                     {"result", words_of(channel), Release::kAfterDay}});
}

// A person's browser is no channel of the house, whoever asks.
base::Result<delivery::Channel> house_channel(const Context& ctx) {
  auto channel = ctx.services.outbox->channel(ctx.request.params.at("id"));
  return channel && !channel->owner.empty() ? no_channel() : channel;
}

net::Response list_channels(Context& ctx) {
  const auto channels = ctx.services.outbox->channels();
  if (!channels) return problem(channels.error());
  Json items = Json::array();
  for (const auto& channel : *channels) items.push_back(render_channel(channel));
  return json_response(200, {{"items", std::move(items)}});
}

net::Response create_channel(Context& ctx) {
  delivery::Channel draft;
  std::string password;
  if (auto refused = read_channel(ctx, draft, password)) return *refused;
  draft.made_by = ctx.identity.officer().id;
  if (auto answer = record_channel(ctx, "channel.create", draft)) return *answer;
  const auto made = ctx.services.outbox->create(std::move(draft), password);
  if (!made) return problem(made.error());
  Json body{{"channel", render_channel(made->channel)}};
  if (!made->secret.empty()) body["secret"] = made->secret;
  auto response = json_response(201, body);
  response.headers.set(kShownOnce, "1");
  return response;
}

net::Response change_channel(Context& ctx) {
  auto channel = house_channel(ctx);
  if (!channel) return problem(channel.error());
  std::string password;
  if (auto refused = read_channel(ctx, *channel, password)) return *refused;
  if (auto answer = record_channel(ctx, "channel.change", *channel)) return *answer;
  const auto changed = ctx.services.outbox->change(*channel, password);
  return changed ? json_response(200, render_channel(*changed)) : problem(changed.error());
}

net::Response delete_channel(Context& ctx) {
  const auto channel = house_channel(ctx);
  if (!channel) return problem(channel.error());
  if (auto answer = record_channel(ctx, "channel.remove", *channel)) return *answer;
  const auto removed = ctx.services.outbox->remove(channel->id);
  return removed ? done() : problem(removed.error());
}

net::Response test_channel(Context& ctx) {
  const auto channel = house_channel(ctx);
  if (!channel) return problem(channel.error());
  if (auto answer = record_channel(ctx, "channel.test", *channel)) return *answer;
  const auto queued = ctx.services.outbox->enqueue_test(channel->id);
  return queued ? json_response(201, render_delivery(*queued)) : problem(queued.error());
}

net::Response list_deliveries(Context& ctx) {
  const auto channel = house_channel(ctx);
  return channel ? deliveries_response(ctx, channel->id) : problem(channel.error());
}

net::Response send_again(Context& ctx) {
  const auto channel = house_channel(ctx);
  if (!channel) return problem(channel.error());
  if (auto answer = record_channel(ctx, "channel.again", *channel)) return *answer;
  const auto queued = ctx.services.outbox->again(channel->id, ctx.request.params.at("item"));
  return queued ? json_response(200, render_delivery(*queued)) : problem(queued.error());
}

constexpr Route kChannelRoutes[] = {
    {Method::kGet, "/api/v1/channels", Caller::kSession, Action::kManageSettings, 0, list_channels},
    {Method::kPost, "/api/v1/channels", Caller::kSession, Action::kManageSettings, kChannelBody,
     create_channel},
    {Method::kPut, "/api/v1/channels/{id}", Caller::kSession, Action::kManageSettings, kChannelBody,
     change_channel},
    {Method::kDelete, "/api/v1/channels/{id}", Caller::kSession, Action::kManageSettings, 0, delete_channel},
    {Method::kPost, "/api/v1/channels/{id}/test", Caller::kSession, Action::kManageSettings, kSmallBody,
     test_channel},
    {Method::kGet, "/api/v1/channels/{id}/deliveries", Caller::kSession, Action::kManageSettings, 0,
     list_deliveries},
    {Method::kPost, "/api/v1/channels/{id}/deliveries/{item}/again", Caller::kSession,
     Action::kManageSettings, kSmallBody, send_again},
};

}  // namespace

std::span<const Route> channels_routes() {
  return kChannelRoutes;
}

}  // namespace glasshouse::api
