// Statute packs over HTTP: which are in force, what one would change, adopting and ending one.
#pragma once

#include <span>
#include <string>

#include "api/pack_shelf.h"
#include "api/route.h"
#include "base/result.h"

namespace glasshouse::api {

std::span<const Route> packs_routes();

// The public fields of an adoption's ledger entry ("policy.adopt", "policy.end").
std::vector<ledger::Field> adoption_fields(const PackPlan& plan);

// The rule of the packs that keeps a purpose from being used here at all; null: none does.
const policy::PackRule* rule_against(const policy::Rules& rules, const std::string& purpose_code);

// Adopts a pack of the shelf as the machine itself (the demo's town). The gate judges by it from its day on.
base::Result<void> adopt_offered_pack(Services& services, const std::string& id);

}  // namespace glasshouse::api
