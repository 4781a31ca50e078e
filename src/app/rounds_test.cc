#include "app/rounds.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace glasshouse::app {
namespace {

using std::chrono::milliseconds;

TEST(RoundsOfEach, ASlowOneHoldsUpNobodyElse) {
  std::promise<void> let_go;
  const std::shared_future<void> gone = let_go.get_future().share();
  std::atomic<int> slow = 0, quick = 0;
  std::promise<void> third;
  {
    RoundsOfEach each({.name = "test", .pause = [] { return milliseconds(1); }},
                      [&](const std::string& name) -> std::function<void()> {
                        if (name == "slow")
                          return [&slow, gone] {
                            ++slow;
                            gone.wait();
                          };
                        return [&] {
                          if (++quick == 3) third.set_value();
                        };
                      });
    each.know({"slow"});
    each.know({"quick", "slow"});
    EXPECT_EQ(third.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
    EXPECT_LE(slow, 1);
    let_go.set_value();
  }
  const int ended = quick;
  std::this_thread::sleep_for(milliseconds(20));
  EXPECT_EQ(quick, ended) << "nothing goes on behind its back";
}

}  // namespace
}  // namespace glasshouse::app
