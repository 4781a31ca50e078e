// Signing in and out, the own session, and the case one works on.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>

#include "api/route.h"

namespace glasshouse::api {

std::span<const Route> session_routes();

// The openapi Session, with the working case when there is one.
nlohmann::json render_session(Services& services, const accounts::Session& session);

// Where the console takes a one-time link.
std::string sign_in_link(const Services& services, const std::string& token);

}  // namespace glasshouse::api
