#pragma once

#include <span>
#include <string>
#include <vector>

#include "api/route.h"
#include "search/query.h"

namespace glasshouse::api {

std::span<const Route> search_routes();

// Shared with questions.cc and export.cc.
inline constexpr std::int64_t kMostOffsetMin = 14 * 60;  // of a local time from UTC
std::vector<search::CameraPlace> camera_places(const std::vector<records::Camera>& cameras);
// From the town's centre, or the middle of the cameras where no centre is set, to the farthest camera asked
// (all when none is named).
double farthest_m(base::LatLon center, const std::vector<records::Camera>& cameras,
                  const std::vector<std::string>& asked);
// How many there were is known only afterwards: a second entry says it, public after a day.
void record_result(Context& ctx, std::uint64_t index, std::uint64_t count);
// Says so when days are missing.
std::string incomplete_sentence(std::string sentence, const std::vector<base::Day>& missing_days);

}  // namespace glasshouse::api
