#include "api/step_up.h"

#include "api/json.h"

namespace glasshouse::api {
namespace {

using policy::Action;

bool is_weighty(Action action) {
  switch (action) {
    case Action::kExportReads:
    case Action::kManageHotlists:
    case Action::kManageSharing:
    case Action::kManageAccounts:
    case Action::kCheckOrder:
      return true;
    default:
      return false;
  }
}

bool is_fresh(const Context& ctx) {
  const auto& confirmed = ctx.identity.session->confirmed_at;
  return confirmed && ctx.services.clock->now() - *confirmed < kFreshFor;
}

// In a demo nobody is asked for what they do not have.
bool is_bare_demo(Services& services, const accounts::Session& session) {
  if (!services.records->settings().demo) return false;
  const auto passkeys = services.accounts->passkeys().of(session.account.id);
  return passkeys && passkeys->empty();
}

}  // namespace

bool may_act(Services& services, const accounts::Session& session) {
  return session.means != accounts::Means::kLink || services.records->settings().demo;
}

std::optional<net::Response> refuse_unless_fresh(Context& ctx) {
  if (is_fresh(ctx) || is_bare_demo(ctx.services, *ctx.identity.session)) return std::nullopt;
  // Who comes in by password and code has no passkey to touch: they signed in within the time, or do so
  // again.
  const accounts::Session& session = *ctx.identity.session;
  if (session.means == accounts::Means::kFallback &&
      ctx.services.clock->now() - session.signed_in_at < kFreshFor)
    return std::nullopt;
  return problem(403, "confirm", "Touch your passkey for this.",
                 "Exports, lists of wanted vehicles, sharing, orders of outside agencies, accounts, "
                 "devices of cameras and browsers that are told of alerts need "
                 "one within the last ten minutes.",
                 "Confirm with your passkey, then go on.");
}

std::optional<net::Response> may_change_way_in(Context& ctx) {
  const accounts::Session& session = *ctx.identity.session;
  if (session.means == accounts::Means::kLink) return std::nullopt;
  // Who comes in through the provider adds the first passkey soon after having done so.
  if (session.means == accounts::Means::kProvider &&
      ctx.services.clock->now() - session.signed_in_at < kFreshFor) {
    const auto passkeys = ctx.services.accounts->passkeys().of(session.account.id);
    if (passkeys && passkeys->empty()) return std::nullopt;
  }
  return refuse_unless_fresh(ctx);
}

std::optional<net::Response> needs_fresh_passkey(Context& ctx, const Route& route) {
  const net::Method method = ctx.request.method;
  if (!ctx.identity.session || method == net::Method::kGet || method == net::Method::kHead ||
      !is_weighty(route.action))
    return std::nullopt;
  return refuse_unless_fresh(ctx);
}

}  // namespace glasshouse::api
