#include "base/id.h"

#include <sys/random.h>

#include <array>
#include <cstdint>
#include <stdexcept>

#include "base/derived_id.h"

namespace glasshouse::base {
namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t kIdChars = 26;  // 130 bits hold 128
constexpr std::size_t kTailBytes = 10;

}  // namespace

std::string new_id(std::string_view prefix, Time now) {
  std::array<char, kTailBytes> random;
  if (getrandom(random.data(), random.size(), 0) != kTailBytes)
    throw std::runtime_error("the kernel gave no random bytes");
  return derived_id(prefix, now, {random.data(), random.size()});
}

std::string derived_id(std::string_view prefix, Time at, std::string_view digest) {
  if (digest.size() < kTailBytes) throw std::logic_error("an id needs ten bytes of a digest");
  std::array<std::uint8_t, 6 + kTailBytes> bytes;
  const auto ms = static_cast<std::uint64_t>(to_ms(at));
  for (int i = 0; i < 6; ++i)
    bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
  for (std::size_t i = 0; i < kTailBytes; ++i) bytes[6 + i] = static_cast<std::uint8_t>(digest[i]);

  std::string id(prefix);
  id += '_';
  unsigned buffer = 0;
  int bits = 2;  // two leading zero bits make 130
  for (std::uint8_t byte : bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      id += kAlphabet[(buffer >> bits) & 31];
    }
  }
  return id;
}

bool is_id(std::string_view text, std::string_view prefix) {
  if (text.size() != prefix.size() + 1 + kIdChars || !text.starts_with(prefix) ||
      text[prefix.size()] != '_') {
    return false;
  }
  return text.find_first_not_of(kAlphabet, prefix.size() + 1) == std::string_view::npos;
}

}  // namespace glasshouse::base
