// The store's parts on their own: bytes of a read, ids, filter, dictionary, index, cursor.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "base/id.h"
#include "reads/codec.h"
#include "reads/cursor.h"
#include "reads/dictionary.h"
#include "reads/id_filter.h"
#include "reads/index.h"
#include "reads/store_testing.h"

namespace glasshouse::reads {
namespace {

using testing::facts_of;

const base::Time kAtNoon = *base::parse_rfc3339("2026-11-22T12:00:00.123Z");

Read full_read() {
  Read read;
  read.id = base::new_id("read", kAtNoon);
  read.camera_id = "cam_01";
  read.captured_at = kAtNoon;
  read.frames = 12;
  read.picture_width = 1920;
  read.picture_height = 1080;
  read.has_picture = true;
  read.vehicle_box = Box{-3, 4, 500, 400};
  read.looks = {"pickup", "white", "ford", "truck", "rear", 0.8f, 0.9f, 0.5f};
  PlateReading plate;
  plate.plate = *plate::Plate::parse("7KAB123");
  plate.confidence = 0.9731f;
  plate.box = {100, 200, 90, 30};
  plate.region = "us-va";
  plate.region_confidence = 0.4f;
  for (char c : std::string("7KAB123")) plate.characters.push_back({c, 0.99f, {{'Z', 0.01f}, {'Y', 0.001f}}});
  plate.candidates = {{"7KAB123", 0.97f}, {"7KA8123", 0.02f}};
  read.plate = plate;
  return read;
}

TEST(Codec, KeepsARead) {
  const Read read = full_read();
  const auto back = decode(encode(read, *id_bytes(read.id)));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->id, read.id);
  EXPECT_EQ(back->captured_at, read.captured_at);
  EXPECT_EQ(back->camera_id, "cam_01");
  EXPECT_EQ(back->vehicle_box->x, -3);
  EXPECT_EQ(back->looks.make, "ford");
  EXPECT_EQ(back->looks.view, "rear");
  EXPECT_EQ(back->frames, 12);
  EXPECT_TRUE(back->has_picture);
  ASSERT_TRUE(back->plate);
  EXPECT_EQ(back->plate->plate.text(), "7KAB123");
  EXPECT_NEAR(back->plate->confidence, 0.9731f, 5e-5);
  ASSERT_EQ(back->plate->characters.size(), 7u);
  EXPECT_EQ(back->plate->characters[1].alternatives[1].value, 'Y');
  EXPECT_EQ(back->plate->candidates[1].text, "7KA8123");
}

TEST(Codec, KeepsWhatStandsOutAndReadsBodiesWithoutIt) {
  Read read = full_read();
  const std::string without = encode(read, *id_bytes(read.id));
  EXPECT_TRUE(decode(without)->looks.features.empty());
  read.looks.features = {"temporary-plate", "trailer-plate"};
  const std::string with = encode(read, *id_bytes(read.id));
  // As docs/formats/read.md has it: the flag, then right after the view a count and texts.
  EXPECT_EQ(with[1], without[1] | 16);
  const std::string after_view = "\x04rear";
  const std::size_t at = with.find(after_view) + after_view.size();
  EXPECT_EQ(with.substr(at, 31), "\x02\x0ftemporary-plate\x0dtrailer-plate");
  EXPECT_EQ(with.size(), without.size() + 31);
  const auto back = decode(with);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->looks.features, read.looks.features);
  EXPECT_EQ(back->plate->plate.text(), "7KAB123");
  read.looks.features.assign(20, "no-plate");
  EXPECT_EQ(decode(encode(read, *id_bytes(read.id)))->looks.features.size(), kMostFeatures);
}

TEST(Codec, NoticesEveryChangedByteAndEveryCut) {
  const Read read = full_read();
  const std::string bytes = encode(read, *id_bytes(read.id));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 0x20);
    EXPECT_FALSE(decode(changed)) << i;
    EXPECT_FALSE(decode(bytes.substr(0, i))) << i;
  }
}

TEST(Codec, IdsAreTheirBytes) {
  for (int i = 0; i < 1000; ++i) {
    const std::string id = base::new_id("read", kAtNoon + base::Millis(i));
    ASSERT_TRUE(id_bytes(id));
    EXPECT_EQ(id_text(*id_bytes(id)), id);
  }
  EXPECT_FALSE(id_bytes("read_8zzzzzzzzzzzzzzzzzzzzzzzzz"));  // more than 128 bits
  EXPECT_FALSE(id_bytes("cam_01j9zzzzzzzzzzzzzzzzzzzzzz"));
  EXPECT_FALSE(id_bytes("read_../../../etc/passwd00000"));
}

