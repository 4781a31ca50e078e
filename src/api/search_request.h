// The body of a search, and of an export of the same question.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "api/route.h"
#include "search/query.h"

namespace glasshouse::api {

struct SearchRequest {
  std::string case_id, behalf, behalf_kind = "own", behalf_state, cursor;
  std::size_t limit = 50;
  base::Millis local_offset{0};  // of times in the text that the asker's own list keeps
  search::Question question;
  std::string words;  // the question as sent: the same words may go on under the same permit
};

// 422, with every field that is wrong.
tl::expected<SearchRequest, net::Response> read_search_request(const nlohmann::json& body);

// What the gate is asked when this plan is searched or exported.
policy::Question plain_question(Context& ctx, policy::Action action, const SearchRequest& asked,
                                policy::CaseFacts on_case, const search::Plan& plan,
                                const std::vector<records::Camera>& cameras);

}  // namespace glasshouse::api
