// How the sharing resources show what the book holds, and what they share among themselves.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "api/json.h"
#include "api/route.h"

namespace glasshouse::api {

nlohmann::json render(const sharing::Agency& agency);
nlohmann::json render(const sharing::GrantRow& row, const sharing::Book& book);
nlohmann::json render(const sharing::Act& act, const sharing::Book& book, People& people);
nlohmann::json render(const sharing::Promise& promise, const std::vector<sharing::Book::Broken>& broken);
nlohmann::json render(const sharing::Reach& reach);
nlohmann::json render_region(const sharing::Book& book);

// Looks whether every promise holds. When one newly does not: an entry that is public at once, a line in the
// server's log, and word to every console that is open. Called after every act, and every few seconds.
void watch_promises(Services& services);

}  // namespace glasshouse::api
