#include "plate/plate.h"

#include "plate/bits.h"

namespace glasshouse::plate {

int code_of(char c) {
  if (c >= '0' && c <= '9') return 1 + (c - '0');
  if (c >= 'A' && c <= 'Z') return 11 + (c - 'A');
  return -1;
}

char char_of(int code) {
  if (code >= 1 && code <= 10) return static_cast<char>('0' + code - 1);
  if (code >= 11 && code <= 36) return static_cast<char>('A' + code - 11);
  return '\0';
}

std::optional<Plate> Plate::parse(std::string_view text) {
  if (text.empty() || text.size() > static_cast<std::size_t>(kMaxChars)) return std::nullopt;
  std::uint64_t packed = 0;
  int index = 0;
  for (char c : text) {
    const int code = code_of(c);
    if (code < 0) return std::nullopt;
    packed |= static_cast<std::uint64_t>(code) << shift_of(index++);
  }
  return from_packed(packed);
}

std::optional<Plate> Plate::parse_lenient(std::string_view text) {
  std::string folded;
  for (char c : text) {
    if (c == ' ' || c == '-' || c == '.' || c == '\t') continue;
    folded += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (folded.size() > static_cast<std::size_t>(kMaxChars)) return std::nullopt;
  }
  return parse(folded);
}

int Plate::size() const {
  int n = 0;
  while (n < kMaxChars && ((packed_ >> shift_of(n)) & 63) != 0) ++n;
  return n;
}

char Plate::at(int index) const {
  if (index < 0 || index >= kMaxChars) return '\0';
  return char_of(static_cast<int>((packed_ >> shift_of(index)) & 63));
}

std::string Plate::text() const {
  std::string text;
  for (int i = 0; i < kMaxChars && at(i) != '\0'; ++i) text += at(i);
  return text;
}

}  // namespace glasshouse::plate
