// A pack's rows as forbids, and the words they share with the comparison of two stacks. Inside the module
// only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/stack.h"

namespace glasshouse::policy {

void add_rules_of(const Pack& pack, std::vector<PackRule>& rules);

std::string words_of_offence(Gravity gravity);           // "a gross misdemeanour"
std::string words_of_demand(const RecipientRule& rule);  // "only with a warrant or a court order"
std::string words_of_place_kind(std::string_view kind);  // "place of worship"
std::string words_of_purposes(const std::vector<std::string>& codes);  // labels, with semicolons between

}  // namespace glasshouse::policy
