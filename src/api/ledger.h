// The ledger over HTTP: entries by their released fields (all of them for the auditor, whose look is itself
// recorded), proofs, and the signed head. What needs no session is in public_log.h.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "api/route.h"

namespace glasshouse::api {

std::span<const Route> ledger_routes();

std::optional<std::uint64_t> entry_index(std::string_view text);  // digits only, as the contract's int64

struct EntryPage {
  std::optional<std::uint64_t> before;  // entries below it, newest first; none: from the newest
  std::size_t limit;
};
tl::expected<EntryPage, net::Response> entry_page(Context& ctx);  // or the refusal of what was asked
nlohmann::json render_entry(const ledger::Entry& entry);          // with the fields that it carries, no more
// A page of entries as the contract has it, without its items.
nlohmann::json entry_page_body(Context& ctx, const std::vector<ledger::Entry>& entries);

}  // namespace glasshouse::api
