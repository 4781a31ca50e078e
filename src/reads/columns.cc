#include "reads/columns.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "reads/store.h"

namespace glasshouse::reads {
namespace {

static_assert(std::endian::native == std::endian::little,
              "column files are little-endian, written as they lie");

constexpr std::string_view kMagic = "GXcolum1";
constexpr std::uint64_t kFnvPrime = 0x100000001B3ull;
constexpr std::uint64_t kFnvStart = 0xCBF29CE484222325ull;
constexpr std::size_t kMostWords = 65535;
constexpr std::uint32_t kDayEndMs = 86'400'000;

tl::unexpected<base::Error> damaged() {
  return base::failure(Errc::kCorrupt, "A column file is damaged", "Its bytes are not what was written",
                       "It is made again from the day file");
}

class ColumnWriter {
 public:
  template <class Number>
  void number(Number value) {
    out_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void text(std::string_view text) {
    number(static_cast<std::uint8_t>(text.size()));
    out_.append(text);
  }
  template <class Number>
  void column(const std::vector<Number>& values) {
    out_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Number));
  }
  std::string& bytes() { return out_; }

 private:
  std::string out_;
};

class ColumnReader {
 public:
  explicit ColumnReader(std::string_view bytes) : bytes_(bytes) {}

  template <class Number>
  Number number() {
    Number value{};
    if (take(sizeof value)) std::memcpy(&value, bytes_.data() + at_ - sizeof value, sizeof value);
    return value;
  }
  std::string text() {
    const std::size_t size = number<std::uint8_t>();
    return take(size) ? std::string(bytes_.substr(at_ - size, size)) : std::string();
  }
  template <class Number>
  void column(std::vector<Number>& values, std::size_t count) {
    if (count > (bytes_.size() - at_) / sizeof(Number)) {
      good_ = false;
      return;
    }
    values.resize(count);
    if (count > 0) std::memcpy(values.data(), bytes_.data() + at_, count * sizeof(Number));
    at_ += count * sizeof(Number);
  }
  bool good() const { return good_; }
  bool at_end() const { return at_ == bytes_.size(); }
  std::size_t left() const { return bytes_.size() - at_; }

 private:
  bool take(std::size_t size) {
    if (!good_ || size > bytes_.size() - at_) {
      good_ = false;
      return false;
    }
    at_ += size;
    return true;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  bool good_ = true;
};

bool all_below(const std::vector<std::uint16_t>& column, std::size_t bound) {
  return column.empty() || *std::max_element(column.begin(), column.end()) < bound;
}

bool holds_together(const DayColumns& c) {
  for (const auto* column : {&c.camera, &c.region, &c.color, &c.body, &c.make}) {
    if (!all_below(*column, c.words.size())) return false;
  }
  const bool times =
      std::all_of(c.at_ms.begin(), c.at_ms.end(), [](std::uint32_t at) { return at < kDayEndMs; });
  return times &&
         std::all_of(c.corrections.begin(), c.corrections.end(), [&](const StoredCorrection& correction) {
           return correction.row >= 1 && correction.row <= c.rows();
         });
}

}  // namespace

void DayColumns::reserve(std::size_t rows) {
  at_ms.reserve(rows);
  plate.reserve(rows);
  for (auto* column : {&camera, &region, &color, &body, &make}) column->reserve(rows);
}

std::optional<FileStamp> stamp_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return FileStamp{static_cast<std::uint64_t>(status.st_size),
                   std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec};
}

