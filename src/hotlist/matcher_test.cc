#include "hotlist/matcher.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <set>
#include <thread>

#include "hotlist/entry_check.h"
#include "hotlist/live_matcher.h"
#include "hotlist/pattern_index.h"

namespace glasshouse::hotlist {
namespace {

using ::testing::AnyOf;

const base::Time kNow = *base::parse_rfc3339("2026-11-22T12:00:00Z");
const base::Time kLater = kNow + std::chrono::hours(24);

MatchEntry entry(std::string id, std::uint32_t list, std::string plate, std::string region = "",
                 base::Time expires = kLater) {
  const bool pattern = is_pattern(plate);
  return {std::move(id), list, std::move(plate), pattern, std::move(region), expires};
}

std::vector<std::string> hits_of(const Matcher& matcher, std::string_view plate, std::string region = "",
                                 base::Time at = kNow, base::Time now = kNow) {
  std::vector<Hit> hits;
  matcher.match({*plate::Plate::parse(plate), std::move(region), at}, now, hits);
  order_hits(hits);
  std::vector<std::string> out;
  for (const Hit& hit : hits) {
    out.push_back(hit.entry_id +
                  (hit.kind == HitKind::kExact     ? "="
                   : hit.kind == HitKind::kPattern ? "*"
                                                   : "~") +
                  (hit.region_differs ? "!" : ""));
  }
  return out;
}

using Texts = std::vector<std::string>;

TEST(Matcher, ExactThenPatternThenPossible) {
  const Matcher m({{"l0", ZeroRule::kDistinct}},
                  {entry("a", 0, "ABC1230"), entry("b", 0, "ABC123O"), entry("c", 0, "ABC*"),
                   entry("d", 0, "A?C1?30"), entry("e", 0, "XYZ9999")});
  EXPECT_THAT(hits_of(m, "ABC1230"), AnyOf(Texts{"a=", "c*", "d*", "b~"}, Texts{"a=", "d*", "c*", "b~"}));
  EXPECT_EQ(hits_of(m, "ABC123O"), (Texts{"b=", "c*", "a~"}));
  EXPECT_EQ(hits_of(m, "A8C1230"), (Texts{"d*", "a~", "b~"}));
  EXPECT_EQ(hits_of(m, "ABC123"), (Texts{"c*"}));
  EXPECT_EQ(hits_of(m, "QRS1111"), Texts{});
}

TEST(Matcher, TheZeroRuleIsTheListsOwn) {
  const Matcher m(
      {{"strict", ZeroRule::kDistinct}, {"loose", ZeroRule::kOIsZero}},
      {entry("s", 0, "OOO1230"), entry("l", 1, "OOO1230"), entry("p", 1, "O?O12*"), entry("q", 0, "O?O12*")});
  EXPECT_EQ(hits_of(m, "0OO123O"), (Texts{"l=", "p*", "s~"}));
  EXPECT_EQ(hits_of(m, "OOO1230"), (Texts{"s=", "l=", "q*", "p*"}));
  EXPECT_EQ(hits_of(m, "DOO1230"), (Texts{"s~", "l~"}));
}

TEST(Matcher, ExpiredRetiredAndNotYetOverEntries) {
  Matcher m({{"l", ZeroRule::kDistinct}}, {entry("old", 0, "ABC1230", "", kNow), entry("new", 0, "ABC1230"),
                                           entry("pat", 0, "ABC12*", "", kNow + base::Millis(1))});
  EXPECT_EQ(hits_of(m, "ABC1230"), (Texts{"new=", "pat*"}));
  // Over when the vehicle passed, or over now: neither hits.
  EXPECT_EQ(hits_of(m, "ABC1230", "", kNow + base::Millis(1), kNow), (Texts{"new="}));
  EXPECT_EQ(hits_of(m, "ABC1230", "", kNow, kLater), Texts{});
  EXPECT_TRUE(m.retire("new", "ABC1230"));
  EXPECT_FALSE(m.retire("nobody", "ABC1230"));
  EXPECT_EQ(hits_of(m, "ABC1230"), (Texts{"pat*"}));
  EXPECT_EQ(m.entries(kNow).size(), 1u);
}

TEST(Matcher, AnotherRegionIsALowerHit) {
  const Matcher m({{"l", ZeroRule::kDistinct}},
                  {entry("md", 0, "ABC1230", "us-md"), entry("va", 0, "ABC1230", "us-va")});
  EXPECT_EQ(hits_of(m, "ABC1230", "us-va"), (Texts{"va=", "md=!"}));
  EXPECT_EQ(hits_of(m, "ABC1230", "unknown"), (Texts{"md=", "va="}));
}

TEST(Matcher, CutsToSixteenBestFirst) {
  std::vector<MatchEntry> entries;
  for (int i = 0; i < 200; ++i)
    entries.push_back(entry("p" + std::to_string(i), 0, "ABC" + std::string(i % 4, '*') + "123O*"));
  for (int i = 0; i < 100; ++i) entries.push_back(entry("o" + std::to_string(i), 0, "ABC123O"));
  entries.push_back(entry("exact", 0, "ABC1230"));
  const Matcher m({{"l", ZeroRule::kDistinct}}, entries);
  const auto hits = hits_of(m, "ABC1230");
  ASSERT_EQ(hits.size(), kMaxHits);
  EXPECT_EQ(hits[0], "exact=");
}

TEST(PatternTable, SpreadsOverLengths) {
  EXPECT_EQ(spread("AB?", 1, 512).size(), 1u);
  EXPECT_EQ(spread("AB*", 1, 512).size(), 9u);
  EXPECT_EQ(spread("A*B*C", 1, 512).size(), 36u);
  EXPECT_EQ(spread("*A*B*C*D*", 1, 10).size(), 0u);
  EXPECT_EQ(packed_length(plate::Plate::parse("ABC1234567")->packed()), 10);
  EXPECT_EQ(packed_length(plate::Plate::parse("A")->packed()), 1);
  EXPECT_EQ(packed_length(0), 0);
}

// The definition, said as plainly as can be.
std::set<std::string> brute_force(const std::vector<MatchList>& lists, const std::vector<MatchEntry>& entries,
                                  plate::Plate plate) {
  std::set<std::string> hits;
  const auto zeroed = [](std::string text) {
    std::replace(text.begin(), text.end(), 'O', '0');
    return text;
  };
  for (const MatchEntry& e : entries) {
    const bool loose = lists[e.list].zero_rule == ZeroRule::kOIsZero;
    const std::string wanted = loose ? zeroed(e.plate) : e.plate;
    const std::string read = loose ? zeroed(plate.text()) : plate.text();
    if (e.pattern) {
      if (plate::Pattern::parse(wanted)->matches(*plate::Plate::parse(read))) hits.insert(e.id + "*");
    } else if (wanted == read) {
      hits.insert(e.id + "=");
    } else if (plate::same_class(*plate::Plate::parse(e.plate), plate)) {
      hits.insert(e.id + "~");
    }
  }
  return hits;
}

TEST(Matcher, AgreesWithBruteForceOnRandomLists) {
  std::mt19937 random(7);
  const std::string letters = "0OD1IB8A";  // a small alphabet, so that much collides
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int round = 0; round < 60; ++round) {
    const std::vector<MatchList> lists{{"l0", ZeroRule::kDistinct}, {"l1", ZeroRule::kOIsZero}};
    std::vector<MatchEntry> entries;
    for (int i = 0; i < 40; ++i) {
      std::string plate;
      const bool pattern = pick(3) == 0;
      for (int n = 4 + pick(4); n > 0; --n) plate += letters[static_cast<std::size_t>(pick(8))];
      for (int n = pattern ? 1 + pick(3) : 0; n > 0; --n) {
        plate[static_cast<std::size_t>(pick(static_cast<int>(plate.size())))] = pick(2) == 0 ? '?' : '*';
      }
      entries.push_back(entry("e" + std::to_string(i), static_cast<std::uint32_t>(pick(2)), plate));
    }
    const Matcher matcher(lists, entries);
    for (int i = 0; i < 300; ++i) {
      std::string text;
      for (int n = 3 + pick(6); n > 0; --n) text += letters[static_cast<std::size_t>(pick(8))];
      const auto hits = hits_of(matcher, text);
      const auto expected = brute_force(lists, entries, *plate::Plate::parse(text));
      if (expected.size() <= kMaxHits) {
        EXPECT_EQ(std::set<std::string>(hits.begin(), hits.end()), expected) << text;
      } else {
        EXPECT_EQ(hits.size(), kMaxHits);
      }
    }
  }
}

TEST(LiveMatcher, PutReplaceRetireAndJoin) {
  const base::ManualClock clock(kNow);
  LiveMatcher live(clock);
  live.set_list({"l", ZeroRule::kDistinct}, {});
  const auto count = [&](std::string_view plate) {
    return live.match({*plate::Plate::parse(plate), "", kNow}, kNow).size();
  };
  Entry e;
  e.id = "e1";
  e.plate = "ABC123";
  e.expires_at = kLater;
  live.put("l", e);
  EXPECT_EQ(count("ABC123"), 1u);
  live.put("l", e);
  EXPECT_EQ(count("ABC123"), 1u);
  live.put("nolist", e);
  for (std::size_t i = 0; i <= kMaxFresh; ++i) {  // makes the two indexes join once
    e.id = "f" + std::to_string(i);
    e.plate = "F" + std::to_string(10000 + i);
    live.put("l", e);
  }
  EXPECT_EQ(count("ABC123"), 1u);
  EXPECT_EQ(count("F10000"), 1u);
  EXPECT_EQ(count("F12000"), 1u);
  live.retire("e1", "ABC123");
  EXPECT_EQ(count("ABC123"), 0u);
  e.id = "e1";
  e.plate = "ABC123";
  live.put("l", e);  // active again
  EXPECT_EQ(count("ABC123"), 1u);
  live.remove_list("l");
  EXPECT_EQ(count("ABC123"), 0u);
}

TEST(LiveMatcher, AnEntryNeverStopsHittingWhileItChanges) {
  const base::ManualClock clock(kNow);
  LiveMatcher live(clock);
  Entry e;
  e.id = "e1";
  e.plate = "ABC123";
  e.expires_at = kLater;
  live.set_list({"l", ZeroRule::kDistinct}, {match_entry(e, 0)});
  std::atomic<bool> stop{false};
  std::atomic<int> missed{0}, matched{0};
  std::thread reader([&] {
    while (!stop) {
      const auto hits = live.match({*plate::Plate::parse("ABC123"), "", kNow}, kNow);
      if (hits.size() != 1) ++missed;
      ++matched;
    }
  });
  while (matched == 0) std::this_thread::yield();
  for (int i = 0; i < 300; ++i) {
    live.put("l", e);
    if (i % 50 == 0) live.set_list({"l", ZeroRule::kDistinct}, {match_entry(e, 0)});
  }
  stop = true;
  reader.join();
  EXPECT_EQ(missed, 0);
}

}  // namespace
}  // namespace glasshouse::hotlist
