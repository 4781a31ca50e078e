// Cases, the people that can be put on one, and the lists of purposes and offences.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>

#include "api/route.h"

namespace glasshouse::api {

std::span<const Route> cases_routes();

// Shapes that the session shows too.
nlohmann::json render_case_summary(const records::Case& item, std::string_view officer_id);
nlohmann::json render_officer(const accounts::Account& account);

}  // namespace glasshouse::api
