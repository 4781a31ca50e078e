#include "crypto/bech32.h"

#include <array>
#include <cstdint>

namespace glasshouse::crypto {
namespace {

constexpr std::string_view kBech32Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t kChecksumChars = 6;

std::uint32_t polymod_step(std::uint32_t sum, std::uint32_t value) {
  constexpr std::array<std::uint32_t, 5> kGenerator = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                                       0x2a1462b3};
  const std::uint32_t top = sum >> 25;
  sum = (sum & 0x1ffffff) << 5 ^ value;
  for (std::size_t i = 0; i < kGenerator.size(); ++i) {
    if ((top >> i & 1) != 0) sum ^= kGenerator[i];
  }
  return sum;
}

std::uint32_t checksum_start(std::string_view hrp) {
  std::uint32_t sum = 1;
  for (const char c : hrp) sum = polymod_step(sum, static_cast<unsigned char>(c) >> 5);
  sum = polymod_step(sum, 0);
  for (const char c : hrp) sum = polymod_step(sum, static_cast<unsigned char>(c) & 31);
  return sum;
}

bool is_one_case(std::string_view text) {
  bool lower = false, upper = false;
  for (const char c : text) {
    lower = lower || (c >= 'a' && c <= 'z');
    upper = upper || (c >= 'A' && c <= 'Z');
  }
  return !(lower && upper);
}

}  // namespace

std::string bech32(std::string_view hrp, std::string_view bytes) {
  std::string text(hrp);
  text += '1';
  std::uint32_t sum = checksum_start(hrp), bits = 0, held = 0;
  const auto put = [&](std::uint32_t value) {
    sum = polymod_step(sum, value);
    text += kBech32Alphabet[value];
  };
  for (const char c : bytes) {
    held = (held << 8 | static_cast<unsigned char>(c)) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) put(held >> (bits - 5) & 31);
  }
  if (bits > 0) put(held << (5 - bits) & 31);
  for (std::size_t i = 0; i < kChecksumChars; ++i) sum = polymod_step(sum, 0);
  sum ^= 1;
  for (std::size_t i = 0; i < kChecksumChars; ++i) text += kBech32Alphabet[sum >> 5 * (5 - i) & 31];
  return text;
}

std::optional<std::string> from_bech32(std::string_view hrp, std::string_view text) {
  if (!is_one_case(text)) return std::nullopt;
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const std::size_t separator = lower.rfind('1');
  if (separator == std::string::npos || std::string_view(lower).substr(0, separator) != hrp ||
      lower.size() - separator - 1 < kChecksumChars) {
    return std::nullopt;
  }
  std::string bytes;
  std::uint32_t sum = checksum_start(hrp), bits = 0, held = 0;
  const std::size_t data_end = lower.size() - kChecksumChars;
  for (std::size_t i = separator + 1; i < lower.size(); ++i) {
    const std::size_t value = kBech32Alphabet.find(lower[i]);
    if (value == std::string_view::npos) return std::nullopt;
    sum = polymod_step(sum, static_cast<std::uint32_t>(value));
    if (i >= data_end) continue;
    held = (held << 5 | static_cast<std::uint32_t>(value)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>(held >> bits & 0xff);
    }
  }
  const bool stray_bits = bits >= 5 || (held & ((1u << bits) - 1)) != 0;
  if (sum != 1 || stray_bits) return std::nullopt;
  return bytes;
}

}  // namespace glasshouse::crypto
