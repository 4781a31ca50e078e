// Inside hotlist: what an import would change on the list as it stands.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "hotlist/hotlist.h"
#include "hotlist/preview_shelf.h"

namespace glasshouse::hotlist {

// What an entry of a list is found by: its plate and region.
std::string key_of(const std::string& plate, const std::string& region);

// Fills what would be added, changed, ended and renewed, with the counts and the samples. standing: the
// entries that run, by key_of.
void plan_import(const std::vector<NewEntry>& wanted, std::unordered_map<std::string, Entry> standing,
                 bool whole, base::Time now, PendingImport& pending);

}  // namespace glasshouse::hotlist
