#include <algorithm>
#include <string>

#include "policy/rule.h"

namespace glasshouse::policy {
namespace {

RuleHit hit(const Rule& rule) {
  return {std::string(rule.id), std::string(rule.sentence), std::string(rule.citation)};
}

void sort_by_id(std::vector<RuleHit>& hits) {
  std::sort(hits.begin(), hits.end(), [](const RuleHit& a, const RuleHit& b) { return a.id < b.id; });
}

// What is said when no rule permits: the role does not carry the action.
Decision nothing_permits(const Question& question) {
  Decision decision;
  decision.rules.push_back({"house/no-permit",
                            "Nothing permits the role " + std::string(name_of(question.who.role)) +
                                " to do this (" + std::string(name_of(question.action)) + ").",
                            "house rule: what no rule permits is denied"});
  decision.remedy =
      Remedy{"Ask a person whose role carries this, or an administrator about your role.", "ask-supervisor"};
  return decision;
}

}  // namespace

Decision evaluate(std::span<const Rule> rules, const Question& question, const Facts& facts) {
  Decision denied;
  Decision allowed;
  const Rule* first_to_mend = nullptr;
  for (const Rule& rule : rules) {
    if (!rule.fires(question, facts)) continue;
    if (rule.effect == Effect::kPermit) {
      allowed.rules.push_back(hit(rule));
      continue;
    }
    denied.rules.push_back(hit(rule));
    if (first_to_mend == nullptr || rule.remedy_rank < first_to_mend->remedy_rank ||
        (rule.remedy_rank == first_to_mend->remedy_rank && rule.id < first_to_mend->id)) {
      first_to_mend = &rule;
    }
  }
  if (first_to_mend != nullptr) {
    sort_by_id(denied.rules);
    if (!first_to_mend->remedy_sentence.empty()) {
      denied.remedy =
          Remedy{std::string(first_to_mend->remedy_sentence), std::string(first_to_mend->remedy_action)};
    }
    return denied;
  }
  if (allowed.rules.empty()) return nothing_permits(question);
  sort_by_id(allowed.rules);
  allowed.allowed = true;
  return allowed;
}

Decision decide(const Question& question, const Facts& facts) {
  return evaluate(house_rules(), question, facts);
}

bool role_carries(Role role, Action action) {
  Question best;
  best.action = action;
  best.who = {.id = "any", .agency_id = "any", .role = role, .active = true};
  best.on_case =
      CaseFacts{.id = "any", .number = "any", .purpose = "stolen-vehicle", .open = true, .assigned = true};
  return decide(best, Facts{}).allowed;
}

}  // namespace glasshouse::policy
