#include "reads/columns.h"

#include <gtest/gtest.h>

#include "base/id.h"

namespace glasshouse::reads {
namespace {

const base::Time kAt = *base::parse_rfc3339("2026-11-22T12:00:00.123Z");

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

}  // namespace
}  // namespace glasshouse::reads
