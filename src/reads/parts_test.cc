// The store's parts on their own: bytes of a read, ids, filter, dictionary, index, cursor.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "base/id.h"
#include "reads/codec.h"
#include "reads/columns.h"
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

// Who was everywhere, who travels with whom: against every pair of rows.
class TogetherTest : public ::testing::Test {
 protected:
  struct Row {
    int read;
    std::int64_t at_ms;
    std::string plate;
    std::uint16_t camera;
  };

  void fill(std::uint32_t rows) {
    for (std::uint32_t i = 0; i < rows; ++i) {
      const base::Day day{20000 + static_cast<int>(random_() % 3)};
      // Many close to midnight, so that a minute before it is another day's.
      const std::uint32_t at_ms =
          random_() % 3 == 0 ? random_() % 90'000 : 86'400'000 - 1 - random_() % 90'000;
      const std::string plate = random_() % 10 == 0 ? "" : "P" + std::to_string(random_() % 12);
      const auto camera = static_cast<std::uint16_t>(1 + random_() % 6);
      const auto row = index_.append(day, facts_of(plate, at_ms, camera));
      const std::int64_t at = base::to_ms(base::start_of(day)) + at_ms;
      ++reads_;
      if (!plate.empty()) rows_.push_back({reads_, at, plate, camera});
      if (random_() % 20 != 0) continue;
      index_.correct(day, row, *plate::Plate::parse("C1"), 0);
      rows_.push_back({reads_, at, "C1", camera});
    }
  }
  Selection span(std::int64_t from_ms, std::int64_t to_ms) {
    Selection selection;
    selection.from_ms = from_ms;
    selection.to_ms = to_ms;
    return selection;
  }
  using Answer =
      std::map<std::string, std::pair<std::size_t, std::set<std::int64_t>>>;  // plate: cameras, times
  Answer texts(const std::vector<Together>& together) {
    Answer answer;
    for (const Together& one : together) {
      auto& entry = answer[one.plate.text()];
      entry.first = one.cameras;
      for (const Hit& hit : one.reads) entry.second.insert(hit.at_ms);
    }
    return answer;
  }
  Answer answer_of(const std::map<std::string, std::vector<const Row*>>& chosen) {
    Answer answer;
    for (const auto& [plate, rows] : chosen) {
      std::set<std::uint16_t> cameras;
      for (const Row* row : rows) {
        cameras.insert(row->camera);
        answer[plate].second.insert(row->at_ms);
      }
      answer[plate].first = cameras.size();
    }
    return answer;
  }

  std::mt19937 random_{3};
  Index index_;
  std::vector<Row> rows_;
  int reads_ = 0;
  const std::int64_t start_ = base::to_ms(base::start_of({20000}));
};

