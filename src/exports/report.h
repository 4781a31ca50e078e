// A case report as PDF, made with libharu: who asked what under which case, where it is recorded, and every
// read with its picture. The standard fonts of PDF know the letters of Windows-1252; others are shown as "?".
#pragma once

#include <string>

#include "base/result.h"
#include "exports/sheet.h"

namespace glasshouse::exports {

inline constexpr std::size_t kMostReportPictures = 60;  // later reads stand without theirs

base::Result<std::string> report_of(const Sheet& sheet);

}  // namespace glasshouse::exports
