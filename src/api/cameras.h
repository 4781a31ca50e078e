// Cameras: list, map, health in plain words, device tokens.
#pragma once

#include <span>
#include <string_view>

#include "api/route.h"

namespace glasshouse::api {

inline constexpr base::Millis kAwayAfter{15 * 60 * 1000};       // no contact
inline constexpr base::Millis kQuietAfter{2 * 60 * 60 * 1000};  // in contact, but no read

std::span<const Route> cameras_routes();

// "ok", "quiet", "away", "never-seen" or "disabled".
std::string_view camera_state(Services& services, const records::Camera& camera);

}  // namespace glasshouse::api
