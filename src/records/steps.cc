#include "records/steps.h"

#include <algorithm>

namespace glasshouse::records {

base::Result<void> run(db::Transaction& tx, std::string_view sql, const db::Params& params) {
  const auto done = tx.exec(sql, params);
  if (!done) return tl::unexpected(done.error());
  return {};
}

base::Result<void> put_officers(db::Transaction& tx, const std::string& case_id,
                                std::vector<std::string> officer_ids) {
  if (auto cleared = run(tx, "DELETE FROM case_officers WHERE case_id = :id", {{"id", case_id}}); !cleared)
    return cleared;
  std::sort(officer_ids.begin(), officer_ids.end());
  officer_ids.erase(std::unique(officer_ids.begin(), officer_ids.end()), officer_ids.end());
  for (const std::string& officer : officer_ids) {
    auto added = run(tx, "INSERT INTO case_officers (case_id, officer_id) VALUES (:id, :officer)",
                     {{"id", case_id}, {"officer", officer}});
    if (!added) return added;
  }
  return {};
}

}  // namespace glasshouse::records
