#include "seal/chain.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/id.h"

namespace glasshouse::seal {
namespace {

const base::Time kStart = *base::parse_rfc3339("2026-11-24T18:00:00Z");

struct Signed {
  Manifest manifest;
  std::string hash;
};

// What one camera signs, in order.
std::vector<Signed> signed_by_one(std::size_t count) {
  const auto key = crypto::SigningKey::generate();
  std::vector<Signed> all;
  std::string previous(32, '\0');
  for (std::size_t i = 0; i < count; ++i) {
    const Manifest manifest{.camera_id = base::new_id("cam", kStart),
                            .read_id = base::new_id("read", kStart),
                            .captured_at = kStart,
                            .key_day = base::day_of(kStart),
                            .sequence = i + 1,
                            .previous = previous,
                            .payload = std::string(32, 'p'),
                            .commitment = std::string(32, 'c'),
                            .key = {}};
    const std::string text = write_manifest(manifest, key);
    previous = manifest_hash(text);
    all.push_back({*read_manifest(text), previous});
  }
  return all;
}

TEST(Chain, WhatComesInAnyOrderAndTwiceIsWholeInTheEnd) {
  auto all = signed_by_one(60);
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    std::shuffle(all.begin(), all.end(), random);
    Chain chain;
    for (const Signed& one : all) {
      EXPECT_EQ(chain.add(one.manifest, one.hash, kStart), Chain::Link::kNew);
      const auto kept = Chain::from_text(chain.text());
      ASSERT_TRUE(kept);
      chain = *kept;
      EXPECT_EQ(chain.add(one.manifest, one.hash, kStart), Chain::Link::kKnown);
    }
    EXPECT_TRUE(chain.holes().empty());
  }
}

TEST(Chain, NamesWhatIsMissingAndSinceWhen) {
  const auto all = signed_by_one(10);
  Chain chain;
  for (const std::size_t i : {2u, 3u, 7u}) chain.add(all[i].manifest, all[i].hash, kStart + base::Millis(i));
  const auto holes = chain.holes();
  ASSERT_EQ(holes.size(), 2u);
  EXPECT_EQ(holes[0].first, 1u);
  EXPECT_EQ(holes[0].last, 2u);
  EXPECT_EQ(holes[1].first, 5u);
  EXPECT_EQ(holes[1].last, 7u);
  EXPECT_EQ(holes[1].since, kStart + base::Millis(7));
}

TEST(Chain, SeesAnotherOneInItsPlace) {
  const auto all = signed_by_one(5), other = signed_by_one(5);
  Chain chain;
  EXPECT_EQ(chain.add(all[0].manifest, all[0].hash, kStart), Chain::Link::kNew);
  EXPECT_EQ(chain.add(other[0].manifest, other[0].hash, kStart), Chain::Link::kBroken) << "the same number";
  EXPECT_EQ(chain.add(other[1].manifest, other[1].hash, kStart), Chain::Link::kBroken) << "after another";
  Chain late;
  late.add(all[2].manifest, all[2].hash, kStart);
  EXPECT_EQ(late.add(other[1].manifest, other[1].hash, kStart), Chain::Link::kBroken) << "before another";
  Manifest first = all[0].manifest;
  first.previous = std::string(32, 'x');
  EXPECT_EQ(Chain().add(first, all[0].hash, kStart), Chain::Link::kBroken)
      << "the first names none before it";
}

TEST(Chain, IsBounded) {
  const auto all = signed_by_one(400);
  Chain chain;
  for (std::size_t i = 0; i < all.size(); i += 2) chain.add(all[i].manifest, all[i].hash, kStart);
  EXPECT_EQ(chain.holes().size(), kMostRuns - 1);
  EXPECT_EQ(chain.holes().back().last, 398u) << "the oldest are forgotten";
  EXPECT_LE(chain.text().size(), kMostChainBytes);
  EXPECT_TRUE(Chain::from_text(chain.text()));
}

TEST(Chain, RefusesATextThatItDidNotWrite) {
  const auto all = signed_by_one(9);
  Chain chain;
  for (const std::size_t i : {0u, 4u, 8u}) chain.add(all[i].manifest, all[i].hash, kStart);
  const std::string text = chain.text();
  for (const std::string& bad :
       {text + text, text.substr(1), text + "1", text.substr(0, text.size() - 1), "0" + text.substr(1),
        text + "\n", std::string("99999999999999999999 1 a b 2\n")}) {
    EXPECT_FALSE(Chain::from_text(bad)) << bad;
  }
}

}  // namespace
}  // namespace glasshouse::seal
