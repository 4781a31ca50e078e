// What an entry must hold before it may stand on a list, wherever it comes from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "hotlist/hotlist.h"

namespace glasshouse::hotlist {

inline constexpr std::size_t kMaxReasonChars = 200, kMaxCaseChars = 40, kMaxNoteChars = 300,
                             kMaxMakeChars = 30;
inline constexpr int kLeastPatternLetters = 3;  // "A*" would alert on every tenth vehicle
inline constexpr int kMaxExpiryDays = 5 * 366;  // an end that nobody will live to see is no end

// Folds the plate and the looks to the words that reads use, or says in one sentence (Error::what) what is
// wrong. kBadPlate, kMissingReason, kMissingCase, kBadExpiry, kBadField.
base::Result<NewEntry> check_entry(const NewEntry& draft, base::Time now);

NewEntry draft_of(const Entry& entry);  // that it could be made anew from

bool is_pattern(std::string_view plate);  // holds ? or *

// "2026-12-01" is the end of that day (UTC); else RFC 3339.
base::Result<base::Time> parse_expiry(std::string_view text);

// A two-letter U.S. state or territory, any case, to "us-va"; empty when it is none.
std::string region_of_state(std::string_view state);

// Whether both are known and neither contains the other ("us" contains "us-va").
bool regions_differ(std::string_view wanted, std::string_view read);

const std::vector<std::string>& known_bodies();
const std::vector<std::string>& known_colors();

}  // namespace glasshouse::hotlist
