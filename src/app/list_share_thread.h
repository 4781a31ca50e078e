// Sends our lists to other agencies beside the requests, and lets go of theirs whose grants have ended.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "api/list_sender.h"

namespace glasshouse::app {

inline constexpr std::chrono::seconds kListSharePeriod{1};

// Looks every kListSharePeriod on a thread of its own, which it ends when destroyed.
class ListShareThread {
 public:
  explicit ListShareThread(api::Services& services);
  ~ListShareThread();
  ListShareThread(const ListShareThread&) = delete;
  ListShareThread& operator=(const ListShareThread&) = delete;

 private:
  void run();

  api::Services& services_;
  api::ListSender sender_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace glasshouse::app
