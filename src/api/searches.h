#pragma once

#include <span>
#include <string>

#include "api/route.h"
#include "gate/gate.h"

namespace glasshouse::api {

// Saved questions, and the caller's own searches with what came of them.
std::span<const Route> searches_routes();

// Puts an answered search into its asker's own list. What cannot be kept there is logged and no more: the
// ledger has it.
void note_search(Context& ctx, const gate::Permit& permit, const std::string& kind, std::string text,
                 std::uint64_t found);

}  // namespace glasshouse::api
