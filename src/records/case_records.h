// Inside records only: the case sheets.
#pragma once

#include "records/records.h"

namespace glasshouse::records {

inline constexpr std::size_t kMaxSheetItems = 500;  // plates, and as many descriptions, on one sheet

class CaseRecords {
 public:
  CaseRecords(db::Database& db, const base::Clock& clock) : db_(db), clock_(clock) {}

  base::Result<CasePage> page(std::string_view filter, std::optional<bool> open, std::string_view assigned_to,
                              std::string_view cursor, std::size_t limit);
  base::Result<Case> get(std::string_view id);
  base::Result<void> check(const Case& draft);
  base::Result<Case> create(const Case& draft);
  base::Result<Case> change(std::string_view id, std::optional<std::string> title, std::optional<bool> open,
                            std::optional<std::vector<std::string>> officer_ids);
  base::Result<Case> add_plate(std::string_view id, const CasePlate& plate);
  base::Result<Case> add_description(std::string_view id, const CaseDescription& description);
  base::Result<Case> remove(std::string_view id, std::string_view table, std::string_view item);
  base::Result<policy::CaseFacts> facts(std::string_view case_id, std::string_view officer_id);

 private:
  base::Result<std::vector<std::string>> officers(const std::string& id);
  base::Result<void> has_room(std::string_view id, std::string_view table);

  db::Database& db_;
  const base::Clock& clock_;
};

}  // namespace glasshouse::records
