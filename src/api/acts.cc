#include "api/acts.h"

namespace glasshouse::api {

policy::Officer officer_of(const accounts::Account& account, const std::string& agency_id) {
  policy::Officer officer;
  officer.id = account.id;
  officer.role = account.role;
  officer.active = account.active;
  // The certificate's last day holds to its end, by the world's clock.
  if (const auto& last = account.trained_until)
    officer.trained_until = base::start_of(*last) + std::chrono::hours(24);
  officer.agency_id = agency_id;
  return officer;
}

policy::Officer Identity::officer() const {
  return session ? officer_of(session->account, agency_id) : policy::Officer{};
}

policy::Question question_of(const Context& ctx, policy::Action action) {
  policy::Question question;
  question.action = action;
  question.who = ctx.identity.officer();
  question.beneficiary_kind = "own";
  return question;
}

std::optional<net::Response> record_act(Context& ctx, policy::Action action, std::string kind,
                                        std::vector<ledger::Field> fields, std::uint64_t* ledger_index) {
  auto recorded = ctx.services.gate->record_act(question_of(ctx, action), std::move(kind), std::move(fields));
  if (!recorded) return problem(recorded.error());
  if (ledger_index != nullptr) *ledger_index = *recorded;
  return std::nullopt;
}

CaseOrProblem case_facts(const Context& ctx, std::string_view case_id) {
  auto facts = ctx.services.records->facts(case_id, ctx.identity.officer().id);
  if (!facts) return {std::nullopt, problem(facts.error())};
  return {std::move(*facts), std::nullopt};
}

}  // namespace glasshouse::api
