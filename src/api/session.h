// Signing in and out, the own session, and the case one works on.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>

#include "api/route.h"

namespace glasshouse::api {

std::span<const Route> session_routes();

// The openapi Session, with the working case when there is one.
nlohmann::json render_session(Services& services, const accounts::Session& session);

// Sign-ins and what people do to their own ways in stand in the ledger; a ledger that is down does not keep
// an administrator from looking into it.
void note_session(Context& ctx, const accounts::Session& session, const char* kind);
// Answers a sign-in: the session and its cookie, or why not.
net::Response opened_session(Context& ctx, const base::Result<accounts::NewSession>& made, const char* kind);

// Where the console takes a one-time link.
std::string sign_in_link(const Services& services, const std::string& token);

}  // namespace glasshouse::api
