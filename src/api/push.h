// A person's own browsers, which are told of alerts by web push (docs/formats/web-push.md).
#pragma once

#include <span>

#include "api/route.h"

namespace glasshouse::api {

std::span<const Route> push_routes();

// For delivery: whether the account may be told of alerts now, by what policy says of looking at them.
bool may_be_told_of_alerts(Services& services, const std::string& account_id);
// After an account changed: who may not see alerts any more keeps no browser.
void drop_browsers_if_needed(Services& services, const accounts::Account& account);

}  // namespace glasshouse::api
