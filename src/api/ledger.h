// The ledger over HTTP: entries by their released fields (all of them for the auditor, whose look is itself
// recorded), proofs, and the signed head. What needs no session is in public_log.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "api/route.h"

namespace glasshouse::api {

std::span<const Route> ledger_routes();

std::string_view release_name(ledger::Release release);           // at-once, after-24h, restricted
std::optional<std::uint64_t> entry_index(std::string_view text);  // digits only, as the contract's int64

}  // namespace glasshouse::api
