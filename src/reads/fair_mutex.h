// A shared mutex whose writer is not starved by an unbroken row of readers.
#pragma once

#include <mutex>
#include <shared_mutex>

namespace glasshouse::reads {

class FairSharedMutex {
 public:
  void lock() {
    std::lock_guard turn(turn_);
    mutex_.lock();
  }
  void unlock() { mutex_.unlock(); }
  void lock_shared() {
    std::lock_guard turn(turn_);
    mutex_.lock_shared();
  }
  void unlock_shared() { mutex_.unlock_shared(); }

 private:
  std::mutex turn_;
  std::shared_mutex mutex_;
};

}  // namespace glasshouse::reads
