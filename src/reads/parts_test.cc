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

namespace glasshouse::reads {
namespace {

const base::Time kAt = *base::parse_rfc3339("2026-11-22T12:00:00.123Z");

Read full_read() {
  Read read;
  read.id = base::new_id("read", kAt);
  read.camera_id = "cam_01";
  read.captured_at = kAt;
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
    const std::string id = base::new_id("read", kAt + base::Millis(i));
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
  for (int i = 0; i < 50000; ++i) in.push_back(*id_bytes(base::new_id("read", kAt + base::Millis(i))));
  for (const IdBytes& id : in) filter.add(id);
  for (const IdBytes& id : in) ASSERT_TRUE(filter.may_hold(id));
  int wrong = 0;
  for (int i = 0; i < 50000; ++i) {
    wrong += filter.may_hold(*id_bytes(base::new_id("read", kAt + base::Millis(i)))) ? 1 : 0;
  }
  EXPECT_LT(wrong, 50);
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

RowFacts facts_of(const std::string& plate, std::uint32_t at_ms, std::uint16_t camera = 1) {
  RowFacts facts;
  facts.at_ms = at_ms;
  facts.camera = camera;
  if (!plate.empty()) facts.plate = *plate::Plate::parse(plate);
  return facts;
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
