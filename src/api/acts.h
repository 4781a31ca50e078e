// Asking the gate from a handler: fills the question from the caller, records an act before it is done.
//
//   if (auto refused = record_act(ctx, policy::Action::kManageCase, "case.open", {{"case", draft.number}}))
//   return *refused; auto made = ctx.services.records->create_case(draft);        // only now
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/json.h"
#include "api/route.h"

namespace glasshouse::api {

policy::Officer officer_of(const accounts::Account& account, const std::string& agency_id);

// who = the caller, action = as given; the handler adds case, span and beneficiary.
policy::Question question_of(const Context& ctx, policy::Action action);

// Asks policy and writes the ledger entry. Nothing: done, go on. A response: refused or not recorded; give it
// back. ledger_index, when given, receives the entry's index.
std::optional<net::Response> record_act(Context& ctx, policy::Action action, std::string kind,
                                        std::vector<ledger::Field> fields,
                                        std::uint64_t* ledger_index = nullptr);

// The facts of a case for this officer, or the response to give (404 when there is none or it is not given).
struct CaseOrProblem {
  std::optional<policy::CaseFacts> facts;
  std::optional<net::Response> problem;
};
CaseOrProblem case_facts(const Context& ctx, std::string_view case_id);

}  // namespace glasshouse::api
