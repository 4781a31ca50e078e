// A package that somebody else can check without us: docs/formats/export.md says what each file is.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "exports/sheet.h"

namespace glasshouse::exports {

// The log's own words about the entry under which the export was made.
struct LogEvidence {
  std::string leaf, tlog_proof, verifier_key;
  std::vector<std::string> disclosures;  // what opens the entry's fields
};

inline constexpr std::size_t kMostPictureBytes = 128U << 20U;  // of one package; later pictures are left out

// A zip archive. kTooLarge, kReport.
base::Result<std::string> package_of(const Sheet& sheet, const LogEvidence& evidence);

}  // namespace glasshouse::exports
