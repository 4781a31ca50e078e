// The body of a search, and of an export of the same question.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "api/route.h"
#include "base/zone.h"
#include "records/orders.h"
#include "search/query.h"

namespace glasshouse::api {

struct SearchRequest {
  std::string case_id, order_id;  // one of the two
  std::string behalf, behalf_kind = "own", behalf_state, cursor;
  std::size_t limit = 50;
  base::Millis local_offset{0};  // of times in the text that the asker's own list keeps
  search::Question question;
  std::string words;  // the question as sent: the same words may go on under the same permit
};

// The agency's own clocks, with the days on which they are set forward and back, where they show `offset`
// now; else one that shows that all year.
base::LocalClock local_clock(Context& ctx, base::Millis offset);

// 422, with every field that is wrong.
tl::expected<SearchRequest, net::Response> read_search_request(const nlohmann::json& body);

// Under what is asked: a case of the caller's, or an order that an outside agency brought.
struct Authority {
  policy::CaseFacts facts;
  std::optional<records::Order> order;
};
// Under an order the question is on behalf of its agency, and where the request is silent it asks for what
// the order names. 404 when there is no such case or order, or the caller may not know of it.
tl::expected<Authority, net::Response> authority_of(Context& ctx, SearchRequest& asked);

// What the gate is asked when this plan is searched or exported.
policy::Question plain_question(Context& ctx, policy::Action action, const SearchRequest& asked,
                                const Authority& under, const search::Plan& plan,
                                const std::vector<records::Camera>& cameras);

}  // namespace glasshouse::api
