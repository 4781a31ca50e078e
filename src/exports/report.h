// A case report as PDF, made with libharu: who asked what under which case, where it is recorded, and every
// read with its picture. The standard fonts of PDF know the letters of Windows-1252; others are shown as "?".
#pragma once

#include <string>

#include "base/result.h"
#include "exports/sheet.h"

namespace glasshouse::exports {

inline constexpr std::size_t kMostReportPictures = 60;  // later reads stand without theirs
// What is printed; where a sheet holds more, the report says so, and the CSV has it.
inline constexpr std::size_t kMostReportReads = 500, kMostReportVehicles = 1'000;

base::Result<std::string> report_of(const Sheet& sheet);

}  // namespace glasshouse::exports
