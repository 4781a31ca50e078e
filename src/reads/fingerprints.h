// A day's fingerprints, one a row: what "find this vehicle again" is compared with. For this module only.
//
// They lie in a file beside the day file, of which a piece at a time is read when somebody asks
// (docs/formats/read.md), and of the rows that came since it was written, in memory. The file is only a copy.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "reads/columns.h"
#include "reads/read.h"

namespace glasshouse::reads {

inline constexpr std::uint32_t kBlockFingerprints = 4096;  // 256 kB
using FingerprintBlock = std::array<Fingerprint, kBlockFingerprints>;

// A copy shares what it was made of and goes on showing the rows of that moment: it is read without a lock.
class Fingerprints {
 public:
  // Nothing when the file is missing, damaged, or of another day file than the one with this stamp.
  static std::optional<Fingerprints> open(const std::string& path, const FileStamp& day_file,
                                          std::uint32_t rows);
  // The bytes of such a file. kCorrupt when the file that they partly lie in is damaged.
  base::Result<std::string> encode(const FileStamp& day_file) const;

  void append(const std::optional<Fingerprint>& one);  // of the next row

  std::uint32_t rows() const { return in_file_ + fresh_rows_; }
  std::uint32_t blocks() const { return file_blocks() + static_cast<std::uint32_t>(fresh_.size()); }
  struct Block {
    std::uint32_t first_row = 1;
    std::span<const Fingerprint> list;  // zeros where a row has none; empty where no row has one
  };
  // `room` holds what is read from the file. Nothing when the file is damaged.
  std::optional<Block> block(std::uint32_t number, FingerprintBlock& room) const;

 private:
  class File;
  std::uint32_t file_blocks() const { return (in_file_ + kBlockFingerprints - 1) / kBlockFingerprints; }

  std::shared_ptr<const File> file_;  // null: no row of it has one
  std::uint32_t in_file_ = 0, fresh_rows_ = 0;
  std::vector<std::shared_ptr<FingerprintBlock>> fresh_;  // null: no row of the block has one
};

// 127 * 127 times the cosine of the angle between two: for each of the list, into `products`.
void multiply(const Fingerprint& with, std::span<const Fingerprint> list, std::int32_t* products);
std::int32_t product(const Fingerprint& a, const Fingerprint& b);
inline constexpr std::int32_t kSameProduct = 127 * 127;

}  // namespace glasshouse::reads
