#include <algorithm>
#include <string>
#include <utility>

#include "policy/rule.h"
#include "policy/stack.h"

namespace glasshouse::policy {
namespace {

template <class AnyRule>
RuleHit hit(const AnyRule& rule) {
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

// Collects the forbids that fire, and of their remedies the one that a person would have to mend first.
class Denial {
 public:
  template <class AnyRule>
  void add(const AnyRule& rule) {
    decision_.rules.push_back(hit(rule));
    if (fired_ &&
        std::pair(rule.remedy_rank, std::string_view(rule.id)) >= std::pair(rank_, std::string_view(id_)))
      return;
    fired_ = true;
    rank_ = rule.remedy_rank;
    id_ = rule.id;
    decision_.remedy.reset();
    if (!rule.remedy_sentence.empty())
      decision_.remedy = Remedy{std::string(rule.remedy_sentence), std::string(rule.remedy_action)};
  }
  bool fired() const { return fired_; }
  Decision take() {
    sort_by_id(decision_.rules);
    return std::move(decision_);
  }

 private:
  Decision decision_;
  bool fired_ = false;
  int rank_ = 0;
  std::string id_;
};

}  // namespace

Decision evaluate(std::span<const Rule> rules, std::span<const PackRule> pack_rules, const Question& question,
                  const Facts& facts) {
  Denial denial;
  Decision allowed;
  for (const Rule& rule : rules) {
    if (!rule.fires(question, facts)) continue;
    if (rule.effect == Effect::kPermit) {
      allowed.rules.push_back(hit(rule));
    } else {
      denial.add(rule);
    }
  }
  for (const PackRule& rule : pack_rules) {
    if (fires(rule, question, facts)) denial.add(rule);
  }
  if (denial.fired()) return denial.take();
  if (allowed.rules.empty()) return nothing_permits(question);
  sort_by_id(allowed.rules);
  allowed.allowed = true;
  return allowed;
}

Decision decide(const Question& question, const Facts& facts) {
  const Rules& packs = facts.rules != nullptr ? *facts.rules : strict_default();
  return evaluate(house_rules(), packs.rules(), question, facts);
}

base::Day oldest_kept_day(base::Time now, int days) {
  return {base::day_of(now).since_epoch - std::max(days, 1) + 1};
}

bool role_carries(Role role, Action action) {
  Question best;
  best.action = action;
  best.who = {.id = "any", .agency_id = "any", .role = role, .active = true};
  best.on_case = CaseFacts{.id = "any",
                           .number = "any",
                           .purpose = "stolen-vehicle",
                           .offence = "kidnapping",
                           .open = true,
                           .assigned = true};
  return decide(best, Facts{}).allowed;
}

}  // namespace glasshouse::policy
