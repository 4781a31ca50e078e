// A rule is a row: a name, whether it permits or forbids, when it fires, and what a person is told. The set
// of rules is data; evaluate() combines any set the same way, so that tests can reason about sets of their
// own.
//
//   Decision d = evaluate(house_rules(), question, facts);
#pragma once

#include <span>
#include <string_view>

#include "policy/policy.h"
#include "policy/stack.h"

namespace glasshouse::policy {

enum class Effect { kPermit, kForbid };

struct Rule {
  std::string_view id;
  Effect effect;
  bool (*fires)(const Question&, const Facts&);
  std::string_view sentence;
  std::string_view citation;
  // The nearest thing that would be allowed; empty for permits. Of several, the one with the lowest rank is
  // shown: the one that a person would have to mend first.
  int remedy_rank = 0;
  std::string_view remedy_sentence = {};
  std::string_view remedy_action = {};
};

// Allowed when at least one permit fires and no forbid does; rules of packs only ever forbid. Independent of
// the order of both lists.
Decision evaluate(std::span<const Rule> rules, std::span<const PackRule> pack_rules, const Question& question,
                  const Facts& facts);
inline Decision evaluate(std::span<const Rule> rules, const Question& question, const Facts& facts) {
  return evaluate(rules, {}, question, facts);
}

// Words that rules of several files share: a citation, two actions that the console offers, and a sentence.
inline constexpr std::string_view kHouseRule = "house rule", kChooseCase = "choose-case",
                                  kOrderDesk = "order-desk";
inline constexpr std::string_view kByOrder =
    "They can ask through the order desk with a warrant or a court order signed by a judge.";

std::span<const Rule> house_rules();
std::span<const Rule> sharing_rules();  // those of the house rules that are about other agencies (sharing.cc)
std::span<const Rule> order_rules();    // about outside agencies' orders and work in emergencies (orders.cc)

// Whether the action names a vehicle, a person or a place and so needs a purpose and a case.
bool needs_case(Action action);

// The purpose that the case states, or nullptr when there is no case or no such purpose.
const Purpose* purpose_of(const Question& question);

// Whether the question comes with a verified order that still runs.
bool has_order(const Question& question, const Facts& facts);

// Whether it comes with the beneficiary's written declaration, or with such an order, which says more.
bool has_declaration(const Question& question, const Facts& facts);

// Whether the beneficiary as typed names a federal body ("ICE", "Border Patrol"), whatever kind was chosen.
bool names_federal_body(std::string_view beneficiary);
// Whether the text has one of the names (lower case) as whole words, whatever its case, dots and spaces.
bool names_one_of(std::string_view text, std::span<const std::string_view> names);

}  // namespace glasshouse::policy