TEST(IdFilter, NeverForgetsAndSeldomErrs) {
  IdFilter filter;
  std::vector<IdBytes> in;
  for (int i = 0; i < 50000; ++i) in.push_back(*id_bytes(base::new_id("read", kAtNoon + base::Millis(i))));
  for (const IdBytes& id : in) filter.add(id);
  for (const IdBytes& id : in) ASSERT_TRUE(filter.may_hold(id));
  int wrong = 0;
  for (int i = 0; i < 50000; ++i) {
    wrong += filter.may_hold(*id_bytes(base::new_id("read", kAtNoon + base::Millis(i)))) ? 1 : 0;
  }
  EXPECT_LT(wrong, 50);
  EXPECT_FALSE(filter.may_hold(*id_bytes(base::new_id("read", kAtNoon + std::chrono::hours(24)))));
}

TEST(IdFilter, MadeOfItsSlotsItNeverForgetsBeforeAndAfterItKnowsItsEnds) {
  IdFilter filter;
  std::vector<IdBytes> in;
  for (int i = 0; i < 5000; ++i)
    in.push_back(*id_bytes(base::new_id("read", kAtNoon - base::Millis(i % 700))));
  for (const IdBytes& id : in) filter.add(id);
  auto again = IdFilter::from_slots(filter.slots(), in.size());
  ASSERT_TRUE(again);
  for (const IdBytes& id : in) ASSERT_TRUE(again->may_hold(id));
  again->narrow(*std::ranges::min_element(in), *std::ranges::max_element(in));
  for (const IdBytes& id : in) ASSERT_TRUE(again->may_hold(id));
  int taken_for_in = 0;
  for (int i = 0; i < 5000; ++i) {
    const auto old = *id_bytes(base::new_id("read", kAtNoon - std::chrono::hours(24)));
    taken_for_in += again->may_hold(old) ? 1 : 0;
  }
  EXPECT_EQ(taken_for_in, 0) << "what is older than all of them needs no look";
  // A camera whose clock stood wrong: what comes later is held as well, whatever its id begins with.
  const auto early = *id_bytes(base::new_id("read", kAtNoon - std::chrono::hours(1000)));
  again->add(early);
  EXPECT_TRUE(again->may_hold(early));
}

TEST(Dictionary, AddsReleasesAndReusesLikeAMap) {
  Dictionary dictionary;
  std::map<std::string, std::pair<Dictionary::Id, int>> model;  // text: id, uses
  std::mt19937 random(5);
  for (int step = 0; step < 60000; ++step) {
    const std::string text = std::to_string(random() % 3000);
    const plate::Plate plate = *plate::Plate::parse(text);
    if (random() % 2 == 0 || !model.contains(text)) {
      const auto id = dictionary.add(plate);
      dictionary.use(id);
      auto [at, fresh] = model.try_emplace(text, id, 0);
      ASSERT_EQ(at->second.first, id);
      ++at->second.second;
    } else {
      auto& [id, uses] = model[text];
      ASSERT_EQ(dictionary.find(plate), id);
      dictionary.release(id);
      if (--uses == 0) {
        ASSERT_EQ(dictionary.find(plate), Dictionary::kNone);
        model.erase(text);
      }
    }
  }
  ASSERT_EQ(dictionary.size(), model.size());
  for (const auto& [text, entry] : model) {
    const auto id = dictionary.find(*plate::Plate::parse(text));
    ASSERT_EQ(id, entry.first);
    ASSERT_EQ(dictionary.uses(id), static_cast<std::uint32_t>(entry.second));
    ASSERT_EQ(dictionary.plate(id).text(), text);
  }
}

