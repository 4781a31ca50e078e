// The agency's public keys by day, signed by the agency: what cameras seal to.
// docs/formats/age-sealed-picture.md.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "crypto/crypto.h"
#include "seal/manifest.h"

namespace glasshouse::seal {

inline constexpr std::size_t kMostDayKeys = 1200;  // three years and some days
inline constexpr std::size_t kMostDayKeysBytes = 100 * kMostDayKeys;

struct DayKeys {
  std::string agency_key;                   // Ed25519, 32 bytes
  std::map<base::Day, std::string> by_day;  // X25519 public keys, 32 bytes

  // The key of that day; where it is not known, the last one before it: what is sealed to that dies earlier,
  // never later. kNoKey when there is none.
  base::Result<base::Day> day_for(base::Day day) const;
};

std::string write_day_keys(const std::map<base::Day, std::string>& by_day, const crypto::SigningKey& agency);
// Signed by the key it names; whether that is the right agency is for the caller. kBadKeys else.
base::Result<DayKeys> read_day_keys(std::string_view text);

}  // namespace glasshouse::seal
