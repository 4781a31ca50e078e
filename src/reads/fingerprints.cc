#include "reads/fingerprints.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>

#include "base/fd.h"
#include "reads/store.h"

// As in plate/scan.cc: one source, several instruction sets, chosen at start.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define GLASSHOUSE_PRODUCTS __attribute__((target_clones("avx2", "default"), optimize("O3")))
#else
#define GLASSHOUSE_PRODUCTS
#endif

namespace glasshouse::reads {
namespace {

constexpr std::string_view kPrintsMagic = "GXprint1";
constexpr std::size_t kHeadBytes = 40;  // before the check values of the blocks

using Wide = std::array<std::int16_t, kFingerprintSize>;

GLASSHOUSE_PRODUCTS void multiply_all(const Wide& with, const Fingerprint* list, std::size_t count,
                                      std::int32_t* products) {
  for (std::size_t i = 0; i < count; ++i) {
    std::int32_t sum = 0;
    for (std::size_t d = 0; d < kFingerprintSize; ++d) sum += static_cast<std::int16_t>(list[i][d]) * with[d];
    products[i] = sum;
  }
}

std::string_view bytes_of(std::span<const Fingerprint> list) {
  return {reinterpret_cast<const char*>(list.data()), list.size_bytes()};
}

template <class Number>
void put_number(std::string& out, Number value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

}  // namespace

bool is_direction(const Fingerprint& fingerprint) {
  // Each number is off by at most a half: by 4 in all.
  constexpr std::int32_t kShortest = 123 * 123, kLongest = 131 * 131;
  const std::int32_t square = product(fingerprint, fingerprint);
  return square >= kShortest && square <= kLongest;
}

std::int32_t product(const Fingerprint& a, const Fingerprint& b) {
  std::int32_t sum = 0;
  for (std::size_t d = 0; d < kFingerprintSize; ++d) sum += a[d] * b[d];
  return sum;
}

void multiply(const Fingerprint& with, std::span<const Fingerprint> list, std::int32_t* products) {
  Wide wide{};
  std::copy(with.begin(), with.end(), wide.begin());
  multiply_all(wide, list.data(), list.size(), products);
}

class Fingerprints::File {
 public:
  explicit File(const std::string& path) : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  void has(std::vector<std::uint64_t> checks) {
    checks_ = std::move(checks);
    seen_ = std::vector<std::atomic<bool>>(checks_.size());
    start_ = kHeadBytes + (checks_.size() + 1) * sizeof(std::uint64_t);
  }
  bool read(std::uint64_t offset, std::string& into) const {
    return base::read_at(file_.get(), offset, into.data(), into.size());
  }
  bool read(std::uint32_t block, std::span<Fingerprint> into) const {
    if (!base::read_at(file_.get(), start_ + std::uint64_t{block} * sizeof(FingerprintBlock),
                       reinterpret_cast<char*>(into.data()), into.size_bytes())) {
      return false;
    }
    // Its check takes longer than the question: once, after the file was opened.
    if (!seen_[block].load(std::memory_order_relaxed)) {
      if (column_check(bytes_of(into)) != checks_[block]) return false;
      seen_[block].store(true, std::memory_order_relaxed);
    }
    return true;
  }

