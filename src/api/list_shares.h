// Our lists at other agencies, as a person chooses them; and what is said of a list that is another agency's.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string_view>

#include "api/route.h"

namespace glasshouse::api {

std::span<const Route> list_shares_routes();

nlohmann::json render_origin(const hotlist::Origin& origin);
// The response to give where the list is another agency's, which alone changes it.
std::optional<net::Response> refuse_others_list(const Context& ctx, std::string_view hotlist_id);

}  // namespace glasshouse::api
