#include "plate/pattern.h"

#include <algorithm>
#include <bit>

#include "plate/bits.h"

namespace glasshouse::plate {
namespace {

constexpr std::size_t kMaxPatternChars = 16;

// Member 0 of each class stands for all of them.
constexpr std::array<std::string_view, 6> kClasses{"0ODQ", "1IL", "8B", "5S", "2Z", "6G"};

std::string_view class_of(char c) {
  for (std::string_view members : kClasses) {
    if (members.find(c) != std::string_view::npos) return members;
  }
  return {};
}

// Folding works on the packed codes: one table look-up a character.
std::array<std::uint8_t, 64> make_fold_table() {
  std::array<std::uint8_t, 64> table{};
  for (int code = 1; code <= 36; ++code) {
    const std::string_view members = class_of(char_of(code));
    table[code] = static_cast<std::uint8_t>(members.empty() ? code : code_of(members[0]));
  }
  return table;
}

// Whether leaving out one character of `longer` (one longer than `shorter`) gives `shorter`. Only the first
// place where they differ needs to be tried: leaving out any other of an equal run gives the same text.
bool is_one_missing(std::uint64_t longer, std::uint64_t shorter) {
  const int differs_at = (std::countl_zero(longer ^ shorter) - 4) / kBitsPerChar;
  const std::uint64_t head = head_mask(differs_at);
  const std::uint64_t without = (longer & head) | ((longer << kBitsPerChar) & kAllBits & ~head);
  return without == shorter;
}

base::Result<std::string> folded_pattern(std::string_view text) {
  std::string folded;
  for (char c : text) {
    if (c == ' ' || c == '-' || c == '.' || c == '\t') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c != '?' && c != '*' && code_of(c) < 0) {
      return base::failure(Errc::kBadPattern, "The pattern holds a character that no plate has",
                           "Plates are written with A-Z and 0-9",
                           "Use letters, digits, ? for one character and * for any run");
    }
    if (c == '*' && !folded.empty() && folded.back() == '*') continue;  // ** says no more than *
    folded += c;
    if (folded.size() > kMaxPatternChars) {
      return base::failure(Errc::kBadPattern, "The pattern is too long",
                           "At most 16 characters are understood", "Shorten it");
    }
  }
  return folded;
}

}  // namespace

base::Result<Pattern> Pattern::parse(std::string_view text) {
  auto folded = folded_pattern(text);
  if (!folded) return tl::unexpected(folded.error());
  const auto fixed = std::count_if(folded->begin(), folded->end(), [](char c) { return c != '*'; });
  if (fixed == 0) {
    return base::failure(Errc::kBadPattern, "The pattern says nothing", "It would match every plate",
                         "Give at least one letter, digit or ?");
  }
  if (fixed > kMaxChars) {
    return base::failure(Errc::kBadPattern, "No plate is that long", "A plate has at most 10 characters",
                         "Shorten the pattern");
  }
  Pattern pattern;
  pattern.text_ = std::move(*folded);
  pattern.prefix_chars_ = std::min(pattern.text_.find_first_of("?*"), pattern.text_.size());
  pattern.compile();
  return pattern;
}

// Splits at the stars. Each piece becomes mask and value, left-aligned; `?` leaves its six bits out of the
// mask.
void Pattern::compile() {
  pieces_ = 0;
  min_chars_ = 0;
  open_start_ = text_.front() == '*';
  open_end_ = text_.back() == '*';
  has_star_ = text_.find('*') != std::string::npos;
  Piece piece{};
  const auto finish = [&] {
    if (piece.chars > 0) piece_[pieces_++] = piece;
    piece = {};
  };
  for (char c : text_) {
    if (c == '*') {
      finish();
      continue;
    }
    if (c != '?') {
      piece.mask |= std::uint64_t{63} << shift_of(piece.chars);
      piece.value |= static_cast<std::uint64_t>(code_of(c)) << shift_of(piece.chars);
    }
    ++piece.chars;
    ++min_chars_;
  }
  finish();
}

