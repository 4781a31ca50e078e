// Work that several callers may do at once for the price of one: while one is at it the others gather, and
// the next one does what they all brought. For what is paid by the disk's sync and not by the item.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <vector>

namespace glasshouse::base {

template <class Item>
class Together {
 public:
  // A group ends with the item that makes it weigh `most_weight`.
  Together(std::size_t most_waiting, std::size_t most_weight)
      : most_waiting_(most_waiting), most_weight_(most_weight) {}

  // Returns when act(items) was called, in this thread or in another caller's, with `item` among the items;
  // what it throws is thrown to each of them. False, and not done: most_waiting callers wait already.
  template <class Act>
  bool run(Item& item, std::size_t weight, const Act& act) {
    Waiting mine{&item, weight};
    std::unique_lock lock(mutex_);
    if (queue_.size() >= most_waiting_) return false;
    queue_.push_back(&mine);
    // Nobody is woken who has nothing to do: with many callers that costs more than their work.
    mine.changed.wait(lock, [&] { return mine.done || (!acting_ && queue_.front() == &mine); });
    if (!mine.done) {
      acting_ = true;
      std::vector<Waiting*> group;
      std::vector<Item*> items;
      for (std::size_t gathered = 0; !queue_.empty() && (group.empty() || gathered < most_weight_);) {
        gathered += queue_.front()->weight;
        items.push_back(queue_.front()->item);
        group.push_back(queue_.front());
        queue_.pop_front();
      }
      lock.unlock();
      std::exception_ptr failed;
      try {
        act(items);
      } catch (...) {
        failed = std::current_exception();
      }
      lock.lock();
      for (Waiting* waiting : group) {
        waiting->failed = failed;
        waiting->done = true;
        if (waiting != &mine) waiting->changed.notify_one();
      }
      acting_ = false;
      if (!queue_.empty()) queue_.front()->changed.notify_one();
    }
    if (mine.failed) std::rethrow_exception(mine.failed);
    return true;
  }

 private:
  struct Waiting {
    Item* item;
    std::size_t weight;
    bool done = false;
    std::exception_ptr failed{};
    std::condition_variable changed{};  // done, or it is this one's turn to act
  };

  const std::size_t most_waiting_, most_weight_;
  std::mutex mutex_;
  std::deque<Waiting*> queue_;
  bool acting_ = false;
};

}  // namespace glasshouse::base