 private:
  const base::Fd file_;
  std::vector<std::uint64_t> checks_;            // of each block
  mutable std::vector<std::atomic<bool>> seen_;  // its check was right
  std::uint64_t start_ = 0;                      // of the first block
};

std::optional<Fingerprints> Fingerprints::open(const std::string& path, const FileStamp& day_file,
                                               std::uint32_t rows) {
  auto file = std::make_shared<File>(path);
  std::string head(kHeadBytes, '\0');
  if (!file->read(0, head) || !head.starts_with(kPrintsMagic)) return std::nullopt;
  FileStamp stamp;
  std::array<std::uint32_t, 4> numbers{};  // rows, fingerprints, their version, of a block
  std::memcpy(&stamp.bytes, head.data() + 8, sizeof stamp.bytes);
  std::memcpy(&stamp.changed_ns, head.data() + 16, sizeof stamp.changed_ns);
  std::memcpy(numbers.data(), head.data() + 24, sizeof numbers);
  if (stamp != day_file || numbers[0] != rows || (numbers[1] != 0 && numbers[1] != rows) ||
      numbers[2] != kFingerprintVersion || numbers[3] != kBlockFingerprints) {
    return std::nullopt;
  }
  Fingerprints day;
  day.in_file_ = rows;
  std::vector<std::uint64_t> checks(numbers[1] == 0 ? 0 : day.file_blocks());
  const std::size_t check_bytes = checks.size() * sizeof(std::uint64_t);
  head.resize(kHeadBytes + check_bytes + sizeof(std::uint64_t));
  if (!file->read(0, head)) return std::nullopt;
  std::uint64_t check = 0;
  std::memcpy(&check, head.data() + kHeadBytes + check_bytes, sizeof check);
  if (column_check(std::string_view(head).substr(0, kHeadBytes + check_bytes)) != check) return std::nullopt;
  if (check_bytes > 0) std::memcpy(checks.data(), head.data() + kHeadBytes, check_bytes);
  if (numbers[1] == 0) return day;
  file->has(std::move(checks));
  day.file_ = std::move(file);
  return day;
}

base::Result<std::string> Fingerprints::encode(const FileStamp& day_file) const {
  const bool any =
      file_ != nullptr || std::ranges::any_of(fresh_, [](const auto& b) { return b != nullptr; });
  std::vector<Fingerprint> all(any ? rows() : 0);
  FingerprintBlock room;
  for (std::uint32_t number = 0; any && number < blocks(); ++number) {
    const auto piece = block(number, room);
    if (!piece) return base::failure(Errc::kCorrupt, "A file of fingerprints is damaged");
    std::ranges::copy(piece->list, all.begin() + (piece->first_row - 1));
  }
  std::string out(kPrintsMagic);
  put_number(out, day_file.bytes);
  put_number(out, day_file.changed_ns);
  put_number(out, rows());
  put_number(out, static_cast<std::uint32_t>(all.size()));
  put_number(out, static_cast<std::uint32_t>(kFingerprintVersion));
  put_number(out, kBlockFingerprints);
  const std::span<const Fingerprint> list(all);
  for (std::size_t at = 0; at < all.size(); at += kBlockFingerprints)
    put_number(
        out,
        column_check(bytes_of(list.subspan(at, std::min<std::size_t>(kBlockFingerprints, all.size() - at)))));
  put_number(out, column_check(out));
  out += bytes_of(list);
  return out;
}

void Fingerprints::append(const std::optional<Fingerprint>& one) {
  const std::uint32_t place = fresh_rows_++ % kBlockFingerprints;
  if (place == 0) fresh_.emplace_back();
  if (!one) return;
  if (fresh_.back() == nullptr) fresh_.back() = std::make_shared<FingerprintBlock>();
  (*fresh_.back())[place] = *one;
}

std::optional<Fingerprints::Block> Fingerprints::block(std::uint32_t number, FingerprintBlock& room) const {
  if (number < file_blocks()) {
    const std::uint32_t before = number * kBlockFingerprints;
    Block piece{before + 1, {}};
    if (file_ == nullptr) return piece;
    const std::span<Fingerprint> into(room.data(), std::min(kBlockFingerprints, in_file_ - before));
    if (!file_->read(number, into)) return std::nullopt;
    piece.list = into;
    return piece;
  }
  const std::uint32_t fresh = number - file_blocks();
  Block piece{in_file_ + fresh * kBlockFingerprints + 1, {}};
  if (fresh_[fresh] != nullptr)
    piece.list = std::span<const Fingerprint>(
        fresh_[fresh]->data(), std::min(kBlockFingerprints, fresh_rows_ - fresh * kBlockFingerprints));
  return piece;
}

}  // namespace glasshouse::reads
