#pragma once

#include <span>
#include <string>
#include <vector>

#include "api/route.h"
#include "search/query.h"

namespace glasshouse::api {

std::span<const Route> search_routes();

// Shared with questions.cc.
std::vector<search::CameraPlace> camera_places(const std::vector<records::Camera>& cameras);
// How many there were is known only afterwards: a second entry says it, public after a day.
void record_result(Context& ctx, std::uint64_t index, std::uint64_t count);
// Says so when days are missing.
std::string incomplete_sentence(std::string sentence, const std::vector<base::Day>& missing_days);

}  // namespace glasshouse::api
