// Times as people write them: "Fri 22:00", "yesterday", "2026-11-20 22:00", "11/20/2026 10:30 pm", "22:00",
// "2h" (ago), "now", RFC 3339. Internal to search.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "search/language.h"

namespace glasshouse::search {

inline constexpr std::string_view kMomentsThatWork =
    "2026-11-20 22:00, 11/20 10pm, Fri 22:00, yesterday 7:00, 22:00, 2h (ago) or now";

// A day without a time is its start, or as an end the start of the next day. `after`: for an end that is only
// a time of day, the first such time behind it.
std::optional<base::Time> moment_of(std::string_view text, const Surroundings& around, bool is_end,
                                    std::optional<base::Time> after);
std::string text_of(base::Time moment, const Surroundings& around);

}  // namespace glasshouse::search
