// Inside records only: steps of a transaction that several parts take.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "db/database.h"

namespace glasshouse::records {

// For who does not ask how many rows it touched.
base::Result<void> run(db::Transaction& tx, std::string_view sql, const db::Params& params);
// Who is on a case's sheet from now on, and nobody else.
base::Result<void> put_officers(db::Transaction& tx, const std::string& case_id,
                                std::vector<std::string> officer_ids);

}  // namespace glasshouse::records
