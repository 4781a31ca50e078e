#include "reads/cursor.h"

#include <array>

namespace glasshouse::reads {
namespace {

constexpr std::string_view kCursorAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kBytes = 1 + 8 + 4 + 8 + 8 + 4;  // version, at, row, total, question, check
constexpr std::size_t kChars = (kBytes * 8 + 5) / 6;
constexpr char kCursorVersion = 1;

std::uint64_t hash(std::string_view bytes, std::uint64_t seed = 14695981039346656037ull) {  // FNV-1a
  for (char c : bytes) seed = (seed ^ static_cast<std::uint8_t>(c)) * 1099511628211ull;
  return seed;
}

void put(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
}

std::uint64_t get(std::string_view bytes, std::size_t at, int count) {
  std::uint64_t value = 0;
  for (int i = 0; i < count; ++i) {
    value |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(bytes[at + static_cast<std::size_t>(i)]))
             << (8 * i);
  }
  return value;
}

std::string base64url(std::string_view bytes) {
  std::string text;
  unsigned buffer = 0;
  int bits = 0;
  for (char c : bytes) {
    buffer = (buffer << 8) | static_cast<std::uint8_t>(c);
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += kCursorAlphabet[(buffer >> bits) & 63];
    }
  }
  if (bits > 0) text += kCursorAlphabet[(buffer << (6 - bits)) & 63];
  return text;
}

tl::unexpected<base::Error> bad() {
  return base::failure(Errc::kBadCursor, "The place to go on from is not one that this server gave",
                       "It was cut, changed, or belongs to another question",
                       "Ask the question again from the start");
}

}  // namespace

std::uint64_t fingerprint(const Query& query) {
  std::string text;
  const auto add = [&](std::string_view part) {
    put(text, part.size(), 4);
    text += part;
  };
  if (query.plate) {
    put(text, static_cast<std::uint64_t>(query.plate->mode) + 1, 1);
    add(query.plate->text);
  }
  add(query.region);
  for (const auto* list : {&query.colors, &query.bodies, &query.makes, &query.camera_ids}) {
    put(text, list->size(), 4);
    for (const std::string& item : *list) add(item);
  }
  return hash(text);
}

std::string encode(const Cursor& cursor) {
  std::string bytes(1, kCursorVersion);
  put(bytes, static_cast<std::uint64_t>(cursor.after.at_ms), 8);
  put(bytes, cursor.after.row, 4);
  put(bytes, cursor.total, 8);
  put(bytes, cursor.question, 8);
  put(bytes, hash(bytes), 4);
  return base64url(bytes);
}

base::Result<Cursor> decode_cursor(std::string_view text) {
  if (text.size() != kChars) return bad();
  std::string bytes;
  unsigned buffer = 0;
  int bits = 0;
  for (char c : text) {
    const auto value = kCursorAlphabet.find(c);
    if (value == std::string_view::npos) return bad();
    buffer = (buffer << 6) | static_cast<unsigned>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>(buffer >> bits);
    }
  }
  if (bytes.size() != kBytes || bytes[0] != kCursorVersion || base64url(bytes) != text) return bad();
  const std::string_view body = std::string_view(bytes).substr(0, kBytes - 4);
  if (get(bytes, kBytes - 4, 4) != (hash(body) & 0xFFFFFFFF)) return bad();
  Cursor cursor;
  cursor.after.at_ms = static_cast<std::int64_t>(get(bytes, 1, 8));
  cursor.after.row = static_cast<std::uint32_t>(get(bytes, 9, 4));
  cursor.total = get(bytes, 13, 8);
  cursor.question = get(bytes, 21, 8);
  return cursor;
}

}  // namespace glasshouse::reads