// Plates come and go, some come back under another number; every question is answered as one by one.
TEST(Dictionary, AnswersLikeOneByOne) {
  Dictionary dictionary;
  std::map<plate::Plate, Dictionary::Id> model;
  std::mt19937 random(17);
  const auto text = [&](std::size_t least, std::size_t most) {
    std::string made;
    for (std::size_t n = least + random() % (most - least + 1); n > 0; --n) made += "0OD1I8BA7"[random() % 9];
    return made;
  };
  std::size_t found = 0;
  const auto expect_same = [&](std::vector<Dictionary::Id> hits, const std::string& name, auto matches) {
    std::vector<Dictionary::Id> expected;
    for (const auto& [plate, id] : model) {
      if (matches(plate)) expected.push_back(id);
    }
    std::sort(expected.begin(), expected.end());
    std::sort(hits.begin(), hits.end());
    ASSERT_EQ(hits, expected) << name;
    found += hits.size();
  };
  for (int round = 0; round < 300; ++round) {
    for (int i = 0; i < 40; ++i) {
      const plate::Plate plate = *plate::Plate::parse(text(1, 6));
      const auto id = dictionary.add(plate);
      if (model.emplace(plate, id).second) dictionary.use(id);
    }
    for (int i = 0; i < 15; ++i) {
      const auto gone = std::next(model.begin(), static_cast<long>(random() % model.size()));
      dictionary.release(gone->second);
      model.erase(gone);
    }
    if (round % 7 == 0) dictionary.settle();
    const plate::Plate part = *plate::Plate::parse(text(1, 7));
    const auto pattern = plate::Pattern::parse(text(0, 2) + "?" + text(1, 2) + (round % 2 == 0 ? "*" : ""));
    ASSERT_TRUE(pattern);
    expect_same(dictionary.starting_with(part), "prefix " + part.text(),
                [&](plate::Plate p) { return p.text().starts_with(part.text()); });
    expect_same(dictionary.containing(part), "contains " + part.text(),
                [&](plate::Plate p) { return plate::contains(p, part); });
    expect_same(dictionary.matching(*pattern), "pattern " + pattern->text(),
                [&](plate::Plate p) { return pattern->matches(p); });
    expect_same(dictionary.confusable_with(part), "confusable " + part.text(),
                [&](plate::Plate p) { return plate::is_confusable(p, part); });
  }
  EXPECT_GT(found, 3000u);
}

TEST(Dictionary, AddsManyAsOneByOne) {
  Dictionary together;
  Dictionary single;
  std::mt19937 random(23);
  std::vector<std::uint64_t> words;
  for (int i = 0; i < 20000; ++i) {
    const bool none = i % 50 == 0;
    words.push_back(none ? 0 : plate::Plate::parse(std::to_string(random() % 6000))->packed());
  }
  std::vector<Dictionary::Id> ids(words.size());
  together.add_all(words, ids);
  together.settle();
  for (std::size_t i = 0; i < words.size(); ++i) {
    ASSERT_EQ(ids[i], single.add(plate::Plate::from_packed(words[i])));
    ASSERT_EQ(together.plate(ids[i]).packed(), words[i]);
  }
  EXPECT_EQ(together.size(), single.size());
  const auto seven = *plate::Plate::parse("7");
  EXPECT_EQ(together.starting_with(seven).size(), single.starting_with(seven).size());
  EXPECT_FALSE(together.starting_with(seven).empty());
}

TEST(Index, ForgetsADayAndItsPlates) {
  Index index;
  const base::Day first{20000};
  const base::Day second{20001};
  for (std::uint32_t i = 0; i < 70000; ++i) index.append(first, facts_of("A" + std::to_string(i % 100), i));
  for (std::uint32_t i = 0; i < 100; ++i) index.append(second, facts_of(i % 2 == 0 ? "A1" : "B1", i));
  index.correct(first, 5, *plate::Plate::parse("ONLY1"), 0);
  EXPECT_EQ(index.dictionary().size(), 102u);
  Selection all;
  all.to_ms = INT64_MAX;
  all.plates = std::vector<Dictionary::Id>{index.dictionary().find(*plate::Plate::parse("A1"))};
  Bins bins;
  bins.counts.resize(1);
  EXPECT_EQ(index.find(all, 10, std::nullopt, &bins).total, 700u + 50u);
  index.begin_drop(first);
  EXPECT_EQ(index.find(all, 10, std::nullopt, &bins).total, 50u) << "out of every answer at once";
  int steps = 0;
  while (index.drop_step(10)) ++steps;
  EXPECT_GT(steps, 5);
  EXPECT_EQ(index.dictionary().size(), 2u);
  EXPECT_EQ(index.total(), 100u);
  EXPECT_EQ(index.find(all, 10, std::nullopt, &bins).total, 50u);
  EXPECT_EQ(index.rows_on(first), 0u);
  EXPECT_EQ(index.append(first, facts_of("A1", 7)), 1u);
  EXPECT_EQ(index.find(all, 10, std::nullopt, &bins).total, 51u);
}

TEST(Cursor, GoesRoundAndRefusesEveryOther) {
  const Cursor cursor{{1790000000123, 77}, 1234, 0xABCDEF0123456789};
  const std::string text = encode(cursor);
  EXPECT_LE(text.size(), 200u);
  const auto back = decode_cursor(text);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->after.at_ms, cursor.after.at_ms);
  EXPECT_EQ(back->after.row, 77u);
  EXPECT_EQ(back->total, 1234u);
  EXPECT_EQ(back->question, cursor.question);
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(decode_cursor(changed)) << i;
    EXPECT_FALSE(decode_cursor(text.substr(0, i)));
  }
  EXPECT_FALSE(decode_cursor(text + "A"));
  EXPECT_FALSE(decode_cursor(std::string(text.size(), '\xFF')));
}

}  // namespace
}  // namespace glasshouse::reads
