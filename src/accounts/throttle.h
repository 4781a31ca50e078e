// Slows one address down, so that an outsider who guesses cannot lock out a whole agency account by account.
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.h"

namespace glasshouse::accounts {

inline constexpr std::size_t kMaxAddressFailures =
    30;  // in kAddressWindow; a station behind one address has many people
inline constexpr base::Millis kAddressWindow{15 * 60 * 1000};
inline constexpr std::size_t kMaxAddresses =
    20000;  // beyond it the table is emptied of what is old, then of everything

// Thread-safe. Kept in memory: a restart forgives.
class AddressThrottle {
 public:
  bool is_open(std::string_view address, base::Time now);
  void note_failure(std::string_view address, base::Time now);

 private:
  void drop_old(std::deque<base::Time>& failures, base::Time now);

  std::mutex mutex_;
  std::unordered_map<std::string, std::deque<base::Time>> failures_;
};

}  // namespace glasshouse::accounts
