// Any text as a statute pack: refused with a line and advice, or a pack whose rules only ever forbid.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "policy/rule.h"
#include "policy/stack.h"

namespace {

using namespace glasshouse;

const base::Time kNow = *base::parse_rfc3339("2026-11-24T12:00:00Z");

policy::Question question(std::string_view kind, const char* purpose) {
  policy::Question q;
  q.action = policy::Action::kSearchReads;
  q.who = {.id = "o", .agency_id = "a", .role = policy::Role::kOfficer, .active = true};
  q.on_case = policy::CaseFacts{
      .id = "c", .number = "1", .purpose = purpose, .offence = "burglary", .open = true, .assigned = true};
  q.beneficiary_kind = kind;
  q.on_behalf_of = "Somebody";
  return q;
}

void judge(const policy::Rules& rules) {
  const policy::Rules none;
  for (std::string_view kind : policy::beneficiary_kinds()) {
    for (const char* purpose : {"stolen-vehicle", "immigration-enforcement"}) {
      const auto with = policy::decide(question(kind, purpose), {kNow, 21, &rules});
      const auto without = policy::decide(question(kind, purpose), {kNow, 21, &none});
      if (with.allowed && !without.allowed) std::abort();
      if (with.rules.empty()) std::abort();
      for (const auto& hit : with.rules) {
        if (hit.sentence.empty() || hit.citation.empty()) std::abort();
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto pack = policy::parse_pack(text);
  if (!pack) {
    if (!pack.error().why().starts_with("line ") || pack.error().next().empty()) std::abort();
    return 0;
  }
  const policy::Rules rules({*pack});
  judge(rules);
  for (const auto& difference : policy::differences(policy::strict_default(), rules)) {
    if (difference.sentence.empty()) std::abort();
  }
  for (const auto& duty : pack->duties) policy::next_due(duty, base::day_of(kNow));
  return 0;
}
