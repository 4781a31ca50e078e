// What the questions that are asked as text have in common, whether they are answered on a page or as a file.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "api/route.h"
#include "search/language.h"

namespace glasshouse::api {

// Longer than this between two reads of a route is a gap.
inline constexpr std::chrono::minutes kRouteGap{30};

struct WideRequest {
  std::string text, case_id, behalf, behalf_kind = "own", behalf_state;
  std::size_t cursor = 0, limit = 50;
  base::Millis local_offset{0};
};

// 422, with every field that is wrong.
tl::expected<WideRequest, net::Response> read_wide_request(const nlohmann::json& body, bool needs_case);
tl::expected<WideRequest, net::Response> read_wide_request(const net::Request& request, bool needs_case);
net::Response not_understood(const search::Mistake& mistake);

// Exactly what the gate is asked when the question is put, or exported.
policy::Question wide_question(Context& ctx, policy::Action action, const WideRequest& request,
                               policy::CaseFacts on_case, const search::Asked& asked,
                               const gate::Scope& scope, const std::vector<records::Camera>& cameras);

// How the vehicle of a read looks. The read is seen under the search's own permit, or, where that does not
// reach it, under one more for it alone.
tl::expected<reads::Fingerprint, net::Response> looks_of(Context& ctx, const gate::Permit& permit,
                                                         const policy::Question& question,
                                                         const std::string& read_id);
// In words; models/README.md says how often the same vehicle is meant.
const char* alike_word(float likeness);

}  // namespace glasshouse::api
