// Sends our lists to other agencies beside the requests, and lets go of theirs whose grants have ended.
#pragma once

#include "api/list_sender.h"
#include "app/rounds.h"

namespace glasshouse::app {

inline constexpr std::chrono::seconds kListSharePeriod{1};

// Looks every kListSharePeriod on a thread of its own, which it ends when destroyed.
class ListShareThread {
 public:
  explicit ListShareThread(api::Services& services);

 private:
  api::Services& services_;
  api::ListSender sender_;
  Rounds rounds_;
};

}  // namespace glasshouse::app
