// Where a hotlist's entries come from: its layout, its column map, the files of a national extract that it
// takes.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "api/route.h"

namespace glasshouse::api {

std::span<const Route> hotlist_sources_routes();

nlohmann::json render_source_summary(const hotlist::Source& source);  // without the column map
nlohmann::json render_freshness(const hotlist::Freshness& freshness);

// Ids of the lists that are not for the caller. Whoever manages hotlists sees all of them.
std::vector<std::string> lists_hidden_from(const Context& ctx);
bool is_hidden_list(const Context& ctx, std::string_view hotlist_id);
net::Response no_such_list();

// What the packs in force bar from every list: a file's word to a sentence that names the rule.
std::map<std::string, std::string> barred_by_packs(const Services& services);

}  // namespace glasshouse::api