bool Pattern::matches(Plate plate) const {
  const std::uint64_t word = plate.packed();
  if (word == 0) return false;
  const int size = kMaxChars - std::countr_zero(word) / kBitsPerChar;
  if (size < min_chars_ || (!has_star_ && size != min_chars_)) return false;
  int first = 0;
  int last = pieces_;
  int from = 0;
  int end = size;
  if (!open_start_) {  // the first piece stands at the start
    if ((word & piece_[0].mask) != piece_[0].value) return false;
    from = piece_[0].chars;
    first = 1;
  }
  if (!open_end_ && first < last) {  // the last one stands at the end
    const Piece& tail = piece_[last - 1];
    end = size - tail.chars;
    if (end < from || ((word << (kBitsPerChar * end)) & tail.mask) != tail.value) return false;
    --last;
  }
  for (int i = first; i < last; ++i) {  // those between: as far left as they fit
    const Piece& piece = piece_[i];
    while (from + piece.chars <= end && ((word << (kBitsPerChar * from)) & piece.mask) != piece.value) ++from;
    if (from + piece.chars > end) return false;
    from += piece.chars;
  }
  return true;
}

bool Pattern::is_exact() const {
  return prefix_chars_ == text_.size();
}

std::string_view Pattern::literal_prefix() const {
  return std::string_view(text_).substr(0, prefix_chars_);
}

char fold(char c) {
  const std::string_view members = class_of(c);
  return members.empty() ? c : members[0];
}

Plate fold(Plate plate) {
  static const std::array<std::uint8_t, 64> table = make_fold_table();
  const std::uint64_t word = plate.packed();
  std::uint64_t folded = 0;
  for (int shift = shift_of(0); shift >= 0; shift -= kBitsPerChar) {
    folded |= static_cast<std::uint64_t>(table[(word >> shift) & 63]) << shift;
  }
  return Plate::from_packed(folded);
}

bool is_confusable(Plate a, Plate b) {
  if (a.empty() || b.empty()) return a == b;
  return is_confusable_folded(fold(a), fold(b));
}

bool is_confusable_folded(Plate a, Plate b) {
  const std::uint64_t x = a.packed();
  const std::uint64_t y = b.packed();
  const std::uint64_t differs = x ^ y;
  if (differs == 0) return true;
  const int highest = (63 - std::countl_zero(differs)) / kBitsPerChar;
  const int lowest = std::countr_zero(differs) / kBitsPerChar;
  if (highest == lowest) return true;  // one character differs, or one more stands at the end
  const int x_chars = kMaxChars - std::countr_zero(x) / kBitsPerChar;
  const int y_chars = kMaxChars - std::countr_zero(y) / kBitsPerChar;
  if (x_chars == y_chars + 1) return is_one_missing(x, y);
  if (y_chars == x_chars + 1) return is_one_missing(y, x);
  return false;
}

std::vector<Plate> class_members(Plate plate, std::size_t limit) {
  std::vector<Plate> members;
  if (plate.empty() || limit == 0) return members;
  members.push_back(plate);
  // Grows by one position at a time: every member so far with each other character of that position's class.
  for (int i = 0; i < plate.size(); ++i) {
    const std::string_view alternatives = class_of(plate.at(i));
    const std::size_t so_far = members.size();
    for (char c : alternatives) {
      if (c == plate.at(i)) continue;
      for (std::size_t m = 0; m < so_far; ++m) {
        if (members.size() >= limit) return members;
        const std::uint64_t cleared = members[m].packed() & ~(std::uint64_t{63} << shift_of(i));
        const auto code = static_cast<std::uint64_t>(code_of(c));
        members.push_back(Plate::from_packed(cleared | code << shift_of(i)));
      }
    }
  }
  return members;
}

std::pair<std::uint64_t, std::uint64_t> prefix_range(Plate prefix) {
  const std::uint64_t low = prefix.packed();
  return {low, low | (kAllBits & ~head_mask(prefix.size()))};
}

bool contains(Plate plate, Plate part) {
  if (part.empty()) return true;
  const int part_chars = part.size();
  const std::uint64_t mask = head_mask(part_chars);
  for (int at = 0; at + part_chars <= plate.size(); ++at) {
    if (((plate.packed() << (kBitsPerChar * at)) & mask) == part.packed()) return true;
  }
  return false;
}

}  // namespace glasshouse::plate
