// Sends our lists to other agencies beside the requests, and lets go of theirs whose grants have ended.
#pragma once

#include "api/list_sender.h"
#include "app/rounds.h"

namespace glasshouse::app {

inline constexpr std::chrono::seconds kListSharePeriod{1};

// Looks every kListSharePeriod, on a thread of its own and one for each agency that is sent anything: what a
// slow server of one holds up is only what is for it. Ends them when destroyed.
class ListShareThread {
 public:
  explicit ListShareThread(api::Services& services);

 private:
  void round();

  api::Services& services_;
  RoundsOfEach senders_;  // by agency
  Rounds rounds_;
};

}  // namespace glasshouse::app