TEST_F(TogetherTest, ConvoyIsWhatEveryPairSays) {
  std::size_t answers = 0;
  for (int round = 0; round < 30; ++round) {
    fill(round == 0 ? 200 : 10);
    const std::string leader = "P" + std::to_string(round % 12);
    Selection want =
        span(start_ + random_() % 86'400'000, start_ + 2 * 86'400'000ll + random_() % 86'400'000);
    want.plates = std::vector<Dictionary::Id>{index_.dictionary().find(*plate::Plate::parse(leader))};
    const auto inside = [&](const Row& row) { return row.at_ms >= want.from_ms && row.at_ms < want.to_ms; };
    std::map<std::string, std::vector<const Row*>> beside;
    for (const Row& row : rows_) {
      const bool own = std::any_of(rows_.begin(), rows_.end(),
                                   [&](auto& l) { return l.read == row.read && l.plate == leader; });
      const bool with = !own && inside(row) && std::any_of(rows_.begin(), rows_.end(), [&](auto& l) {
        return l.plate == leader && inside(l) && l.camera == row.camera &&
               std::abs(l.at_ms - row.at_ms) <= 5'000;
      });
      if (with) beside[row.plate].push_back(&row);
    }
    Answer expected = answer_of(beside);
    std::erase_if(expected, [](const auto& item) { return item.second.first < 2; });
    const auto company = index_.convoy(want, 5'000, 2);
    ASSERT_TRUE(company);
    ASSERT_EQ(texts(*company), expected);
    answers += expected.size();
  }
  EXPECT_GT(answers, 50u);
}

TEST_F(TogetherTest, MeetIsWhoWasEverywhere) {
  std::size_t answers = 0;
  fill(300);
  for (int round = 0; round < 40; ++round) {
    std::vector<Selection> windows;
    for (std::size_t n = 2 + random_() % 2; n > 0; --n) {
      const std::int64_t from = start_ + static_cast<std::int64_t>(random_() % (2 * 86'400'000u));
      windows.push_back(span(from, from + static_cast<std::int64_t>(random_() % 86'400'000u)));
      windows.back().cameras.resize(7);
      for (int c = 0; c < 3; ++c) windows.back().cameras[1 + random_() % 6] = 1;
    }
    std::map<std::string, std::vector<const Row*>> seen;
    std::map<std::string, std::set<std::size_t>> at;
    for (const Row& row : rows_) {
      bool any = false;
      for (std::size_t w = 0; w < windows.size(); ++w) {
        const Selection& want = windows[w];
        if (row.at_ms < want.from_ms || row.at_ms >= want.to_ms || want.cameras[row.camera] == 0) continue;
        at[row.plate].insert(w);
        any = true;
      }
      if (any) seen[row.plate].push_back(&row);
    }
    std::erase_if(seen, [&](const auto& item) { return at[item.first].size() < windows.size(); });
    const auto met = index_.meet(windows);
    ASSERT_TRUE(met);
    ASSERT_EQ(texts(*met), answer_of(seen));
    answers += seen.size();
  }
  EXPECT_GT(answers, 50u);
}

TEST(Columns, GoRoundAndNoticeEveryChange) {
  DayColumns columns;
  columns.words = {"unknown", "cam_a", "us-va", "white"};
  for (std::uint32_t i = 0; i < 40; ++i) {
    columns.at_ms.push_back(i * 1000);
    columns.plate.push_back(i % 4 == 0 ? 0 : plate::Plate::parse("A" + std::to_string(i))->packed());
    columns.camera.push_back(1);
    columns.region.push_back(2);
    columns.color.push_back(3);
    columns.body.push_back(0);
    columns.make.push_back(0);
    const IdBytes id = *id_bytes(base::new_id("read", kAt + base::Millis(i)));
    columns.ids.add(id);
    if (i == 0) columns.first_id = id;
    columns.last_id = id;
  }
  columns.corrections.push_back({7, *plate::Plate::parse("B8"), "us-md"});
  const FileStamp stamp{123456, 1790000000123456789};
  const std::string bytes = encode_columns(columns, stamp);
  const auto back = decode_columns(bytes);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->day_file, stamp);
  EXPECT_EQ(back->columns.words, columns.words);
  EXPECT_EQ(back->columns.plate, columns.plate);
  EXPECT_EQ(back->columns.last_id, columns.last_id);
  EXPECT_TRUE(back->columns.ids.may_hold(columns.first_id));
  ASSERT_EQ(back->columns.corrections.size(), 1u);
  EXPECT_EQ(back->columns.corrections[0].region, "us-md");
  EXPECT_EQ(encode_columns(back->columns, back->day_file), bytes);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ (i % 2 == 0 ? 0x80 : 0x01));
    ASSERT_FALSE(decode_columns(changed)) << i;
  }
  for (std::size_t i = 0; i < bytes.size(); i += 3) ASSERT_FALSE(decode_columns(bytes.substr(0, i))) << i;
}

TEST(Columns, RefusesNumbersThatPointNowhere) {
  DayColumns columns;
  columns.words = {"unknown"};
  columns.at_ms = {5};
  columns.plate = {0};
  for (auto* column : {&columns.camera, &columns.region, &columns.color, &columns.body, &columns.make}) {
    *column = {0};
  }
  columns.ids.add(IdBytes{1});
  ASSERT_TRUE(decode_columns(encode_columns(columns, {})));
  DayColumns word = columns;
  word.make = {1};
  EXPECT_FALSE(decode_columns(encode_columns(word, {})));
  DayColumns late = columns;
  late.at_ms = {86'400'000};
  EXPECT_FALSE(decode_columns(encode_columns(late, {})));
  DayColumns corrected = columns;
  corrected.corrections.push_back({2, {}, ""});
  EXPECT_FALSE(decode_columns(encode_columns(corrected, {})));
  DayColumns more_ids = columns;
  more_ids.ids.add(IdBytes{2});
  EXPECT_FALSE(decode_columns(encode_columns(more_ids, {})));
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
