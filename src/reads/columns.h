// A day's reads as columns: all that the index is made of. A day file gives them row by row; a column file
// beside it keeps them ready, so that a start need not pass over the day file. It is only a copy: when it is
// missing, damaged or older than the day file it is made again. docs/formats/read.md gives every byte.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "plate/plate.h"
#include "reads/codec.h"
#include "reads/id_filter.h"

namespace glasshouse::reads {

struct StoredCorrection {
  std::uint32_t row = 0;
  plate::Plate plate;
  std::string region;  // may be empty: the read's own
};

struct DayColumns {
  std::vector<std::string> words;  // by number
  // By row, from 0; words by number.
  std::vector<std::uint32_t> at_ms;  // since the day's midnight
  std::vector<std::uint64_t> plate;  // packed; 0: none
  std::vector<std::uint16_t> camera, region, color, body, make;
  std::vector<StoredCorrection> corrections;
  IdFilter ids;
  IdBytes first_id{}, last_id{};  // of the first row and the last: whose copy this is

  std::size_t rows() const { return at_ms.size(); }
  void reserve(std::size_t rows);
};

// What the day file looked like when its columns were written.
struct FileStamp {
  std::uint64_t bytes = 0;
  std::int64_t changed_ns = 0;  // since the epoch
  bool operator==(const FileStamp&) const = default;
};

// Of a file on disk; nothing when it is not there.
std::optional<FileStamp> stamp_of(const std::string& path);

struct ColumnFile {
  FileStamp day_file;
  DayColumns columns;
};
std::string encode_columns(const DayColumns& columns, const FileStamp& day_file);
// kCorrupt when the bytes are not what encode_columns wrote. `room`: columns whose memory is used again.
base::Result<ColumnFile> decode_columns(std::string_view bytes, DayColumns room = {});
// The check value that ends a column file.
std::uint64_t column_check(std::string_view bytes);

inline constexpr std::uint64_t kMostColumnBytes = 2ull
                                                  << 30;  // a day of more reads is read from its day file

}  // namespace glasshouse::reads
