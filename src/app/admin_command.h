// glasshouse admin: sign-in links and lockouts, from the server's own console.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "db/database.h"
#include "gate/gate.h"

namespace glasshouse::app {

// args: what follows "admin". 0 done, 1 it could not be done, 2 wrong usage. Works beside a running server.
int run_admin(const std::vector<std::string>& args);

// What `admin` did, until the server, which alone writes the ledger, has recorded it.
std::vector<db::Migration> admin_migrations();
base::Result<void> record_admin_acts(db::Database& db, gate::Gate& gate);

}  // namespace glasshouse::app
