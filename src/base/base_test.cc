#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/file.h"
#include "base/forward_clock.h"
#include "base/id.h"
#include "base/queue.h"
#include "base/result.h"
#include "base/time.h"
#include "base/together.h"
#include "base/units.h"
#include "base/words.h"

namespace glasshouse::base {
namespace {

enum class AErrc { kOne = 1 };
enum class BErrc { kOne = 1 };

TEST(Result, KeepsWhichEnumItCameFrom) {
  const Error error(AErrc::kOne, "It broke", "The cable is out", "Plug it in.");
  EXPECT_TRUE(error.is(AErrc::kOne));
  EXPECT_FALSE(error.is(BErrc::kOne));
  EXPECT_EQ(error.message(), "It broke. The cable is out. Plug it in.");
}

TEST(Time, RoundTripsAndReadsOffsets) {
  const Time t = from_ms(1795353954123);
  EXPECT_EQ(format_rfc3339(t), "2026-11-22T13:25:54.123Z");
  EXPECT_EQ(parse_rfc3339("2026-11-22T13:25:54.123Z"), t);
  EXPECT_EQ(parse_rfc3339("2026-11-22T08:25:54.123456-05:00"), t);
  EXPECT_EQ(parse_rfc3339("2026-11-22T13:25:54Z"), from_ms(1795353954000));
  for (const char* bad : {"", "2026-11-22", "2026-11-22T13:25:54", "2026-13-22T13:25:54Z",
                          "2026-02-30T00:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T13:25:54.Z",
                          "2026-11-22T13:25:54+0500", "1969-12-31T23:59:59Z"}) {
    EXPECT_FALSE(parse_rfc3339(bad)) << bad;
  }
}

TEST(Time, DaysAreUtc) {
  const Time t = *parse_rfc3339("2026-11-22T23:59:59.999Z");
  EXPECT_EQ(format_day(day_of(t)), "2026-11-22");
  EXPECT_EQ(format_day(day_of(t + Millis(1))), "2026-11-23");
  EXPECT_EQ(parse_day("2026-11-22"), day_of(t));
  EXPECT_FALSE(parse_day("2026-02-29"));
}

TEST(Id, SortsByTimeAndNeverRepeats) {
  const std::string a = new_id("cam", from_ms(1000)), b = new_id("cam", from_ms(1000)),
                    c = new_id("cam", from_ms(2000));
  EXPECT_NE(a, b);
  EXPECT_LT(a, c);
  EXPECT_TRUE(is_id(a, "cam"));
  EXPECT_FALSE(is_id(a, "case"));
  EXPECT_FALSE(is_id("cam_", "cam"));
}

TEST(Queue, SaysWhenItIsFullAndWakesOnClose) {
  BoundedQueue<int> queue(2);
  EXPECT_TRUE(queue.try_push(1));
  EXPECT_TRUE(queue.try_push(2));
  EXPECT_FALSE(queue.try_push(3));
  EXPECT_EQ(queue.pop(), 1);
  std::thread closer([&] { queue.close(); });
  closer.join();
  EXPECT_EQ(queue.pop(), 2);
  EXPECT_EQ(queue.pop(), std::nullopt);
  EXPECT_FALSE(queue.push(4));
}

TEST(Units, DistancesShowBothUnits) {
  const LatLon a{38.8048, -77.0469}, b{38.8977, -77.0365};
  EXPECT_NEAR(distance_m(a, b), 10369, 20);
  EXPECT_EQ(format_distance(480), "0.3 mi (480 m)");
  EXPECT_EQ(format_distance(20000), "12.4 mi (20.0 km)");
  EXPECT_FALSE(is_valid({91, 0}));
}

TEST(File, WritesWholeOrNotAtAll) {
  const std::string dir = ::testing::TempDir() + "glasshouse_base_file";
  std::filesystem::remove_all(dir);
  FileSystem& files = posix_files();
  ASSERT_TRUE(files.write_atomic(dir + "/a/b.txt", "one"));
  ASSERT_TRUE(files.write_atomic(dir + "/a/b.txt", "two"));
  EXPECT_EQ(files.read(dir + "/a/b.txt", 10).value(), "two");
  EXPECT_TRUE(files.read(dir + "/a/b.txt", 2).error().is(FileErrc::kTooLarge));
  EXPECT_TRUE(files.read(dir + "/none", 2).error().is(FileErrc::kNotFound));
  EXPECT_EQ(files.list(dir + "/a").value(), std::vector<std::string>{"b.txt"});
  EXPECT_TRUE(files.remove(dir + "/a/b.txt"));
  EXPECT_TRUE(files.remove(dir + "/a/b.txt"));
  EXPECT_FALSE(files.exists(dir + "/a/b.txt"));
}

TEST(Words, AreJoinedAndSplit) {
  EXPECT_EQ(join({}, ", "), "");
  EXPECT_EQ(join({"a"}, ", "), "a");
  EXPECT_EQ(join({"a", "bc", "d"}, "; "), "a; bc; d");
  EXPECT_EQ(split_words("a bc d"), (std::vector<std::string>{"a", "bc", "d"}));
  EXPECT_EQ(split_words("  a  b "), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(split_words("").empty());
}

TEST(ForwardClock, GoesOnByTheTimeThatPassesWhenItsSourceIsSetBack) {
  std::int64_t wall = 1'000'000, steady = 500;
  const ForwardClock clock([&] { return wall; }, [&] { return steady; });
  EXPECT_EQ(clock.now(), from_ms(1'000'000));
  wall -= 3'600'000;
  steady += 250;
  wall += 250;
  EXPECT_EQ(clock.now(), from_ms(1'000'250));
  EXPECT_EQ(clock.behind(), Millis(3'600'000));
  wall += 3'600'000 + 7'000;  // set right, and it was slow before
  EXPECT_EQ(clock.now(), from_ms(1'007'250));
  EXPECT_EQ(clock.behind(), Millis(0));
}

TEST(Together, WhoeverComesWhileOneIsAtItIsDoneWithTheOthers) {
  constexpr int kCallers = 20;
  Together<int> together(100, 1000);
  std::atomic<bool> first_began = false, go_on = false;
  std::vector<std::size_t> groups;
  int sum = 0;
  const auto act = [&](const std::vector<int*>& items) {
    groups.push_back(items.size());
    for (const int* item : items) sum += *item;
    first_began = true;
    while (!go_on) std::this_thread::yield();
  };
  std::vector<std::thread> callers;
  const auto call = [&](int item) {
    callers.emplace_back([&, item] {
      int mine = item;
      EXPECT_TRUE(together.run(mine, 1, act));
    });
  };
  call(1);
  while (!first_began) std::this_thread::yield();
  for (int i = 0; i < kCallers; ++i) call(100);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  go_on = true;
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(sum, 1 + 100 * kCallers);
  EXPECT_LT(groups.size(), std::size_t{kCallers});
}

TEST(Together, IsBoundedAndThrowsToEachOfAGroup) {
  Together<int> none(0, 1);
  int item = 1;
  EXPECT_FALSE(none.run(item, 1, [](const auto&) { FAIL(); }));
  Together<int> together(4, 4);
  EXPECT_THROW(together.run(item, 1, [](const auto&) { throw std::runtime_error("disk"); }),
               std::runtime_error);
  EXPECT_TRUE(together.run(item, 1, [](const auto&) {}));
}

}  // namespace
}  // namespace glasshouse::base