// FNV-1a over 64-bit words in four lanes, so that a day takes milliseconds; any one changed word changes it.
std::uint64_t column_check(std::string_view bytes) {
  std::array<std::uint64_t, 4> lanes{kFnvStart, kFnvStart + 1, kFnvStart + 2, kFnvStart + 3};
  std::array<std::uint64_t, 4> words{};
  std::size_t at = 0;
  for (; at + sizeof words <= bytes.size(); at += sizeof words) {
    std::memcpy(words.data(), bytes.data() + at, sizeof words);
    for (std::size_t lane = 0; lane < lanes.size(); ++lane)
      lanes[lane] = (lanes[lane] ^ words[lane]) * kFnvPrime;
  }
  std::uint64_t check = kFnvStart ^ bytes.size();
  for (std::uint64_t lane : lanes) check = (std::rotl(check, 29) ^ lane) * kFnvPrime;
  for (; at < bytes.size(); ++at) check = (check ^ static_cast<std::uint8_t>(bytes[at])) * kFnvPrime;
  return check ^ check >> 32;
}

std::string encode_columns(const DayColumns& c, const FileStamp& day_file) {
  ColumnWriter out;
  out.bytes().reserve(c.rows() * 30 + 65536);
  out.bytes() = kMagic;
  out.number(day_file.bytes);
  out.number(day_file.changed_ns);
  out.bytes().append(view(c.first_id)).append(view(c.last_id));
  out.number(static_cast<std::uint32_t>(c.rows()));
  out.number(static_cast<std::uint32_t>(c.words.size()));
  out.number(static_cast<std::uint32_t>(c.corrections.size()));
  out.number(static_cast<std::uint32_t>(c.ids.slots().size()));
  for (const std::string& word : c.words) out.text(word);
  out.column(c.at_ms);
  out.column(c.plate);
  for (const auto* column : {&c.camera, &c.region, &c.color, &c.body, &c.make}) out.column(*column);
  for (const StoredCorrection& correction : c.corrections) {
    out.number(correction.row);
    out.number(correction.plate.packed());
    out.text(correction.region);
  }
  out.column(c.ids.slots());
  out.number(column_check(out.bytes()));
  return std::move(out.bytes());
}

base::Result<ColumnFile> decode_columns(std::string_view bytes, DayColumns room) {
  std::uint64_t check = 0;
  if (bytes.size() < kMagic.size() + sizeof check || !bytes.starts_with(kMagic)) return damaged();
  std::memcpy(&check, bytes.data() + bytes.size() - sizeof check, sizeof check);
  bytes.remove_suffix(sizeof check);
  if (column_check(bytes) != check) return damaged();
  ColumnReader in(bytes.substr(kMagic.size()));
  ColumnFile file{{}, std::move(room)};
  DayColumns& c = file.columns;
  // The columns are written over as they are: emptied, they would be filled with zeros before.
  c.words.clear();
  c.corrections.clear();
  file.day_file.bytes = in.number<std::uint64_t>();
  file.day_file.changed_ns = in.number<std::int64_t>();
  c.first_id = in.number<IdBytes>();
  c.last_id = in.number<IdBytes>();
  const std::size_t rows = in.number<std::uint32_t>();
  const std::size_t words = in.number<std::uint32_t>();
  const std::size_t corrections = in.number<std::uint32_t>();
  const std::size_t slots = in.number<std::uint32_t>();
  if (words > kMostWords || corrections > in.left()) return damaged();
  for (std::size_t i = 0; i < words && in.good(); ++i) c.words.push_back(in.text());
  in.column(c.at_ms, rows);
  in.column(c.plate, rows);
  for (auto* column : {&c.camera, &c.region, &c.color, &c.body, &c.make}) in.column(*column, rows);
  for (std::size_t i = 0; i < corrections && in.good(); ++i) {
    StoredCorrection correction;
    correction.row = in.number<std::uint32_t>();
    correction.plate = plate::Plate::from_packed(in.number<std::uint64_t>());
    correction.region = in.text();
    c.corrections.push_back(std::move(correction));
  }
  std::vector<std::uint32_t> marks;
  in.column(marks, slots);
  if (!in.good() || !in.at_end() || !holds_together(c)) return damaged();
  auto ids = IdFilter::from_slots(std::move(marks), rows);
  if (!ids) return damaged();
  c.ids = std::move(*ids);
  return file;
}

}  // namespace glasshouse::reads
