// What needs more than an open session: a passkey touched a short while ago.
#pragma once

#include <optional>

#include "api/route.h"

namespace glasshouse::api {

inline constexpr base::Millis kFreshFor{10 * 60 * 1000};  // a confirmation counts for what is done within it

// Whether the session may act at all. One that a link opened may only look after its passkeys; in a demo,
// where links are all there is, it may do everything until its person adds a passkey.
bool may_act(Services& services, const accounts::Session& session);

// Refuses what takes data out, gives others access or decides whom the cameras alert for, unless a passkey
// was touched within kFreshFor. Told before the handler runs; not for reads of the page.
std::optional<net::Response> needs_fresh_passkey(Context& ctx, const Route& route);
// The same for single routes whose action is not weighty as a whole (passkeys, one's own browsers).
std::optional<net::Response> refuse_unless_fresh(Context& ctx);

// For adding a way in: the first is added under the link or soon after coming in through the identity
// provider, every other under one that is there already.
std::optional<net::Response> may_change_way_in(Context& ctx);

}  // namespace glasshouse::api
